package io.sluice.capture.read;

import java.io.IOException;

/** A record that is none of the capture's contract, or of a version that this build does not know. */
public final class UnreadableRecordException extends IOException {

    private static final long serialVersionUID = 1L;

    UnreadableRecordException(String message) {
        super(message);
    }

    UnreadableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
