package io.sluice.snapshot;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some documents of a shard by their ids and scopes, in the order in which they were added.
 */
final class IdTable {

    /**
     * With this many, or with ids and routings of so many bytes, it is full: 20 MB at most, what a reader may take for its range.
     * It decides how often the written documents are read again, which is rarely more than once: only ids of documents that were
     * deleted or written again come here.
     */
    static final int MOST_DOCUMENTS = 1 << 16;

    static final int MOST_BYTES = 8 << 20;

    private final int mostDocuments;
    private final IdScope scope;
    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private int bytes;

    /**
     * @param mostDocuments with which it is full; {@link #MOST_DOCUMENTS} but in tests
     * @param scope where ids are told apart
     */
    IdTable(int mostDocuments, IdScope scope) {
        this.mostDocuments = mostDocuments;
        this.scope = scope;
    }

    /** An id, here or in a cursor that is only asked for it. */
    private static final class Key {
        private final byte[] id;
        private final int length;
        private final int hash;
        private final String scope;

        Key(byte[] id, int length, String scope) {
            this.id = id;
            this.length = length;
            this.scope = scope;
            this.hash = hash(id, length) + scope.hashCode();
        }

        private static int hash(byte[] id, int length) {
            int hash = 1;
            for (int i = 0; i < length; i++) {
                hash = 31 * hash + id[i];
            }
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && Arrays.equals(id, 0, length, key.id, 0, key.length)
                    && scope.equals(key.scope);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** A document. */
    static final class Entry {
        private final int number;
        private final byte[] id;
        private final byte @Nullable [] routing;
        private final @Nullable String type;
        private final long version;
        private final long seqNo;
        private long versionAgain = Long.MIN_VALUE;

        private Entry(DocumentCursor document, int number) {
            this.number = number;
            this.id = Arrays.copyOf(document.idBytes(), document.idLength());
            int routingLength = document.routingLength();
            this.routing = routingLength < 0 ? null : Arrays.copyOf(document.routingBytes(), routingLength);
            this.type = document.type();
            this.version = document.version();
            this.seqNo = document.seqNo();
        }

        int number() {
            return number;
        }

        byte[] id() {
            return id;
        }

        byte @Nullable [] routing() {
            return routing;
        }

        @Nullable
        String type() {
            return type;
        }

        long version() {
            return version;
        }

        long seqNo() {
            return seqNo;
        }

        /** Whether a document of this id was struck out. */
        boolean isWrittenAgain() {
            return versionAgain != Long.MIN_VALUE;
        }

        /** Whether that has a lower version. */
        boolean hasFallenBack() {
            return isWrittenAgain() && versionAgain < version;
        }
    }

    /** Forgets all. */
    void clear() {
        entries.clear();
        bytes = 0;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * Adds the document that a cursor stands on, which no other has the id and scope of.
     *
     * @param number what it is to be called
     * @return false when the table is full, and the document is not in it
     */
    boolean add(DocumentCursor document, int number) {
        if (entries.size() == mostDocuments || bytes > MOST_BYTES) {
            return false;
        }
        Entry entry = new Entry(document, number);
        entries.put(new Key(entry.id, entry.id.length, scope.of(document)), entry);
        bytes += entry.id.length + Math.max(0, document.routingLength());
        return true;
    }

    /** Marks the document that has the id and scope of the one that a cursor stands on, if there is one. */
    void strikeOut(DocumentCursor document) {
        Entry entry = entries.get(new Key(document.idBytes(), document.idLength(), scope.of(document)));
        if (entry != null) {
            entry.versionAgain = document.version();
        }
    }

    /** All of them, those struck out too, in the order in which they were added. */
    Iterator<Entry> entries() {
        return entries.values().iterator();
    }
}
