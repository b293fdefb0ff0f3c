package io.sluice.transform;

import java.util.zip.CRC32C;

/**
 * Gives every id a place between 0 and 1. It depends on nothing but the id and stays the same in every version, so
 * samples of one size are of the same documents, and a larger sample has all of a smaller one.
 */
final class SampledIds {

    private static final double PLACES = 1L << 32;

    private SampledIds() {}

    /** The place of {@code id[0, length)}: its CRC-32C, mixed as MurmurHash3 ends, over 2^32. */
    static double place(byte[] id, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(id, 0, length);
        return Integer.toUnsignedLong(mixed((int) checksum.getValue())) / PLACES;
    }

    /** The finalizer of MurmurHash3_x86_32: without it, ids that differ in their last digit would lie in a pattern. */
    private static int mixed(int hash) {
        int h = hash;
        h ^= h >>> 16;
        h *= 0x85ebca6b;
        h ^= h >>> 13;
        h *= 0xc2b2ae35;
        return h ^ h >>> 16;
    }
}
