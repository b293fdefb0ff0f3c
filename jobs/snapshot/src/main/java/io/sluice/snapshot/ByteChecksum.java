package io.sluice.snapshot;

import java.io.Serializable;
import java.util.zip.CRC32;

/**
 * The CRC32 of some bytes, and how many they are. The checksums of two runs of bytes give that of both,
 * one behind the other, without the bytes.
 *
 * <p>A CRC is the remainder of the bytes, taken as a polynomial over GF(2), by a fixed one. More bytes behind it
 * multiply it by {@code x^(8·length)}; their own CRC is added. Both happen in the remainders alone. What
 * CRC32 does before and after, inverting, cancels out.
 *
 * @param crc as {@link CRC32#getValue} has it: 32 bits, not negative
 */
public record ByteChecksum(long crc, long length) implements Serializable {

    /** Of no bytes. */
    public static final ByteChecksum EMPTY = new ByteChecksum(0, 0);

    /** The divisor, without its {@code x^32}; as in every value here, the highest bit belongs to {@code x^0}. */
    private static final int DIVISOR = 0xEDB88320;

    private static final int ONE = 1 << 31;
    private static final int X_TO_8 = ONE >>> Byte.SIZE;

    public ByteChecksum {
        if (crc < 0 || crc > 0xFFFF_FFFFL || length < 0) {
            throw new IllegalArgumentException("crc 0x%X of %d bytes".formatted(crc, length));
        }
    }

    /** Of {@code length} bytes that {@code crc} has taken. */
    public static ByteChecksum of(CRC32 crc, long length) {
        return new ByteChecksum(crc.getValue(), length);
    }

    /** Of these bytes with those of {@code next} behind them. */
    public ByteChecksum then(ByteChecksum next) {
        int shifted = multiply((int) crc, power(X_TO_8, next.length));
        return new ByteChecksum((shifted ^ (int) next.crc) & 0xFFFF_FFFFL, length + next.length);
    }

    private static int power(int base, long exponent) {
        int result = ONE;
        int square = base;
        for (long left = exponent; left > 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(result, square);
            }
            square = multiply(square, square);
        }
        return result;
    }

    /** Adds up {@code right · x^i} for every {@code x^i} of {@code left}. */
    private static int multiply(int left, int right) {
        int sum = 0;
        int shifted = right;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((left & bit) != 0) {
                sum ^= shifted;
            }
            boolean overflows = (shifted & 1) != 0;
            shifted >>>= 1;
            if (overflows) {
                shifted ^= DIVISOR;
            }
        }
        return sum;
    }
}
