package io.sluice.lucene4;

/**
 * Numbers of a fixed count of bits, one behind the other, the highest bit first: Lucene's packed integers.
 */
final class Packed {

    /** Before it, the numbers of a block ended at a multiple of 8 bytes. */
    private static final int BYTE_ALIGNED = 1;

    static final int MAX_VERSION = 2;

    private Packed() {}

    /** How many bytes {@code count} numbers take. */
    static long byteCount(int version, long count, int bits) {
        long bytes = (count * bits + 7) >>> 3;
        return version < BYTE_ALIGNED ? (bytes + 7) & ~7L : bytes;
    }

    /** The {@code count} bits, 0 to 64, that begin at a bit of the array. */
    static long bits(byte[] bytes, long bitAt, int count) {
        long value = 0;
        int at = (int) (bitAt >>> 3);
        int inFirst = (int) (bitAt & 7);
        int missing = count;
        if (inFirst != 0 && missing > 0) {
            int there = Byte.SIZE - inFirst;
            value = bytes[at++] & (0xFF >>> inFirst);
            if (missing <= there) {
                return value >>> (there - missing);
            }
            missing -= there;
        }
        while (missing >= Byte.SIZE) {
            value = value << Byte.SIZE | (bytes[at++] & 0xFF);
            missing -= Byte.SIZE;
        }
        return missing == 0 ? value : value << missing | (bytes[at] & 0xFF) >>> (Byte.SIZE - missing);
    }

    static long zigZag(long encoded) {
        return (encoded >>> 1) ^ -(encoded & 1);
    }
}
