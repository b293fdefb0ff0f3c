package io.sluice.lucene4;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.ShardFileBytes;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * One Lucene file: a whole file of the shard, or its part of a compound file.
 *
 * <pre>
 *   header := 0x3FD76C17:u32  codec:string  version:u32   [id:16 bytes  suffix:string]    (the last two from Lucene 5 on)
 *   footer := 0xC02893E8:u32  algorithm:u32 = 0  crc32:u64                                (from Lucene 4.8 on)
 * </pre>
 *
 * @param name the Lucene file, {@code _0.fdt}
 * @param file what it is read from: the shard's file, or some bytes of it in memory
 * @param start of the first byte in {@code file}
 * @param end behind the last
 * @param origin the shard's file
 * @param shift how far behind its place in {@code file} a byte is in {@code origin}
 */
record InnerFile(String name, ShardFileBytes file, long start, long end, ShardFileBytes origin, long shift) {

    static final int ID_LENGTH = 16;

    /** How long a footer is, in bytes. */
    static final int FOOTER_LENGTH = Integer.BYTES + Integer.BYTES + Long.BYTES;

    private static final int HEADER_MAGIC = 0x3FD76C17;
    private static final long FOOTER = 0xC02893E8_00000000L;
    private static final int MAX_HEADER_BYTES = 512;

    /** Nothing that is read as a whole is larger: the index of a terabyte of stored fields is not. */
    private static final int MAX_BYTES = 256 << 20;

    private static final int SMALL_BYTES = 16 << 10;

    private static final ByteWindow.Sizes VERIFYING = new ByteWindow.Sizes(256 << 10, 1 << 20);

    InnerFile(String name, ShardFileBytes file, long start, long end) {
        this(name, file, start, end, file, 0);
    }

    /** @param codec the name of the format that wrote the file */
    record Header(String codec, int version) {}

    long length() {
        return end - start;
    }

    String describe(long position) {
        String where = origin.describe(Math.max(0, Math.min(position + shift, origin.length() - 1)));
        return where.startsWith(name) ? where : name + " in " + where;
    }

    /** A file of which any byte costs a request is read as a whole while it is small, and then verified as a whole. */
    InnerFile inMemoryWhenSmall(boolean hasFooter) throws IOException {
        if (length() > SMALL_BYTES) {
            return this;
        }
        Input in = whole();
        if (hasFooter) {
            verify(in);
        }
        return file == origin ? over(in.bytes(), start) : this; // else it is in memory as a part of another
    }

    /** The same in memory. */
    InnerFile over(byte[] bytes, long bytesAt) {
        ShardFileBytes memory = file.inMemory(name, bytes);
        return new InnerFile(name, memory, start - bytesAt, end - bytesAt, origin, shift + bytesAt);
    }

    /** All of it, in memory. */
    Input whole() throws IOException {
        if (length() > MAX_BYTES) {
            throw corrupt(start, "at most " + MAX_BYTES + " bytes", length() + " bytes");
        }
        return first((int) length());
    }

    /** Enough of it to read its header and what follows at once. */
    Input beginning() throws IOException {
        return first((int) Math.min(length(), MAX_HEADER_BYTES));
    }

    private Input first(int count) throws IOException {
        byte[] bytes = new byte[count];
        file.read(start, bytes, 0, count);
        return new Input(this).reset(this, bytes, 0, count, start);
    }

    /**
     * Reads the header.
     *
     * @param codec the beginning of the name that it must have
     * @param id of the segment; none for one of Lucene 4
     */
    Header header(Input in, String codec, byte[] id) throws CorruptBlobException {
        int magic = in.readInt();
        if (magic != HEADER_MAGIC) {
            throw corrupt(start, "the header 0x%X".formatted(HEADER_MAGIC), "0x%X".formatted(magic));
        }
        String found = in.readString();
        int version = in.readInt();
        if (!found.startsWith(codec)) {
            throw corrupt(start, "the codec name \"" + codec + "\"", "\"" + found + "\"");
        }
        for (byte expected : id) {
            if (in.readByte() != expected) {
                throw corrupt(start, "the id of its segment", "another");
            }
        }
        if (id.length > 0) {
            in.skip(in.readByte() & 0xFF);
        }
        return new Header(found, version);
    }

    /** Verifies the footer of a file that is in memory, and leaves what is before it. */
    void verify(Input whole) throws CorruptBlobException {
        int length = (int) length();
        if (length < FOOTER_LENGTH) {
            throw corrupt(start, "a file with a footer", length + " bytes");
        }
        CRC32 crc = new CRC32();
        crc.update(whole.bytes(), 0, length - Long.BYTES);
        expectFooter(Packed.bits(whole.bytes(), (length - FOOTER_LENGTH) * 8L, Long.SIZE));
        expectChecksum(Packed.bits(whole.bytes(), (length - Long.BYTES) * 8L, Long.SIZE), crc.getValue());
        whole.limit(length - FOOTER_LENGTH);
    }

    /** Reads all of it and compares it with its checksum. */
    void verify() throws IOException {
        ByteWindow window = new ByteWindow(file, start, end, VERIFYING);
        window.expectEndAt(end);
        window.takeChecksum(start, checksumAt());
        ByteChecksum found = window.finishChecksum();
        expected(window).expect(found);
    }

    /** Where the footer has the checksum. */
    long checksumAt() {
        return Math.max(start, end - Long.BYTES);
    }

    /** Reads a part of it for its checksum. */
    ByteChecksum checksum(long from, long to) throws IOException {
        ByteWindow window = new ByteWindow(file, start, end, VERIFYING);
        window.expectEndAt(to);
        window.takeChecksum(from, to);
        return window.finishChecksum();
    }

    /**
     * What the footer says.
     *
     * @throws CorruptBlobException when the shard's file list says something else
     */
    FileChecksum expected(ByteWindow window) throws IOException {
        long expected = 0;
        for (long at = checksumAt(); at < end; at++) {
            window.moveTo(at);
            expected = expected << Byte.SIZE | (window.bytes()[(int) (at - window.start())] & 0xFF);
        }
        boolean isWholeFile = start + shift == 0 && length() == origin.length();
        OptionalLong listed = isWholeFile ? origin.listedChecksum() : OptionalLong.empty();
        if (listed.isPresent() && listed.getAsLong() != expected) {
            throw corrupt(
                    checksumAt(),
                    "checksum 0x%X, which the shard's file list has".formatted(listed.getAsLong()),
                    "0x%X".formatted(expected));
        }
        return new FileChecksum(describe(start), checksumAt() + shift, expected);
    }

    private void expectFooter(long found) throws CorruptBlobException {
        if (found != FOOTER) {
            throw corrupt(end - FOOTER_LENGTH, "the footer 0x%X".formatted(FOOTER), "0x%X".formatted(found));
        }
    }

    private void expectChecksum(long expected, long found) throws CorruptBlobException {
        if (expected != found) {
            throw corrupt(end - Long.BYTES, "checksum 0x%X".formatted(expected), "0x%X".formatted(found));
        }
    }

    CorruptBlobException corrupt(long position, String expected, Throwable cause) {
        String found = "\"" + cause + "\"";
        return new CorruptBlobException(describe(position), position + shift, expected, found, cause);
    }

    CorruptBlobException corrupt(long position, String expected, String found) {
        return new CorruptBlobException(describe(position), position + shift, expected, found);
    }
}
