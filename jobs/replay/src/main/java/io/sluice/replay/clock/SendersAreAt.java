package io.sluice.replay.clock;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Tells the clock which time has come to the senders: the lower of its own and of that of the capture.
 *
 * @param millis of capture time; {@link Pace#UNKNOWN} while that is not known of all of them
 */
record SendersAreAt(long millis) implements SourceEvent {
    private static final long serialVersionUID = 1L;
}
