package io.sluice.lucene4;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where numbers are in the formats of Lucene 4.5 to 6.
 *
 * @param missing where, in the data, a bit for each document says whether it has one; −1: all have; −2: none has
 * @param sparse when only few documents have one, which do
 */
record DirectColumn(long missing, Values values, @Nullable Sparse sparse) implements Columns.Entry {

    private static final long ALL = -1;
    private static final long NOBODY = -2;

    /** {@code first + factor × packed}, or the table's; filled by {@link ColumnMeta45}. */
    static final class Values {
        long offset;
        long count;
        int packedVersion;
        int blockSize;
        int bits;
        long first;
        long factor = 1;
        long @Nullable [] table;
        /** Not when they are addresses of other values. */
        boolean isReadable = true;
    }

    /** The numbers of the documents that have a value. */
    record Sparse(long count, Monotonic documents) {}

    @Override
    public Column open(ColumnData data, int documents) throws IOException {
        if (!values.isReadable) {
            throw Numbers.damaged(data, values.offset, "numbers", -1);
        }
        Numbers numbers = numbers(data);
        if (sparse != null) {
            return new SparseColumn(data, missing, sparse, numbers);
        }
        if (missing == NOBODY) {
            return Column.empty();
        }
        Numbers checked = index -> {
            if (index >= values.count) {
                throw Numbers.damaged(data, values.offset, "one of " + values.count + " numbers", index);
            }
            return numbers.get(index);
        };
        if (missing == ALL) {
            return checked::get;
        }
        ColumnData marks = new ColumnData(data.file()); // a window of its own: each is walked through on its own
        return document -> hasNumber(marks, document) ? checked.get(document) : Column.NONE;
    }

    private boolean hasNumber(ColumnData marks, int document) throws IOException {
        return (marks.readByte(missing + (document >>> 3)) >>> (document & 7) & 1) == 1;
    }

    private Numbers numbers(ColumnData data) throws IOException {
        long[] table = values.table;
        if (table != null) {
            int bits = values.blockSize > 0 ? bitsFor(table.length - 1) : values.bits;
            return Numbers.table(Numbers.packed(data, values.offset, bits), table, data, values.offset);
        }
        if (values.blockSize > 0) {
            Numbers packed = new BlockPacked(data, values.offset, values.packedVersion, values.blockSize, values.count);
            return Numbers.linear(packed, values.first, values.factor);
        }
        return values.bits == 0
                ? Numbers.constant(values.first)
                : Numbers.linear(Numbers.packed(data, values.offset, values.bits), values.first, values.factor);
    }

    private static int bitsFor(int largest) {
        return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(largest));
    }

    /** Walks over the documents that have a number beside those that are asked for. */
    private static final class SparseColumn implements Column {

        private final ColumnData data;
        private final ColumnData places;
        private final long start;
        private final Sparse sparse;
        private final Numbers numbers;
        private long next;
        private long nextDocument = -1;

        SparseColumn(ColumnData data, long start, Sparse sparse, Numbers numbers) {
            this.data = data;
            this.places = new ColumnData(data.file());
            this.start = start;
            this.sparse = sparse;
            this.numbers = numbers;
        }

        @Override
        public long get(int document) throws IOException {
            if (nextDocument < 0) {
                next = firstAtOrBehind(document);
                nextDocument = documentAt(next);
            }
            while (nextDocument < document) {
                next++;
                nextDocument = documentAt(next);
            }
            return nextDocument == document ? numbers.get(next) : NONE;
        }

        private long documentAt(long i) throws IOException {
            return i >= sparse.count ? Long.MAX_VALUE : sparse.documents.get(places, start, i);
        }

        private long firstAtOrBehind(int document) throws IOException {
            long low = 0;
            long high = sparse.count;
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (documentAt(middle) < document) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        @Override
        public String toString() {
            return "few numbers of " + data.file().name();
        }
    }
}
