package io.sluice.backfill;

/** What an index's writes are fenced with, as {@code external_gte}. One kind per index, the same for backfill and replay. */
public enum FenceKind {
    /** {@code _seq_no}; a document from before sequence numbers has 0. */
    SEQ_NO {
        @Override
        long of(long seqNo, long version) {
            return Math.max(0, seqNo);
        }
    },
    /** {@code _version}: for sources without sequence numbers, or where the user says so. */
    VERSION {
        @Override
        long of(long seqNo, long version) {
            return Math.max(0, version);
        }
    },
    /** No fence: a repeat overwrites, and what comes late wins. */
    NONE {
        @Override
        long of(long seqNo, long version) {
            return -1;
        }
    };

    /** The fence of a document, or −1 for none. */
    abstract long of(long seqNo, long version);
}
