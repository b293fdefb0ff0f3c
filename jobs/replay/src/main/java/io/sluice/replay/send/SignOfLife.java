package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a target that did not answer whether it is there, without end and less and less often. Belongs to the task's thread; answers
 * come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class SignOfLife {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final RawHttp http;
    private final TaskThread thread;
    private final Runnable heard;
    private int asked;

    /** @param heard is run each time that the target has answered again */
    SignOfLife(RawHttp http, TaskThread thread, Runnable heard) {
        this.http = http;
        this.thread = thread;
        this.heard = heard;
    }

    /** Whether it is waited for: nothing else is to be sent. */
    boolean isMissing() {
        return asked > 0;
    }

    /** The target did not answer. */
    void await() {
        if (asked++ == 0) {
            ask();
        }
    }

    private void ask() {
        thread.later(
                BackOff.millis(asked),
                () -> http.send(new RawRequest("GET", "/", "", List.of(), TIMEOUT))
                        .whenComplete((answer, failure) -> thread.run(() -> answered(failure))));
    }

    private void answered(@Nullable Throwable failure) {
        if (failure == null) {
            asked = 0;
            heard.run();
        } else {
            asked++;
            ask();
        }
    }
}
