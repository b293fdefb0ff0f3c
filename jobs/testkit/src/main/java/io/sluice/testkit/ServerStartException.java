package io.sluice.testkit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A process that did not come up. The message ends with the end of its log. */
public final class ServerStartException extends IOException {

    ServerStartException(String message) {
        this(message, null);
    }

    ServerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
