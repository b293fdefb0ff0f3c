package io.sluice.transform;

/** What an index's writes are fenced with, as {@code external_gte}. One kind per index, the same for backfill and replay. */
public enum FenceKind {
    /** {@code _seq_no}; a document from before sequence numbers has 0. */
    SEQ_NO {
        @Override
        public long of(long seqNo, long version) {
            return Math.max(0, seqNo);
        }

        @Override
        public long ofDelete(long maxSeqNo, long version) {
            return maxSeqNo;
        }
    },
    /**
     * 2<sup>60</sup> and {@code _seq_no}: for the way back, when the old target is the source and the old source the target. What the
     * old source holds has versions of its own, by which a plain sequence number of the other cluster would lose; all of these are
     * above them. Only an index whose clients give versions above 2<sup>60</sup> themselves (a time in nanoseconds is one) has no way back.
     */
    WAY_BACK {
        @Override
        public long of(long seqNo, long version) {
            return ABOVE_ALL_VERSIONS + Math.max(0, seqNo);
        }

        @Override
        public long ofDelete(long maxSeqNo, long version) {
            return ABOVE_ALL_VERSIONS + maxSeqNo;
        }
    },
    /** {@code _version}: for sources without sequence numbers, or where the user says so. */
    VERSION {
        @Override
        public long of(long seqNo, long version) {
            return Math.max(0, version);
        }

        @Override
        public long ofDelete(long maxSeqNo, long version) {
            return Math.max(0, version) + 1;
        }
    },
    /** No fence: a repeat overwrites, and what comes late wins. */
    NONE {
        @Override
        public long of(long seqNo, long version) {
            return -1;
        }

        @Override
        public long ofDelete(long maxSeqNo, long version) {
            return -1;
        }
    };

    private static final long ABOVE_ALL_VERSIONS = 1L << 60;

    /** Whether it is made of sequence numbers, so that it needs a source that tells them. */
    public boolean isNumbered() {
        return this == SEQ_NO || this == WAY_BACK;
    }

    /** The fence of a document, or −1 for none. */
    public abstract long of(long seqNo, long version);

    /**
     * The fence of the delete of a document that a later snapshot does not have, or −1 for none. Which operation deleted it
     * is forgotten: it had at most the highest sequence number of that snapshot, which is below all that came after; and at least the
     * version behind the document's last.
     *
     * @param maxSeqNo of the document's shard in the later snapshot
     * @param version of the document in the earlier one
     */
    public abstract long ofDelete(long maxSeqNo, long version);
}
