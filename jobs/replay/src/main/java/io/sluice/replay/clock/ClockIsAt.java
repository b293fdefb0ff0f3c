package io.sluice.replay.clock;

import org.apache.flink.api.connector.source.SourceEvent;

/** Where the clock is, in milliseconds of capture time since 1970. */
record ClockIsAt(long millis) implements SourceEvent {

    private static final long serialVersionUID = 1L;
}
