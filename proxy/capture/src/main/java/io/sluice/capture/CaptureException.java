package io.sluice.capture;

import java.io.IOException;

/** The capture cannot begin or cannot be read. The message says why and what to do. */
public final class CaptureException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public CaptureException(String message) {
        super(message);
    }

    /** Says what is wrong, and what led to it. */
    public CaptureException(String message, Throwable cause) {
        super(message, cause);
    }
}
