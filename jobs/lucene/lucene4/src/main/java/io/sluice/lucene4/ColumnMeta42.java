package io.sluice.lucene4;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What {@code .dvm} says in the format of Lucene 4.2 to 4.4.
 *
 * <pre>
 *   meta    := (field:vint entry)…  −1:vint
 *   entry   := 0:u8 offset:i64 form:u8 [packed version:vint]                          numbers
 *            | 1:u8 offset:i64 length:i64 shortest:vint longest:vint [version:vint size:vint]      bytes
 *            | 2:u8 offset:i64 count:vlong                                            an FST
 *   numbers := 0 size:vint blocks  |  1 count:vint i64{count} kind:vint bits:vint packed
 *            | 2 i8{documents}     |  3 first:i64 factor:i64 size:vint blocks
 * </pre>
 *
 * The sizes of blocks are in front of them, in the data file. Which documents have no number it does not know.
 */
final class ColumnMeta42 {

    private static final byte NUMBERS = 0;
    private static final byte BYTES = 1;
    private static final byte FST = 2;

    private static final byte BLOCKS = 0;
    private static final byte TABLE = 1;
    private static final byte PLAIN = 2;
    private static final byte FACTOR = 3;

    private static final int MAX_TABLE = 256;

    private ColumnMeta42() {}

    private record Entry(long offset, byte form, int packedVersion) implements Columns.Entry {

        @Override
        public Column open(ColumnData data, int documents) throws IOException {
            DataSequence in = new DataSequence(data, offset);
            Numbers numbers = numbers(data, in, documents);
            return numbers::get;
        }

        private Numbers numbers(ColumnData data, DataSequence in, int documents) throws IOException {
            return switch (form) {
                case BLOCKS -> blocks(data, in, documents);
                case TABLE -> table(data, in);
                case PLAIN -> index -> (byte) data.readByte(offset + index);
                case FACTOR -> {
                    long first = in.readLong();
                    long factor = in.readLong();
                    yield Numbers.linear(blocks(data, in, documents), first, factor);
                }
                default -> throw Numbers.damaged(data, offset, "one of four forms", form);
            };
        }

        private Numbers blocks(ColumnData data, DataSequence in, int documents) throws IOException {
            int size = in.readVInt();
            return new BlockPacked(data, in.position(), packedVersion, size, documents);
        }

        private Numbers table(ColumnData data, DataSequence in) throws IOException {
            int count = in.readVInt();
            if (count < 0 || count > MAX_TABLE) {
                throw Numbers.damaged(data, offset, "a table of at most " + MAX_TABLE, count);
            }
            long[] table = new long[count];
            for (int i = 0; i < count; i++) {
                table[i] = in.readLong();
            }
            boolean isSingleBlock = in.readVInt() == 1;
            int bits = in.readVInt();
            if (bits < 1 || bits > Integer.SIZE) {
                throw Numbers.damaged(data, offset, "1 to 32 bits", bits);
            }
            long at = in.position();
            Numbers places = isSingleBlock ? singleBlocks(data, at, bits) : Numbers.packed(data, at, bits);
            return Numbers.table(places, table, data, offset);
        }

        /** As many whole numbers as fit into 8 bytes, the first in the lowest bits. */
        private static Numbers singleBlocks(ColumnData data, long at, int bits) {
            int inOne = Long.SIZE / bits;
            long mask = -1L >>> (Long.SIZE - bits);
            return index -> data.readLong(at + index / inOne * Long.BYTES) >>> ((int) (index % inOne) * bits) & mask;
        }
    }

    static Map<Integer, Columns.Entry> read(Input meta) throws IOException {
        Map<Integer, Columns.Entry> entries = new HashMap<>();
        for (int field = meta.readVInt(); field != -1; field = meta.readVInt()) {
            byte kind = meta.readByte();
            long offset = meta.readLong();
            switch (kind) {
                case NUMBERS -> {
                    byte form = meta.readByte();
                    entries.put(field, new Entry(offset, form, form == PLAIN ? 0 : meta.readVInt()));
                }
                case BYTES -> {
                    meta.readLong();
                    int shortest = meta.readVInt();
                    if (meta.readVInt() != shortest) {
                        meta.readVInt();
                        meta.readVInt();
                    }
                }
                case FST -> meta.readVLong();
                default -> throw meta.corrupt("numbers, bytes or an FST", Integer.toString(kind));
            }
        }
        return entries;
    }
}
