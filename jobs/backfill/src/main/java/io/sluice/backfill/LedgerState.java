package io.sluice.backfill;

import java.util.List;

/**
 * The account of the whole job as of one checkpoint: every planned shard, every range of it.
 *
 * @param shards in planning order; shards behind the last are not planned yet
 */
record LedgerState(List<Shard> shards) {

    static final LedgerState EMPTY = new LedgerState(List.of());

    LedgerState {
        shards = List.copyOf(shards);
    }

    /**
     * A planned shard.
     *
     * @param failure why it cannot be read at all, or empty
     */
    record Shard(String index, int shard, String failure, List<Range> ranges) {
        Shard {
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * A range and its fate.
     *
     * @param split how far it was when it was last heard of
     * @param live how many live documents it has, by estimate
     * @param reason why it was stopped or is suspect, or empty
     */
    record Range(RangeSplit split, long live, Phase phase, String reason) {}

    /** Where a range is. The names are part of the serialized form. */
    enum Phase {
        /** Nobody reads it. */
        PENDING,
        /** A reader has it. */
        ASSIGNED,
        /** Every document of it is settled, and every byte of it was read. */
        FINISHED,
        /** It was given up; what is behind its position was not carried. A restart tries again. */
        STOPPED,
        /**
         * The bytes of its segment are not what was written: what was carried of it may be wrong, and the rest was given
         * up. A restart reads it again from its first document on.
         */
        SUSPECT
    }
}
