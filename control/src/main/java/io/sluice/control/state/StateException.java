package io.sluice.control.state;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The state of a migration cannot be read or written. */
public final class StateException extends IOException {

    public StateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
