package io.sluice.snapshot;

import java.io.Serializable;

/**
 * The checksum that a Lucene file says it has: the CRC32, in its footer, of all bytes before.
 *
 * @param file the Lucene file and the blob it is in, as a message calls them
 * @param at where the footer has it, in the file of the shard that holds it
 * @param crc 32 bits, not negative, unless it is damaged
 */
public record FileChecksum(String file, long at, long crc) implements Serializable {

    /**
     * Compares it with the checksum of what was read of the file.
     *
     * @throws CorruptBlobException when they differ
     */
    public void expect(ByteChecksum found) throws CorruptBlobException {
        if (found.crc() != crc) {
            throw new CorruptBlobException(file, at, "checksum 0x%X".formatted(crc), "0x%X".formatted(found.crc()));
        }
    }
}
