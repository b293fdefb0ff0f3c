package io.sluice.verify;

/** Which of the two clusters. */
enum Side {
    SOURCE,
    TARGET;

    @Override
    public String toString() {
        return this == SOURCE ? "the source" : "the target";
    }
}
