package io.sluice.backfill;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * What a reader is told.
 *
 * @param number grows with every change
 * @param paused whether to send nothing new
 * @param rate this reader's share
 */
record Orders(long number, boolean paused, RateLimit rate) implements SourceEvent {

    static final Orders NONE = new Orders(0, false, RateLimit.UNLIMITED);
}
