package io.sluice.config;

/** A password, key or token. Its {@link #toString} tells nothing. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "***";
    }
}
