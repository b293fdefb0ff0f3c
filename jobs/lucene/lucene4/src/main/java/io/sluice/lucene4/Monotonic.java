package io.sluice.lucene4;

import io.sluice.snapshot.CorruptBlobException;
import java.io.IOException;

/**
 * Numbers that never fall, in blocks, as their distances from a line.
 *
 * <pre>
 *   meta := (smallest:i64  average:float  offset:i64  bits:i8){blocks}
 * </pre>
 *
 * @param shift a block has {@code 2^shift} numbers
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Monotonic(int shift, long[] smallest, float[] averages, long[] offsets, byte[] bits) {

    private static final int META_BYTES = Long.BYTES + Float.BYTES + Long.BYTES + Byte.BYTES;
    private static final int MAX_SHIFT = 30;

    static Monotonic read(Input meta, long count, int shift) throws CorruptBlobException {
        if (shift < 0 || shift > MAX_SHIFT || count < 0) {
            throw meta.corrupt("the size of a block", "2^" + shift + " for " + count);
        }
        long needed = (count >>> shift) + ((count & ((1L << shift) - 1)) == 0 ? 0 : 1);
        if (needed > meta.remaining() / META_BYTES) {
            throw meta.corrupt("the heads of " + needed + " blocks", meta.remaining() + " bytes");
        }
        int blocks = (int) needed;
        Monotonic read = new Monotonic(shift, new long[blocks], new float[blocks], new long[blocks], new byte[blocks]);
        for (int i = 0; i < blocks; i++) {
            read.smallest[i] = meta.readLong();
            read.averages[i] = Float.intBitsToFloat(meta.readInt());
            read.offsets[i] = meta.readLong();
            read.bits[i] = meta.readByte();
            if (read.bits[i] < 0 || read.bits[i] > Long.SIZE) {
                throw meta.corrupt("0 to 64 bits", Integer.toString(read.bits[i]));
            }
        }
        return read;
    }

    long get(ColumnData data, long start, long index) throws IOException {
        int block = (int) (index >>> shift);
        long inBlock = index & ((1L << shift) - 1);
        long distance =
                bits[block] == 0 ? 0 : data.readBits(start + offsets[block], inBlock * bits[block], bits[block]);
        return smallest[block] + (long) (averages[block] * inBlock) + distance;
    }
}
