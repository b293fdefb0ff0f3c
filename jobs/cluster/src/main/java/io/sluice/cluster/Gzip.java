package io.sluice.cluster;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses a body into one gzip member (RFC 1952), fast rather than small.
 *
 * <pre>
 *   member := 1F 8B 08  flags:u8 = 0  mtime:u32 = 0  xfl:u8 = 4 (fastest)  os:u8 = FF  deflate  crc32:u32le  size:u32le
 * </pre>
 */
final class Gzip {

    /** Smaller bodies are sent as they are: they fit into a packet or two anyway. */
    static final int WORTH_A_HEADER = 4096;

    private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 4, (byte) 0xFF};
    private static final int TRAILER_LENGTH = 2 * Integer.BYTES;
    private static final int CHUNK = 64 << 10;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 checksum = new CRC32();

    private final List<ByteBuffer> compressed = new ArrayList<>();
    private ByteBuffer out = ByteBuffer.allocate(CHUNK).put(HEADER);

    private Gzip() {}

    /** The compressed body. Leaves the positions of {@code body} untouched. */
    static List<ByteBuffer> compress(List<ByteBuffer> body) {
        Gzip gzip = new Gzip();
        try {
            return gzip.run(body);
        } finally {
            gzip.deflater.end(); // native memory
        }
    }

    private List<ByteBuffer> run(List<ByteBuffer> body) {
        for (ByteBuffer part : body) {
            checksum.update(part.duplicate());
            deflater.setInput(part.duplicate());
            deflate();
        }
        deflater.finish();
        deflate();
        if (out.remaining() < TRAILER_LENGTH) {
            nextChunk();
        }
        out.putInt(Integer.reverseBytes((int) checksum.getValue()));
        out.putInt(Integer.reverseBytes((int) deflater.getBytesRead()));
        compressed.add(out.flip());
        return compressed;
    }

    /** Deflates until a call leaves room: then the input, or at the end everything, is taken. */
    private void deflate() {
        deflater.deflate(out);
        while (!out.hasRemaining()) {
            nextChunk();
            deflater.deflate(out);
        }
    }

    private void nextChunk() {
        compressed.add(out.flip());
        out = ByteBuffer.allocate(CHUNK);
    }
}
