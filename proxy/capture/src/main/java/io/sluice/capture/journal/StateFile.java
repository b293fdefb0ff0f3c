package io.sluice.capture.journal;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * What a proxy remembers over restarts, in one mapped page.
 *
 * <pre>
 *   0 "SLUICEJS":u64  8 version:u32 = 1  12 segmentBytes:u32  16 proxy:uuid  32 crc:u32 (of the 32 bytes before)  36 zero:u32
 *   40 incarnation:u64  48 stamp:u64  56 acknowledged:u64
 *   64 compromisedSince:u64  72 uncapturedWrites:u64  80 uncapturedReads:u64
 * </pre>
 *
 * Big-endian, 4096 bytes. Everything from 40 on is stored as one aligned word each: it is old or new, never torn.
 */
final class StateFile {

    static final int VERSION = 1;
    static final int BYTES = 4096;

    private static final long MAGIC = 0x534C_5549_4345_4A53L;
    private static final int CRC = 32;
    private static final int INCARNATION = 40;
    private static final int STAMP = 48;
    private static final int ACKNOWLEDGED = 56;
    private static final int COMPROMISED_SINCE = 64;
    private static final int UNCAPTURED_WRITES = 72;
    private static final int UNCAPTURED_READS = 80;

    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MappedByteBuffer bytes;

    private StateFile(MappedByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Opens the file, or makes it with a new name for the proxy if there is none. */
    static StateFile open(Path file, int segmentBytes) throws IOException {
        if (!Files.exists(file)) {
            create(file, segmentBytes, UUID.randomUUID());
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() != BYTES) {
                throw damaged(file, "%d bytes".formatted(BYTES), "%d".formatted(channel.size()));
            }
            MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
            verify(file, bytes);
            return new StateFile(bytes);
        }
    }

    static void create(Path file, int segmentBytes, UUID proxy) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(BYTES);
        page.putLong(MAGIC).putInt(VERSION).putInt(segmentBytes);
        page.putLong(proxy.getMostSignificantBits()).putLong(proxy.getLeastSignificantBits());
        page.putInt(sum(page));
        Path made = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                made, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            page.clear();
            while (page.hasRemaining()) {
                channel.write(page);
            }
            channel.force(true);
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void verify(Path file, ByteBuffer bytes) throws JournalException {
        if (bytes.getLong(0) != MAGIC) {
            throw damaged(file, "the magic 0x%X".formatted(MAGIC), "0x%X".formatted(bytes.getLong(0)));
        }
        if (bytes.getInt(CRC) != sum(bytes)) {
            throw damaged(file, "checksum 0x%X".formatted(sum(bytes)), "0x%X".formatted(bytes.getInt(CRC)));
        }
        if (bytes.getInt(8) != VERSION) {
            throw new JournalException(
                    "%s is of version %d, but this build reads version %d. Start the build that wrote it once more, so that it publishes what is left."
                            .formatted(file, bytes.getInt(8), VERSION));
        }
    }

    private static JournalException damaged(Path file, String expected, String found) {
        return new JournalException(
                "%s is damaged: expected %s but found %s. Put it back, or remove the folder if what the journal holds may be lost; the proxy then is a new one, and the old one must be forgotten by command."
                        .formatted(file, expected, found));
    }

    private static int sum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(CRC));
        return (int) crc.getValue();
    }

    int segmentBytes() {
        return bytes.getInt(12);
    }

    UUID proxy() {
        return new UUID(bytes.getLong(16), bytes.getLong(24));
    }

    long incarnation() {
        return get(INCARNATION);
    }

    void incarnation(long incarnation) {
        set(INCARNATION, incarnation);
    }

    long stamp() {
        return get(STAMP);
    }

    void stamp(long stamp) {
        set(STAMP, stamp);
    }

    long acknowledged() {
        return get(ACKNOWLEDGED);
    }

    void acknowledged(long position) {
        set(ACKNOWLEDGED, position);
    }

    /** Remembers what must be said about the capture; {@code since} 0 when there is nothing. */
    void uncaptured(Uncaptured uncaptured) {
        set(UNCAPTURED_WRITES, uncaptured.writes());
        set(UNCAPTURED_READS, uncaptured.reads());
        set(COMPROMISED_SINCE, uncaptured.since());
    }

    Uncaptured uncaptured() {
        return new Uncaptured(get(COMPROMISED_SINCE), get(UNCAPTURED_WRITES), get(UNCAPTURED_READS));
    }

    private long get(int offset) {
        return (long) WORD.getVolatile(bytes, offset);
    }

    private void set(int offset, long value) {
        WORD.setVolatile(bytes, offset, value);
    }
}
