package io.sluice.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** What stands around the pieces of a body in chunks. */
public final class Chunks {

    private static final ByteBuf LINE_END = constant("\r\n");
    private static final ByteBuf LAST = constant("0\r\n\r\n");
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Chunks() {}

    /** What goes in front of a chunk. */
    public static ByteBuf before(ByteBufAllocator buffers, int size) {
        ByteBuf line = buffers.directBuffer(10);
        int shift = Math.max(0, (31 - Integer.numberOfLeadingZeros(size)) / 4 * 4);
        for (; shift >= 0; shift -= 4) {
            line.writeByte(DIGITS[size >>> shift & 15]);
        }
        return line.writeByte('\r').writeByte('\n');
    }

    /** What goes behind a chunk. */
    public static ByteBuf after() {
        return LINE_END.duplicate();
    }

    /** What goes behind the last chunk. */
    public static ByteBuf end(ByteBufAllocator buffers, HeadWriter writer, HttpHeaders trailers) {
        if (trailers.isEmpty()) {
            return LAST.duplicate();
        }
        ByteBuf lines = writer.trailers(buffers, trailers, true);
        try {
            return buffers.directBuffer(lines.readableBytes() + 5)
                    .writeByte('0')
                    .writeByte('\r')
                    .writeByte('\n')
                    .writeBytes(lines)
                    .writeByte('\r')
                    .writeByte('\n');
        } finally {
            lines.release();
        }
    }

    private static ByteBuf constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }
}
