package io.sluice.cluster;

import java.io.Serializable;

/** A password, key or token. Its {@link #toString} tells nothing. */
public record Secret(String value) implements Serializable {

    @Override
    public String toString() {
        return "***";
    }
}
