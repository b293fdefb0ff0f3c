package io.sluice.capture.journal;

import java.io.IOException;

/** The journal's folder cannot be used as it is. The message says what to do. */
public final class JournalException extends IOException {

    private static final long serialVersionUID = 1L;

    JournalException(String message) {
        super(message);
    }

    JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
