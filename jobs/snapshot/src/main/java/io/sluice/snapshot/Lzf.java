package io.sluice.snapshot;

import java.util.Arrays;

/**
 * Decodes LZF, the compression of Elasticsearch 1 and earlier, of metadata and of sources.
 *
 * <pre>
 *   stream  := chunk*
 *   chunk   := "ZV" 0x00 length:u16 bytes[length]  |  "ZV" 0x01 length:u16 plain:u16 packed[length]
 *   packed  := (run | back)*
 *   run     := n:u8 &lt; 32, n + 1 bytes as they are
 *   back    := (length:3 bits &gt; 0, distance:5 bits), length:u8 more when those 3 bits are all 1, distance:u8
 * </pre>
 *
 * Big-endian. A back reference copies {@code length + 2} bytes from {@code distance + 1} before.
 */
public final class Lzf {

    private static final int HEADER = 3;
    private static final int PLAIN_HEADER = HEADER + Short.BYTES;
    private static final int PACKED_HEADER = PLAIN_HEADER + Short.BYTES;
    private static final byte PLAIN = 0;
    private static final byte PACKED = 1;
    private static final int RUN_LIMIT = 32;

    private final String what;
    private final byte[] in;
    private final int end;
    private final int maxBytes;

    private byte[] out;
    private int length;

    private Lzf(String what, byte[] in, int start, int end, int maxBytes) throws CorruptBlobException {
        this.what = what;
        this.in = in;
        this.end = end;
        this.maxBytes = maxBytes;
        this.out = new byte[plainLength(start)];
    }

    /** Whether the bytes begin as a chunk does, which no JSON, SMILE, CBOR or YAML can. */
    public static boolean isLzf(byte[] bytes, int offset, int length) {
        return length >= HEADER
                && bytes[offset] == 'Z'
                && bytes[offset + 1] == 'V'
                && (bytes[offset + 2] == PLAIN || bytes[offset + 2] == PACKED);
    }

    /**
     * Decodes all chunks.
     *
     * @param what the blob, as a message calls it
     * @param maxBytes the most that may come out
     * @throws CorruptBlobException when the bytes are no such chunks, or too many come out
     */
    public static byte[] decode(String what, byte[] bytes, int offset, int length, int maxBytes)
            throws CorruptBlobException {
        Lzf lzf = new Lzf(what, bytes, offset, offset + length, maxBytes);
        lzf.decode(offset);
        return lzf.out;
    }

    /** What all chunks hold, by their headers; so nothing is allocated that the bytes do not say. */
    private int plainLength(int start) throws CorruptBlobException {
        long sum = 0;
        int at = start;
        while (at < end) {
            require(isLzf(in, at, end - at) && end - at >= PLAIN_HEADER, at, "a chunk", "none");
            boolean isPacked = in[at + 2] == PACKED;
            int header = isPacked ? PACKED_HEADER : PLAIN_HEADER;
            int stored = u16(at + HEADER);
            require(end - at - header >= stored, at, "a chunk of " + stored + " bytes", "the end");
            sum += isPacked ? u16(at + PLAIN_HEADER) : stored;
            at += header + stored;
        }
        require(sum <= maxBytes, start, "at most " + maxBytes + " bytes once unpacked", sum + " bytes");
        return (int) sum;
    }

    private void decode(int start) throws CorruptBlobException {
        int at = start;
        while (at < end) {
            int stored = u16(at + HEADER);
            if (in[at + 2] == PACKED) {
                int plainEnd = length + u16(at + PLAIN_HEADER);
                at += PACKED_HEADER;
                unpack(at, at + stored, plainEnd);
            } else {
                at += PLAIN_HEADER;
                System.arraycopy(in, at, out, length, stored);
                length += stored;
            }
            at += stored;
        }
    }

    private void unpack(int start, int chunkEnd, int plainEnd) throws CorruptBlobException {
        int at = start;
        while (at < chunkEnd) {
            int control = in[at++] & 0xFF;
            if (control < RUN_LIMIT) {
                int run = control + 1;
                require(run <= chunkEnd - at && run <= plainEnd - length, at, "a run of " + run + " bytes", "the end");
                System.arraycopy(in, at, out, length, run);
                at += run;
                length += run;
            } else {
                boolean isLong = control >>> 5 == 7;
                require(chunkEnd - at >= (isLong ? 2 : 1), at, "a back reference", "the end of the chunk");
                int count = 2 + (control >>> 5) + (isLong ? in[at++] & 0xFF : 0);
                int distance = 1 + ((control & 0x1F) << Byte.SIZE | (in[at++] & 0xFF));
                require(
                        distance <= length && count <= plainEnd - length,
                        at,
                        "a back reference to what was there",
                        "%d bytes from %d before".formatted(count, distance));
                copyBack(distance, count);
            }
        }
        require(length == plainEnd, at, "a chunk of the length it names", (plainEnd - length) + " bytes less");
    }

    /** Source and target may overlap: then the bytes just written are repeated. */
    private void copyBack(int distance, int count) {
        if (distance >= count) {
            System.arraycopy(out, length - distance, out, length, count);
        } else if (distance == 1) {
            Arrays.fill(out, length, length + count, out[length - 1]);
        } else {
            for (int i = 0; i < count; i++) {
                out[length + i] = out[length + i - distance];
            }
        }
        length += count;
    }

    private int u16(int at) {
        return (in[at] & 0xFF) << Byte.SIZE | (in[at + 1] & 0xFF);
    }

    private void require(boolean holds, long at, String expected, String found) throws CorruptBlobException {
        if (!holds) {
            throw new CorruptBlobException(what, at, expected, found);
        }
    }
}
