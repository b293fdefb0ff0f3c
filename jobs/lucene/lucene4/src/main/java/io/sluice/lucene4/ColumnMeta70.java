package io.sluice.lucene4;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code .dvm} says in the format of Lucene 7.
 *
 * <pre>
 *   meta     := (field:i32 kind:u8 entry)…  −1:i32
 *   numbers  := documents  count:i64  table  bits:u8  first:i64  factor:i64  offset:i64  length:i64
 *   documents:= offset:i64 length:i64                 −1: all have one, −2: none has, else {@link DocumentSet}
 *   table    := size:i32 i64{size}                    −1: none, −2 − s: blocks of 2^s numbers, each with its own bits
 *   block    := bits:u8 first:i64 [length:i32 packed]
 *   bytes    := offset:i64 length:i64 documents count:i32 shortest:i32 longest:i32 [addresses]
 *   sorted   := documents count:i32 bits:u8 offset:i64 length:i64 terms
 * </pre>
 */
final class ColumnMeta70 {

    private static final byte NUMBERS = 0;
    private static final byte BYTES = 1;
    private static final byte SORTED = 2;
    private static final byte SORTED_SET = 3;
    private static final byte SORTED_NUMBERS = 4;

    private static final int MAX_TABLE = 256;
    private static final int MAX_SHIFT = 30;
    private static final long ALL = -1;
    private static final long NOBODY = -2;

    private final Input meta;

    private ColumnMeta70(Input meta) {
        this.meta = meta;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(
            long documentsOffset,
            long count,
            long @Nullable [] table,
            int blockShift,
            int bits,
            long first,
            long factor,
            long offset)
            implements Columns.Entry {

        @Override
        public Column open(ColumnData data, int documents) throws IOException {
            if (documentsOffset == NOBODY) {
                return Column.empty();
            }
            Numbers numbers = numbers(data);
            if (documentsOffset == ALL) {
                return numbers::get;
            }
            DocumentSet set = new DocumentSet(new ColumnData(data.file()), documentsOffset);
            return document -> {
                long index = set.indexOf(document);
                return index < 0 ? Column.NONE : numbers.get(index);
            };
        }

        private Numbers numbers(ColumnData data) {
            if (bits == 0) {
                return Numbers.constant(first);
            }
            if (blockShift >= 0) {
                return new Blocks(data, offset, blockShift, factor);
            }
            Numbers packed = Numbers.packed(data, offset, bits);
            return table == null ? Numbers.linear(packed, first, factor) : Numbers.table(packed, table, data, offset);
        }
    }

    /** Each block says where the next one begins. */
    private static final class Blocks implements Numbers {

        private final ColumnData data;
        private final int shift;
        private final long factor;
        private long block = -1;
        private long next;
        private int bits;
        private long first;
        private long start;

        Blocks(ColumnData data, long offset, int shift, long factor) {
            this.data = data;
            this.shift = shift;
            this.factor = factor;
            this.next = offset;
        }

        @Override
        public long get(long index) throws IOException {
            while (block < index >>> shift) {
                readHead();
            }
            long inBlock = index & ((1L << shift) - 1);
            return bits == 0 ? first : first + factor * data.readBits(start, inBlock * bits, bits);
        }

        private void readHead() throws IOException {
            block++;
            bits = data.readByte(next);
            first = data.readLong(next + Byte.BYTES);
            start = next + Byte.BYTES + Long.BYTES + (bits == 0 ? 0 : Integer.BYTES);
            int length = bits == 0 ? 0 : data.readInt(start - Integer.BYTES);
            if (bits > Long.SIZE || length < 0) {
                throw Numbers.damaged(data, next, "a block of numbers", length);
            }
            next = start + length;
        }
    }

    static Map<Integer, Columns.Entry> read(Input meta) throws IOException {
        ColumnMeta70 reader = new ColumnMeta70(meta);
        Map<Integer, Columns.Entry> entries = new HashMap<>();
        for (int field = meta.readInt(); field != -1; field = meta.readInt()) {
            byte kind = meta.readByte();
            switch (kind) {
                case NUMBERS -> entries.put(field, reader.numbers());
                case BYTES -> reader.skipBytes();
                case SORTED -> reader.skipSorted();
                case SORTED_SET -> reader.skipSortedSet();
                case SORTED_NUMBERS -> reader.skipSortedNumbers();
                default -> throw meta.corrupt("a kind of doc values", Integer.toString(kind));
            }
        }
        return entries;
    }

    private Entry numbers() throws IOException {
        long documentsOffset = meta.readLong();
        meta.readLong();
        long count = meta.readLong();
        int tableSize = meta.readInt();
        long[] table = tableSize >= 0 ? table(tableSize) : null;
        int blockShift = tableSize < -1 ? -2 - tableSize : -1;
        int bits = meta.readByte();
        if (blockShift > MAX_SHIFT || bits > Long.SIZE || (bits < 0 && blockShift < 0)) {
            throw meta.corrupt("0 to 64 bits", bits + " in blocks of 2^" + blockShift);
        }
        Entry entry = new Entry(
                documentsOffset, count, table, blockShift, bits, meta.readLong(), meta.readLong(), meta.readLong());
        meta.readLong();
        return entry;
    }

    private long[] table(int size) throws IOException {
        if (size > MAX_TABLE) {
            throw meta.corrupt("a table of at most " + MAX_TABLE, Integer.toString(size));
        }
        long[] table = new long[size];
        for (int i = 0; i < size; i++) {
            table[i] = meta.readLong();
        }
        return table;
    }

    private void skipBytes() throws IOException {
        meta.skip(4 * Long.BYTES);
        int count = meta.readInt();
        int shortest = meta.readInt();
        if (meta.readInt() > shortest) {
            skipAddresses(count);
        }
    }

    private void skipAddresses(int documents) throws IOException {
        meta.readLong();
        Monotonic.read(meta, documents + 1L, meta.readVInt());
        meta.readLong();
    }

    private void skipSorted() throws IOException {
        meta.skip(2 * Long.BYTES + Integer.BYTES + Byte.BYTES + 2 * Long.BYTES);
        skipTerms();
    }

    private void skipSortedSet() throws IOException {
        if (meta.readByte() == 0) {
            skipSorted();
            return;
        }
        meta.skip(2 * Long.BYTES + Byte.BYTES + 2 * Long.BYTES);
        skipAddresses(meta.readInt());
        skipTerms();
    }

    private void skipSortedNumbers() throws IOException {
        Entry numbers = numbers();
        int documents = meta.readInt();
        if (documents != numbers.count) {
            skipAddresses(documents);
        }
    }

    private void skipTerms() throws IOException {
        long size = meta.readVLong();
        int blockShift = meta.readInt();
        int shift = meta.readInt();
        Monotonic.read(meta, inBlocks(size, blockShift), shift);
        meta.skip(Integer.BYTES + 4 * Long.BYTES);
        int indexShift = meta.readInt();
        Monotonic.read(meta, 1 + inBlocks(size, indexShift), shift);
        meta.skip(4 * Long.BYTES);
    }

    private static long inBlocks(long count, int shift) {
        return (count + (1L << shift) - 1) >>> shift;
    }
}
