package io.sluice.capture.topic;

import io.sluice.capture.read.Run;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as the topic tells of it.
 *
 * @param run its newest
 * @param admin where its admin port is reached, {@code host:port}; empty when it did not say
 * @param state see {@link State}
 * @param heard Kafka's time of its newest heartbeat or hello; null when it is older than what was read
 */
public record ProxySight(
        Run run, String admin, State state, @Nullable Instant heard) {

    /** What has become of it. */
    public enum State {
        /** It beats. */
        LIVE,
        /** It is on the roster and does not beat: it holds back time, and so replay. */
        SILENT,
        /** It said goodbye. */
        LEFT,
        /** Somebody decided that it will not come back. */
        FORGOTTEN
    }
}
