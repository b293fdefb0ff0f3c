package io.sluice.capture.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * One file of the journal, mapped as a whole.
 *
 * <pre>
 *   segment := header entry* end
 *   header  := "SLUICEJ1":u64  version:u32 = 1  zero:u32  sequence:u64  crc:u32  zero:u32, padded to 64 bytes
 *   entry   := length:u32  crc:u32  stamp:u64  sequence:u32  partition:u16  keyLength:u16  key  record, padded to 8
 *   end     := 0:u32 (nothing more yet)  |  0xFFFFFFFF:u32 (goes on in the next sequence)
 * </pre>
 *
 * Big-endian. {@code length} counts key and record; it is stored last, so an entry is there as a whole or not at all when
 * the process is killed. {@code crc} is CRC-32C: in the header over the 24 bytes before it, in an entry over everything
 * after it but the padding. An entry's {@code sequence} is the lower half of the header's: what a former use of the file left behind
 * is never taken for an entry of this one.
 *
 * <p>Guarded by the journal's lock, but for the reading of entries below the journal's tail.
 */
final class Segment {

    static final int HEADER = 64;
    static final int ENTRY_HEADER = 24;
    /** What must stay free behind the last entry of a segment. */
    static final int END = 8;

    static final int CONTINUES = 0xFFFF_FFFF;
    static final int VERSION = 1;

    private static final long MAGIC = 0x534C_5549_4345_4A31L;
    private static final int HEADER_CRC = 24;
    private static final int ENTRY_CRC = 4;
    private static final int ENTRY_STAMP = 8;
    private static final int ENTRY_SEQUENCE = 16;
    private static final int ENTRY_PARTITION = 20;
    private static final int ENTRY_KEY_LENGTH = 22;
    private static final int ZEROS = 1 << 20;

    private final MappedByteBuffer bytes;
    private final ByteBuffer writer;
    private final ByteBuffer summed;
    private final CRC32C crc = new CRC32C();
    private final Path file;
    private long sequence;

    private Segment(Path file, MappedByteBuffer bytes) {
        this.file = file;
        this.bytes = bytes;
        this.writer = bytes.duplicate();
        this.summed = bytes.duplicate();
    }

    /** Makes a file full of zeros, so that every page has its place on the disk. */
    static Segment create(Path file, int size) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS, size));
            for (long left = size; left > 0; left -= zeros.position()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), left));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
            channel.force(true);
            return new Segment(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, size));
        }
    }

    /** Opens a file that an earlier process made. Its sequence is 0 when it has none that can be trusted. */
    static Segment open(Path file, int size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() != size) {
                throw new JournalException("%s has %d bytes where %d were expected. Was it cut or copied in part?"
                                .formatted(file, channel.size(), size)
                        + " Put the whole folder back, or remove it if what it holds may be lost.");
            }
            Segment segment = new Segment(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, size));
            segment.sequence = segment.readHeader();
            return segment;
        }
    }

    private long readHeader() throws JournalException {
        if (bytes.getLong(0) != MAGIC || bytes.getInt(HEADER_CRC) != sum(0, HEADER_CRC)) {
            return 0;
        }
        if (bytes.getInt(8) != VERSION) {
            throw new JournalException(
                    "%s is of version %d, but this build reads version %d. Start the build that wrote it once more, so that it publishes what is left."
                            .formatted(file, bytes.getInt(8), VERSION));
        }
        return bytes.getLong(16);
    }

    /** Begins a new use of the file, empty. */
    void begin(long next) {
        bytes.putInt(HEADER, 0);
        VarHandle.releaseFence();
        bytes.putLong(0, MAGIC);
        bytes.putInt(8, VERSION);
        bytes.putInt(12, 0);
        bytes.putLong(16, next);
        bytes.putInt(HEADER_CRC, sum(0, HEADER_CRC));
        sequence = next;
    }

    long sequence() {
        return sequence;
    }

    int size() {
        return bytes.capacity();
    }

    Path file() {
        return file;
    }

    /** The bytes that an entry takes. */
    static int span(int keyLength, int size) {
        return (ENTRY_HEADER + keyLength + size + 7) & -8;
    }

    /** Writes an entry at an offset where it fits. */
    void append(int offset, int partition, long stamp, Draft draft, int keyLength, int size) throws IOException {
        int start = offset + ENTRY_HEADER;
        int end = start + keyLength + size;
        bytes.putLong(offset + ENTRY_STAMP, stamp);
        bytes.putInt(offset + ENTRY_SEQUENCE, (int) sequence);
        bytes.putShort(offset + ENTRY_PARTITION, (short) partition);
        bytes.putShort(offset + ENTRY_KEY_LENGTH, (short) keyLength);
        draft.writeKey(writer.limit(start + keyLength).position(start));
        draft.write(writer.limit(end).position(start + keyLength), stamp);
        bytes.putInt(offset + ENTRY_CRC, sum(offset + ENTRY_STAMP, end));
        bytes.putInt(offset + span(keyLength, size), 0);
        VarHandle.releaseFence();
        bytes.putInt(offset, keyLength + size);
    }

    /** Says that the journal goes on in the next sequence. */
    void close(int offset) {
        bytes.putInt(offset, CONTINUES);
    }

    /** The length at an offset as it stands there. */
    int length(int offset) {
        return bytes.getInt(offset);
    }

    /** Whether what stands at an offset is a whole entry of this use of the file. */
    boolean isWhole(int offset) {
        int length = bytes.getInt(offset);
        if (length <= 0 || length > bytes.capacity() - offset - ENTRY_HEADER - END) {
            return false;
        }
        return bytes.getInt(offset + ENTRY_SEQUENCE) == (int) sequence
                && keyLength(offset) <= length
                && bytes.getInt(offset + ENTRY_CRC) == sum(offset + ENTRY_STAMP, offset + ENTRY_HEADER + length);
    }

    /** Ends the entries at an offset, whatever stands there. */
    void cut(int offset) {
        bytes.putInt(offset, 0);
    }

    long stamp(int offset) {
        return bytes.getLong(offset + ENTRY_STAMP);
    }

    int partition(int offset) {
        return Short.toUnsignedInt(bytes.getShort(offset + ENTRY_PARTITION));
    }

    int keyLength(int offset) {
        return Short.toUnsignedInt(bytes.getShort(offset + ENTRY_KEY_LENGTH));
    }

    byte[] copy(int from, int length) {
        byte[] copy = new byte[length];
        bytes.get(from, copy);
        return copy;
    }

    /** Writes a part through to the disk. */
    void force(int from, int to) throws IOException {
        try {
            bytes.force(from, to - from);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private int sum(int from, int to) {
        crc.reset();
        crc.update(summed.limit(to).position(from));
        return (int) crc.getValue();
    }
}
