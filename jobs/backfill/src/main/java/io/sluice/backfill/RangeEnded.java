package io.sluice.backfill;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader is done with a range. It keeps the range in its state, and says so again, until it hears {@link
 * RangeRecorded}: then every later checkpoint has the end in the enumerator's state.
 *
 * @param split as far as it is settled
 * @param reason empty when all of it is; else why it was given up
 * @param scope how far the reason reaches
 */
record RangeEnded(RangeSplit split, String reason, Scope scope) implements SourceEvent {

    /** What a reason to give up applies to. */
    enum Scope {
        RANGE,
        /** The shard; and what was carried of the segment may be wrong, because its bytes are damaged. */
        SEGMENT,
        SHARD,
        INDEX
    }
}
