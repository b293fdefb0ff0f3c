package io.sluice.control.flink;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Flink could not be reached, or did not do what it was asked. The message says what that was. */
public sealed class FlinkException extends IOException permits NotDoneException {

    private static final long serialVersionUID = 1L;

    private final int status;

    FlinkException(String message, int status, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** The HTTP status of a refusal; 0 when no answer came. */
    public int status() {
        return status;
    }
}
