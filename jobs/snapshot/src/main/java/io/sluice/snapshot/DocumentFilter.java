package io.sluice.snapshot;

import java.util.BitSet;

/** Chooses among the live documents of a segment before any of their stored fields is read. */
public sealed interface DocumentFilter {

    /** Every document. */
    static DocumentFilter all() {
        return new All();
    }

    /**
     * Whether the bytes between wanted documents are passed over, too: then little is read where few are wanted, but there is
     * no checksum.
     */
    default boolean skipsBytes() {
        return false;
    }

    /** Whether {@link #wants} looks at the operation; else it may be given anything. */
    boolean looksAtOperations();

    /**
     * Whether the document is wanted.
     *
     * @param seqNo {@code _seq_no}, or −1 where it has none
     * @param term {@code _primary_term}, or −1 where it has none
     */
    boolean wants(int document, long seqNo, long term);

    /** Wants all. */
    record All() implements DocumentFilter {
        @Override
        public boolean looksAtOperations() {
            return false;
        }

        @Override
        public boolean wants(int document, long seqNo, long term) {
            return true;
        }
    }

    /**
     * Wants marked ones, and skips the bytes of others.
     *
     * @param marks of a document is bit {@code first + document}; not changed while a cursor uses it
     */
    record Marked(BitSet marks, int first) implements DocumentFilter {
        @Override
        public boolean skipsBytes() {
            return true;
        }

        @Override
        public boolean looksAtOperations() {
            return false;
        }

        @Override
        public boolean wants(int document, long seqNo, long term) {
            return marks.get(first + document);
        }
    }

    /** Wants those which came with other operations than these. */
    record Except(KnownOperations known, boolean skipsBytes) implements DocumentFilter {
        @Override
        public boolean looksAtOperations() {
            return true;
        }

        @Override
        public boolean wants(int document, long seqNo, long term) {
            return !known.include(seqNo, term);
        }
    }
}
