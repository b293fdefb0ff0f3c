package io.sluice.replay.send;

import java.io.IOException;
import java.util.concurrent.CompletionException;

/** What stands behind a request that failed. */
final class IoFailure {

    private IoFailure() {}

    /**
     * The failure itself, without what futures wrap around it.
     *
     * @param what failed, for the message when it is none of the network or of the other side but ours
     */
    static IOException of(Throwable failure, String what) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof IOException io) {
            return io;
        }
        throw new IllegalStateException(what + " failed", cause);
    }
}
