package io.sluice.lucene9;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.ShardFileBytes;
import java.io.IOException;
import java.util.Objects;
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
        if (memory != null && (start < memoryAt || end - memoryAt > memory.length)) { // by a compound file's table
            throw new CorruptBlobException(
                    describe(start), start, "a file within the one around it", "bytes %d to %d".formatted(start, end));
        }
        ByteWindow window = memory == null ? new ByteWindow(file, start, end, VERIFYING) : null;
        ByteChecksum found = checksum(window, start, checksumAt());
        expected(window).expect(found);
    }

    /** Reads a part of it for its checksum. */
    ByteChecksum checksum(long from, long to) throws IOException {
        return checksum(memory == null ? new ByteWindow(file, start, end, VERIFYING) : null, from, to);
    }

    private ByteChecksum checksum(@Nullable ByteWindow window, long from, long to) throws IOException {
        if (window != null) {
            window.expectEndAt(to == checksumAt() ? end : to);
            window.takeChecksum(from, to);
            return window.finishChecksum();
        }
        CRC32 crc = new CRC32();
        crc.update(Objects.requireNonNull(memory), (int) (from - memoryAt), (int) (to - from));
        return ByteChecksum.of(crc, to - from);
    }

    /**
     * What the footer says.
     *
     * @param window through which to read it, unless it is in memory
     * @throws CorruptBlobException when the shard's file list says something else
     */
    FileChecksum expected(@Nullable ByteWindow window) throws IOException {
        long expected = 0;
        for (long at = checksumAt(); at < end; at++) {
            expected = expected << Byte.SIZE | (byteAt(window, at) & 0xFF);
        }
        boolean isWholeFile = start == 0 && end == file.length();
        if (access == Access.STREAM && isWholeFile && file.listedChecksum().isPresent()) {
            long listed = file.listedChecksum().getAsLong();
            if (listed != expected) {
                throw new CorruptBlobException(
                        describe(start),
                        checksumAt(),
                        "checksum 0x%X, which the shard's file list has".formatted(listed),
                        "0x%X".formatted(expected));
            }
        }
        return new FileChecksum(describe(start), checksumAt(), expected);
    }

    private byte byteAt(@Nullable ByteWindow window, long at) throws IOException {
        byte[] bytes = memory;
        if (bytes != null) {
            return bytes[(int) (at - memoryAt)];
        }
        ByteWindow through = Objects.requireNonNull(window);
        through.moveTo(at);
        return through.bytes()[(int) (at - through.start())];
    }
}
