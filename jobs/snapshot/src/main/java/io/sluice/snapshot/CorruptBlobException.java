package io.sluice.snapshot;

import java.io.IOException;

/** A blob whose bytes are not what its format says. Reading it again will not help. */
public final class CorruptBlobException extends IOException {

    public CorruptBlobException(String blob, long offset, String expected, String found) {
        super(message(blob, offset, expected, found));
    }

    public CorruptBlobException(String blob, long offset, String expected, String found, Throwable cause) {
        super(message(blob, offset, expected, found), cause);
    }

    private static String message(String blob, long offset, String expected, String found) {
        return "%s is damaged: at byte %d expected %s but found %s. Take the snapshot again, or exclude its index."
                .formatted(blob, offset, expected, found);
    }
}
