package io.sluice.lucene4;

import java.io.IOException;

/**
 * Numbers in blocks, each with as many bits as its largest needs. Of Lucene 4.2 to 4.8.
 *
 * <pre>
 *   block := bits × 2 + from zero:u8  [smallest, zigzag of one more:vlong]  packed{numbers of the block}
 * </pre>
 *
 * Where a block begins only the one before it says.
 */
final class BlockPacked implements Numbers {

    private static final int MIN_SIZE = 64;
    private static final int MAX_SIZE = 1 << 27;
    private static final int FROM_ZERO = 1;

    private final ColumnData data;
    private final long offset;
    private final int version;
    private final int size;
    private final long count;

    private long block = -1;
    private long next;
    private long first;
    private int bits;
    private long start;

    BlockPacked(ColumnData data, long offset, int version, int size, long count) throws IOException {
        boolean isSize = size >= MIN_SIZE && size <= MAX_SIZE && Integer.bitCount(size) == 1;
        if (!isSize || version < 0 || version > Packed.MAX_VERSION) {
            throw Numbers.damaged(data, offset, "the size of a block", size);
        }
        this.data = data;
        this.offset = offset;
        this.version = version;
        this.size = size;
        this.count = count;
        this.next = offset;
    }

    @Override
    public long get(long index) throws IOException {
        if (index < 0 || index >= count) {
            throw Numbers.damaged(data, offset, "one of " + count + " numbers", index);
        }
        long wanted = index / size;
        if (wanted < block) {
            block = -1;
            next = offset;
        }
        while (block < wanted) {
            readHead();
        }
        return bits == 0 ? first : first + data.readBits(start, index % size * bits, bits);
    }

    private void readHead() throws IOException {
        block++;
        DataSequence in = new DataSequence(data, next);
        int token = in.readByte();
        bits = token >>> 1;
        if (bits > Long.SIZE) {
            throw Numbers.damaged(data, next, "at most 64 bits", bits);
        }
        first = (token & FROM_ZERO) == 0 ? Packed.zigZag(1 + in.readVLong()) : 0;
        start = in.position();
        next = start + (bits == 0 ? 0 : Packed.byteCount(version, Math.min(size, count - block * size), bits));
    }
}
