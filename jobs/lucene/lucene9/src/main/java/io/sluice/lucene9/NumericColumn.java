package io.sluice.lucene9;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.codecs.lucene90.IndexedDISI;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.RandomAccessInput;
import org.apache.lucene.util.LongValues;
import org.apache.lucene.util.packed.DirectReader;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one field, to be walked over once.
 *
 * <pre>
 *   values := packed numbers  |  block{}  (blockAt:i64){}         the places are counted from the file's begin
 *   block  := bits:u8 min:i64 (length:i32 packed numbers when bits &gt; 0)
 * </pre>
 *
 * A value is {@code factor * packed + min}, or that of the table.
 */
final class NumericColumn extends NumericDocValues {

    private final @Nullable IndexedDISI documents;
    private final int maxDoc;
    private final LongValues values;
    private int document = -1;

    private NumericColumn(@Nullable IndexedDISI documents, int maxDoc, LongValues values) {
        this.documents = documents;
        this.maxDoc = maxDoc;
        this.values = values;
    }

    /**
     * @param data where the values are
     * @param documents where the sets of documents are
     */
    static NumericColumn open(NumericEntry entry, IndexInput data, IndexInput documents, int maxDoc)
            throws IOException {
        if (entry.documentsAt() == NumericEntry.NONE) {
            return new NumericColumn(null, 0, LongValues.ZEROES);
        }
        boolean isDense = entry.documentsAt() == NumericEntry.ALL;
        if (isDense && entry.values() != maxDoc) {
            throw new CorruptIndexException(entry.values() + " values for " + maxDoc + " documents", data);
        }
        IndexedDISI set = isDense
                ? null
                : new IndexedDISI(
                        documents,
                        entry.documentsAt(),
                        entry.documentsLength(),
                        entry.jumpTableEntries(),
                        entry.rankPower(),
                        entry.values());
        return new NumericColumn(set, maxDoc, values(entry, data));
    }

    private static LongValues values(NumericEntry entry, IndexInput data) throws IOException {
        if (entry.bits() == 0) {
            return new LongValues() {
                @Override
                public long get(long index) {
                    return entry.min();
                }
            };
        }
        RandomAccessInput slice = data.randomAccessSlice(entry.valuesAt(), entry.valuesLength());
        if (entry.blockShift() >= 0) {
            return new Blocks(entry, data, slice);
        }
        LongValues packed = DirectReader.getMergeInstance(slice, entry.bits(), 0, entry.values());
        long[] table = entry.table();
        long factor = entry.factor();
        long min = entry.min();
        return new LongValues() {
            @Override
            public long get(long index) {
                long number = packed.get(index);
                return table == null ? factor * number + min : table[(int) number];
            }
        };
    }

    @Override
    public boolean advanceExact(int target) throws IOException {
        document = target;
        return documents == null ? target < maxDoc : documents.advanceExact(target);
    }

    @Override
    public int advance(int target) throws IOException {
        if (documents != null) {
            document = documents.advance(target);
        } else {
            document = target < maxDoc ? target : NO_MORE_DOCS;
        }
        return document;
    }

    @Override
    public int nextDoc() throws IOException {
        return advance(document + 1);
    }

    @Override
    public int docID() {
        return document;
    }

    @Override
    public long longValue() {
        return values.get(documents == null ? document : documents.index());
    }

    @Override
    public long cost() {
        return documents == null ? maxDoc : documents.cost();
    }

    /** Values in blocks that differ in how they are packed. */
    private static final class Blocks extends LongValues {

        private static final int BLOCK_HEADER_BYTES = Byte.BYTES + Long.BYTES;

        private final NumericEntry entry;
        private final RandomAccessInput slice;
        private final @Nullable RandomAccessInput places;
        private final int mask;

        private long block = -1;
        private long nextBlockAt;
        private long min;
        private LongValues packed = LongValues.ZEROES;

        private Blocks(NumericEntry entry, IndexInput data, RandomAccessInput slice) throws IOException {
            this.entry = entry;
            this.slice = slice;
            this.places = entry.blocksAt() == -1
                    ? null
                    : data.randomAccessSlice(entry.blocksAt(), data.length() - entry.blocksAt());
            this.mask = (1 << entry.blockShift()) - 1;
        }

        @Override
        public long get(long index) {
            long wanted = index >>> entry.blockShift();
            if (wanted != block) {
                try {
                    moveTo(wanted);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return entry.factor() * packed.get(index & mask) + min;
        }

        /** The next block begins where the last one ends; any other is looked up. */
        private void moveTo(long wanted) throws IOException {
            if (places != null && wanted != block + 1) {
                nextBlockAt = places.readLong(wanted * Long.BYTES) - entry.valuesAt();
                block = wanted - 1;
            }
            while (block < wanted) {
                open();
            }
        }

        private void open() throws IOException {
            long at = nextBlockAt;
            byte bits = slice.readByte(at);
            min = slice.readLong(at + Byte.BYTES);
            at += BLOCK_HEADER_BYTES;
            block++;
            if (bits == 0) {
                packed = LongValues.ZEROES;
                nextBlockAt = at;
                return;
            }
            int length = slice.readInt(at);
            at += Integer.BYTES;
            long count = Math.min(1L << entry.blockShift(), entry.values() - (block << entry.blockShift()));
            packed = DirectReader.getMergeInstance(slice, bits, at, count);
            nextBlockAt = at + length;
        }
    }
}
