package io.sluice.capture.file;

import com.github.luben.zstd.Zstd;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a capture file, record by record, and checks it: what {@link #next} returns was written so; when it returns
 * nothing, the file is whole.
 */
public final class CaptureFileReader implements Closeable {

    private static final int MAX_ABOUT = 1 << 20;
    private static final int SUMS = 2 * Long.BYTES + 2 * Integer.BYTES;
    private static final int SPAN = 5 * Long.BYTES;
    private static final int MAX_SUMS = SUMS + CaptureFileHeader.MAX_PARTITIONS * SPAN;

    private final CRC32C crc = new CRC32C();
    private final DataInputStream in;
    private final CaptureFileHeader header;
    private final CaptureFileSums.Counter counter;
    private long blocks;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private int recordsLeft;
    private @Nullable CaptureFileSums sums;

    /**
     * Reads the start of a file.
     *
     * @param file belongs to this reader from now on; buffered by the caller
     * @throws CaptureFileException when it is no capture file, one of a later version, or damaged
     */
    public CaptureFileReader(InputStream file) throws IOException {
        this.in = new DataInputStream(new CheckedInputStream(file, crc));
        this.header = start();
        this.counter = new CaptureFileSums.Counter(header.partitions());
    }

    /** What stands at the start. */
    public CaptureFileHeader header() {
        return header;
    }

    /**
     * The next record, or null when there is none and the file is whole.
     *
     * @throws CaptureFileException when the file is damaged or was cut; then no further record may be asked for
     */
    public @Nullable CaptureFileRecord next() throws IOException {
        while (recordsLeft == 0) {
            if (sums != null || !nextBlock()) {
                return null;
            }
        }
        CaptureFileRecord record = record();
        String refusal = counter.refusal(record.partition(), record.offset());
        if (!refusal.isEmpty()) {
            throw damaged("holds " + refusal);
        }
        counter.add(record);
        recordsLeft--;
        if (recordsLeft == 0 && block.hasRemaining()) {
            throw damaged("has " + block.remaining() + " bytes after its last record");
        }
        return record;
    }

    /**
     * What the file holds in all.
     *
     * @throws IllegalStateException before {@link #next} has returned null
     */
    public CaptureFileSums sums() {
        CaptureFileSums known = sums;
        if (known == null) {
            throw new IllegalStateException("The sums stand at the end, which was not read yet.");
        }
        return known;
    }

    private CaptureFileHeader start() throws IOException {
        byte[] magic = in.readNBytes(CaptureFileWriter.MAGIC.length);
        if (!Arrays.equals(magic, CaptureFileWriter.MAGIC)) {
            throw new CaptureFileException("It is no capture file: it does not start with SLUICECF.");
        }
        try {
            int version = in.readUnsignedShort();
            if (version != CaptureFileWriter.VERSION) {
                throw new CaptureFileException("It is a capture file of version " + version
                        + ", and only version 1 is known here. Use a later sluice.");
            }
            ByteBuffer about = checked(length(0, MAX_ABOUT, "start"), "start");
            int partitions = about.getInt();
            if (partitions < 1 || partitions > CaptureFileHeader.MAX_PARTITIONS) {
                throw new CaptureFileException("Its start names " + Integer.toUnsignedString(partitions)
                        + " partitions: 1 to " + CaptureFileHeader.MAX_PARTITIONS + " can be.");
            }
            Map<String, String> properties = new TreeMap<>();
            for (int left = about.getShort() & 0xFFFF; left > 0; left--) {
                properties.put(string(about), string(about));
            }
            return new CaptureFileHeader(partitions, properties);
        } catch (EOFException cut) {
            throw new CaptureFileException("It was cut in its start.");
        } catch (BufferUnderflowException wrong) {
            throw new CaptureFileException("Its start is damaged: a text reaches beyond its end.");
        }
    }

    private static String string(ByteBuffer from) {
        byte[] bytes = new byte[from.getShort() & 0xFFFF];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether there was one; if not, the end was read. */
    private boolean nextBlock() throws IOException {
        try {
            int kind = in.readUnsignedByte();
            if (kind == CaptureFileWriter.END) {
                end();
                return false;
            }
            blocks++;
            if (kind != CaptureFileWriter.BLOCK) {
                throw damaged("starts with the byte " + kind);
            }
            readBlock();
            return true;
        } catch (EOFException cut) {
            throw new CaptureFileException(
                    "It was cut after " + counter.sums().records() + " records: it has no end. Export it again.");
        }
    }

    private void readBlock() throws IOException {
        recordsLeft = length(1, CaptureFileWriter.MAX_BLOCK / CaptureFileRecord.FRAME, "number of records");
        int plain = length(CaptureFileRecord.FRAME, CaptureFileWriter.MAX_BLOCK, "plain length");
        byte[] packed = new byte[length(1, (int) Zstd.compressBound(CaptureFileWriter.MAX_BLOCK), "packed length")];
        in.readFully(packed);
        checkCrc("block " + blocks);
        byte[] unpacked = new byte[plain];
        long size = Zstd.decompress(unpacked, packed);
        if (size != plain) {
            throw damaged("cannot be unpacked to its " + plain + " bytes"
                    + (Zstd.isError(size) ? ": " + Zstd.getErrorName(size) : ""));
        }
        block = ByteBuffer.wrap(unpacked);
    }

    private CaptureFileRecord record() throws IOException {
        try {
            return new CaptureFileRecord(block.getInt(), block.getLong(), block.getLong(), bytes(), bytes());
        } catch (BufferUnderflowException wrong) {
            throw damaged("ends before its last record does");
        }
    }

    private byte @Nullable [] bytes() throws CaptureFileException {
        int length = block.getInt();
        if (length < -1 || length > block.remaining()) {
            throw damaged("holds a key or value of " + length + " bytes where " + block.remaining() + " are left");
        }
        if (length == -1) {
            return null;
        }
        byte[] bytes = new byte[length];
        block.get(bytes);
        return bytes;
    }

    private void end() throws IOException {
        ByteBuffer body = checked(length(SUMS, MAX_SUMS, "length of its sums"), "end");
        long records = body.getLong();
        long bytes = body.getLong();
        int largest = body.getInt();
        int partitions = body.getInt();
        if (body.remaining() != (long) partitions * SPAN) {
            throw new CaptureFileException("Its end is damaged: it is not as long as its partitions need.");
        }
        List<PartitionSpan> spans = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            spans.add(
                    new PartitionSpan(body.getLong(), body.getLong(), body.getLong(), body.getLong(), body.getLong()));
        }
        CaptureFileSums written = new CaptureFileSums(records, bytes, largest, spans);
        CaptureFileSums found = counter.sums();
        if (!written.equals(found)) {
            throw new CaptureFileException(
                    "Its end says %d records of %d bytes, but %d of %d were found: blocks are missing, or too many."
                            .formatted(written.records(), written.bytes(), found.records(), found.bytes()));
        }
        if (in.read() >= 0) {
            throw new CaptureFileException("It has bytes after its end.");
        }
        sums = found;
    }

    private int length(int least, int most, String what) throws IOException {
        int length = in.readInt();
        if (length < least || length > most) {
            throw new CaptureFileException("It is damaged %s: the %s is %s, but %d to %d can be."
                    .formatted(
                            blocks == 0 ? "near its start" : "at block " + blocks,
                            what,
                            Integer.toUnsignedString(length),
                            least,
                            most));
        }
        return length;
    }

    private ByteBuffer checked(int length, String what) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        checkCrc(what);
        return ByteBuffer.wrap(bytes);
    }

    private void checkCrc(String what) throws IOException {
        int computed = (int) crc.getValue();
        if (in.readInt() != computed) {
            throw new CaptureFileException("It is damaged: the checksum of its " + what + " is wrong.");
        }
        crc.reset();
    }

    private CaptureFileException damaged(String how) {
        return new CaptureFileException("It is damaged: block " + blocks + " " + how + ".");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
