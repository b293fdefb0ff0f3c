package io.sluice.lucene9;

import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.ShardFileBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One Lucene file: a whole file of the shard, or its part of a compound file. It ends with a footer whose last
 * 8 bytes are the CRC32 of all before them.
 *
 * @param name the Lucene file, {@code _0.fdt}
 * @param start of the first byte in {@code file}
 * @param end behind the last
 * @param memory all bytes when they are held in memory; the first is that at {@code memoryAt} of {@code file}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Region(
        String name,
        Access access,
        ShardFileBytes file,
        long start,
        long end,
        byte @Nullable [] memory,
        long memoryAt) {

    private static final int CHECKSUM_LENGTH = Long.BYTES;
    private static final int FOOTER_LENGTH = Integer.BYTES + Integer.BYTES + CHECKSUM_LENGTH;
    private static final ByteWindow.Sizes VERIFYING = new ByteWindow.Sizes(256 << 10, 1 << 20);

    long length() {
        return end - start;
    }

    long checksumAt() {
        return Math.max(start, end - CHECKSUM_LENGTH);
    }

    String describe(long position) {
        String where = file.describe(position);
        return where.startsWith(name) ? where : name + " in " + where;
    }

    /** Reads all of it and compares it with its checksum. */
    void verify() throws IOException {
        if (length() < FOOTER_LENGTH) {
            throw new CorruptBlobException(describe(start), start, "a file with a footer", length() + " bytes");
        }
        byte[] bytes = memory;
        if (bytes != null) {
            CRC32 crc = new CRC32();
            crc.update(bytes, (int) (start - memoryAt), (int) (checksumAt() - start));
            expect(ByteBuffer.wrap(bytes).getLong((int) (checksumAt() - memoryAt)), crc.getValue());
            return;
        }
        ByteWindow window = new ByteWindow(file, start, end, VERIFYING);
        window.expectEndAt(end);
        window.takeChecksumUntil(checksumAt());
        finish(window);
    }

    /** Compares what passed by in the window, which goes on to the end, with the checksum. */
    void finish(ByteWindow window) throws IOException {
        long found = window.finishChecksum();
        long expected = 0;
        for (long at = checksumAt(); at < end; at++) {
            window.moveTo(at);
            expected = expected << Byte.SIZE | (window.bytes()[(int) (at - window.start())] & 0xFF);
        }
        expect(expected, found);
    }

    private void expect(long expected, long found) throws CorruptBlobException {
        if (expected != found) {
            throw new CorruptBlobException(
                    describe(start), checksumAt(), "checksum 0x%X".formatted(expected), "0x%X".formatted(found));
        }
    }
}
