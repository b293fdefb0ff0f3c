package io.sluice.capture.file;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes a capture file, record by record. Only {@link #finish} makes it whole; without it, readers take it for cut. */
public final class CaptureFileWriter implements Closeable {

    static final byte[] MAGIC = "SLUICECF".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;
    static final int BLOCK = 'B';
    static final int END = 'E';

    /** The most bytes of one block before it is packed. */
    public static final int MAX_BLOCK = 64 << 20;

    /** When a block is closed. Larger ones are packed little better. */
    private static final int ENOUGH = 1 << 20;

    private static final int LEVEL = 3;

    private final CRC32C crc = new CRC32C();
    private final OutputStream file;
    private final DataOutputStream out;
    private final CaptureFileSums.Counter counter;
    private final ByteArrayOutputStream block = new ByteArrayOutputStream(ENOUGH + (ENOUGH >> 2));
    private final DataOutputStream records = new DataOutputStream(block);
    private int recordsInBlock;

    /**
     * Starts a file.
     *
     * @param file belongs to this writer from now on; buffered by the caller
     */
    public CaptureFileWriter(OutputStream file, CaptureFileHeader header) throws IOException {
        this.file = file;
        this.out = new DataOutputStream(new CheckedOutputStream(file, crc));
        this.counter = new CaptureFileSums.Counter(header.partitions());
        start(header);
    }

    private void start(CaptureFileHeader header) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream about = new DataOutputStream(bytes);
        about.writeInt(header.partitions());
        about.writeShort(header.properties().size());
        for (Map.Entry<String, String> property : header.properties().entrySet()) {
            string(about, property.getKey());
            string(about, property.getValue());
        }
        out.write(MAGIC);
        out.writeShort(VERSION);
        out.writeInt(bytes.size());
        bytes.writeTo(out);
        writeCrc();
    }

    private static void string(DataOutputStream to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new IllegalArgumentException("A property of a capture file has at most 65,535 bytes.");
        }
        to.writeShort(bytes.length);
        to.write(bytes);
    }

    /**
     * Adds a record.
     *
     * @throws IllegalArgumentException when its partition is none of the header's, when its offset is not above that of the
     *     one before, or when it is larger than a block may be
     */
    public void write(CaptureFileRecord record) throws IOException {
        String refusal = counter.refusal(record.partition(), record.offset());
        if (!refusal.isEmpty()) {
            throw new IllegalArgumentException("A capture file cannot hold " + refusal + ".");
        }
        int size = Math.addExact(CaptureFileRecord.FRAME, record.size());
        if (size > MAX_BLOCK) {
            throw new IllegalArgumentException("A record of " + size + " bytes fits no block of a capture file.");
        }
        if (block.size() + size > MAX_BLOCK) {
            closeBlock();
        }
        records.writeInt(record.partition());
        records.writeLong(record.offset());
        records.writeLong(record.timestamp());
        bytes(record.key());
        bytes(record.value());
        counter.add(record);
        recordsInBlock++;
        if (block.size() >= ENOUGH) {
            closeBlock();
        }
    }

    private void bytes(byte @Nullable [] bytes) throws IOException {
        records.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            records.write(bytes);
        }
    }

    private void closeBlock() throws IOException {
        if (recordsInBlock == 0) {
            return;
        }
        byte[] packed = Zstd.compress(block.toByteArray(), LEVEL);
        out.writeByte(BLOCK);
        out.writeInt(recordsInBlock);
        out.writeInt(block.size());
        out.writeInt(packed.length);
        out.write(packed);
        writeCrc();
        block.reset();
        recordsInBlock = 0;
    }

    /** Writes the end, and flushes. Nothing may be written after it. */
    public CaptureFileSums finish() throws IOException {
        closeBlock();
        CaptureFileSums sums = counter.sums();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeLong(sums.records());
        body.writeLong(sums.bytes());
        body.writeInt(sums.largest());
        body.writeInt(sums.spans().size());
        for (PartitionSpan span : sums.spans()) {
            body.writeLong(span.records());
            body.writeLong(span.firstOffset());
            body.writeLong(span.lastOffset());
            body.writeLong(span.firstTimestamp());
            body.writeLong(span.lastTimestamp());
        }
        out.writeByte(END);
        out.writeInt(bytes.size());
        bytes.writeTo(out);
        writeCrc();
        out.flush();
        return sums;
    }

    private void writeCrc() throws IOException {
        out.writeInt((int) crc.getValue());
        crc.reset();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
