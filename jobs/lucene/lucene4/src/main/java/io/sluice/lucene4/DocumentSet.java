package io.sluice.lucene4;

import java.io.IOException;

/**
 * The documents that have a value, of Lucene 7; asked for in growing order.
 *
 * <pre>
 *   set   := block…                             one for each 65,536 documents of which some have one
 *   block := number:u16  documents − 1:u16
 *            u16{documents}                     up to 4,095 of them
 *            i64{1024}                          more: a bit for each
 *            nothing                            all
 * </pre>
 */
final class DocumentSet {

    private static final int BLOCK_BITS = 16;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int MAX_LISTED = (1 << 12) - 1;
    private static final int WORDS = BLOCK / Long.SIZE;

    private final ColumnData data;
    private long next;

    private int block = -1;
    private int inBlock;
    /** How many are in the blocks before. */
    private long before;

    private long start;
    /** The place, in the block, up to which they were counted, and how many there were. */
    private int counted;

    private int count;

    DocumentSet(ColumnData data, long offset) {
        this.data = data;
        this.next = offset;
    }

    /** How many documents before it have a value; −1 when it has none. */
    long indexOf(int document) throws IOException {
        while (block < document >>> BLOCK_BITS) {
            readHead();
        }
        if (block > document >>> BLOCK_BITS) {
            return -1;
        }
        int number = document & (BLOCK - 1);
        if (inBlock == BLOCK) {
            return before + number;
        }
        return inBlock <= MAX_LISTED ? inList(number) : inWords(number);
    }

    private void readHead() throws IOException {
        int following = data.readShort(next);
        if (following <= block) {
            throw Numbers.damaged(data, next, "a block behind " + block, following);
        }
        before += block < 0 ? 0 : inBlock;
        block = following;
        inBlock = data.readShort(next + Short.BYTES) + 1;
        start = next + 2 * Short.BYTES;
        counted = 0;
        count = 0;
        int length = inBlock == BLOCK ? 0 : inBlock <= MAX_LISTED ? inBlock * Short.BYTES : WORDS * Long.BYTES;
        next = start + length;
    }

    private long inList(int number) throws IOException {
        while (count < inBlock) {
            int listed = data.readShort(start + (long) count * Short.BYTES);
            if (listed >= number) {
                return listed == number ? before + count : -1;
            }
            count++;
        }
        return -1;
    }

    private long inWords(int number) throws IOException {
        int wanted = number / Long.SIZE;
        while (counted < wanted) {
            count += Long.bitCount(data.readLong(start + (long) counted * Long.BYTES));
            counted++;
        }
        long word = data.readLong(start + (long) wanted * Long.BYTES);
        long bit = 1L << number;
        return (word & bit) == 0 ? -1 : before + count + Long.bitCount(word & (bit - 1));
    }
}
