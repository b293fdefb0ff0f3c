package io.sluice.replay.clock;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Tells the clock how much of the capture was read.
 *
 * @param millis of capture time: all before it was, and maybe more by now; {@link Pace#UNKNOWN} while that is not known
 */
record CaptureIsAt(long millis) implements SourceEvent {
    private static final long serialVersionUID = 1L;
}
