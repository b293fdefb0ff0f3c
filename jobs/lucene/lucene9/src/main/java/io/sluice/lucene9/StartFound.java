package io.sluice.lucene9;

import java.io.IOException;

/**
 * Carries the position at which Lucene was about to read a document. Its stored-fields index is private to it; so
 * it is asked for a document, and stopped when it seeks.
 */
final class StartFound extends IOException {

    private final long position;

    StartFound(long position) {
        super("Stored fields begin at " + position, null);
        this.position = position;
    }

    long position() {
        return position;
    }
}
