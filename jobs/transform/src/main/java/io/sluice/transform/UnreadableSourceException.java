package io.sluice.transform;

/** A stored document does not hold what its encoding says. The message names encoding, offset and reason. */
public final class UnreadableSourceException extends Exception {

    private static final long serialVersionUID = 1L;

    UnreadableSourceException(String message, Throwable cause) {
        super(message, cause);
    }

    UnreadableSourceException(String message) {
        super(message);
    }
}
