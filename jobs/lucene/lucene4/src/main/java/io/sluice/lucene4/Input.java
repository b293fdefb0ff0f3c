package io.sluice.lucene4;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.snapshot.CorruptBlobException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the numbers and texts of Lucene's files from bytes in memory. Fixed-size numbers are big-endian, as Lucene wrote
 * them before version 9.
 *
 * <pre>
 *   vint, vlong := 7 bits a byte, the lowest first; the high bit says that one more follows
 *   string      := length:vint utf8[length]
 * </pre>
 */
final class Input {

    /** Longer names than the longest of a field, an attribute or a codec are damage. */
    private static final int MAX_TEXT_BYTES = 1 << 16;

    private InnerFile file;
    private byte[] bytes;
    /** Where {@code bytes[0]} stands in the file. */
    private long fileOffset;

    private int position;
    private int limit;

    Input(InnerFile file) {
        this.file = file;
        this.bytes = new byte[0];
    }

    /** Begins anew with {@code bytes[from, to)}, of which the first is that at {@code at} of the file. */
    Input reset(InnerFile of, byte[] in, int from, int to, long at) {
        file = of;
        bytes = in;
        position = from;
        limit = to;
        fileOffset = at - from;
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    int remaining() {
        return limit - position;
    }

    void limit(int end) {
        limit = end;
    }

    byte readByte() throws CorruptBlobException {
        require(Byte.BYTES);
        return bytes[position++];
    }

    int readInt() throws CorruptBlobException {
        require(Integer.BYTES);
        int value = (int) Packed.bits(bytes, (long) position << 3, Integer.SIZE);
        position += Integer.BYTES;
        return value;
    }

    long readLong() throws CorruptBlobException {
        require(Long.BYTES);
        long value = Packed.bits(bytes, (long) position << 3, Long.SIZE);
        position += Long.BYTES;
        return value;
    }

    /** Any 32 bits, −1 too. */
    int readVInt() throws CorruptBlobException {
        int value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            byte next = readByte();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw corrupt("a number of at most five bytes", "a longer one");
    }

    long readVLong() throws CorruptBlobException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = readByte();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw corrupt("a number of at most ten bytes", "a longer one");
    }

    /** A number of things of which each takes {@code bytesEach} bytes at least, which must be there. */
    int readCount(boolean isVInt, int bytesEach) throws CorruptBlobException {
        int count = isVInt ? readVInt() : readInt();
        if (count < 0 || (long) count * bytesEach > remaining()) {
            throw corrupt("a count that %d bytes can hold".formatted(remaining()), Integer.toString(count));
        }
        return count;
    }

    /** So many bytes must follow; returns how many. */
    int requireBytes(long count) throws CorruptBlobException {
        require(count);
        return (int) count;
    }

    String readString() throws CorruptBlobException {
        int length = readVInt();
        if (length < 0 || length > Math.min(remaining(), MAX_TEXT_BYTES)) {
            throw corrupt("a text of at most " + Math.min(remaining(), MAX_TEXT_BYTES) + " bytes", length + " bytes");
        }
        String text = new String(bytes, position, length, UTF_8);
        position += length;
        return text;
    }

    /** @param isVInt how the count is written: as a vint from Lucene 5.1 on */
    Map<String, String> readMap(boolean isVInt) throws CorruptBlobException {
        int count = readCount(isVInt, 2);
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < count; i++) {
            map.put(readString(), readString());
        }
        return map;
    }

    /** Passes over a set of texts. */
    void skipSet(boolean isVInt) throws CorruptBlobException {
        int count = readCount(isVInt, 1);
        for (int i = 0; i < count; i++) {
            readString();
        }
    }

    void skip(long count) throws CorruptBlobException {
        require(count);
        position += (int) count;
    }

    private void require(long count) throws CorruptBlobException {
        if (count < 0 || count > limit - position) {
            throw corrupt(count + " bytes", (limit - position) + " bytes and the end of the data");
        }
    }

    CorruptBlobException corrupt(String expected, String found) {
        return file.corrupt(fileOffset + position, expected, found);
    }
}
