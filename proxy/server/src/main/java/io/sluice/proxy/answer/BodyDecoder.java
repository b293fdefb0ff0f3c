package io.sluice.proxy.answer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.JdkZlibDecoder;
import io.netty.handler.codec.compression.ZlibDecoder;
import io.netty.handler.codec.compression.ZlibWrapper;
import java.io.IOException;

/** Takes the compression from a body that arrives piece by piece. */
sealed interface BodyDecoder extends AutoCloseable {

    /** Where decoded bytes go. */
    @FunctionalInterface
    interface Target {

        /** Takes bytes from the beginning of an array that is used again afterwards. */
        void take(byte[] bytes, int length) throws IOException;
    }

    /**
     * Decodes a piece.
     *
     * @throws IOException when it is not what the coding says, or the target fails
     */
    void decode(byte[] piece, int length, Target target) throws IOException;

    /** Whether nothing is missing of what began. */
    boolean isWhole();

    @Override
    void close();

    /** Nothing to take off. */
    final class Identity implements BodyDecoder {

        @Override
        public void decode(byte[] piece, int length, Target target) throws IOException {
            target.take(piece, length);
        }

        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Gzip and zlib, by Netty's decoder. What one piece expands to is held at once: a thousand times it at most. */
    final class Zlib implements BodyDecoder {

        private static final int NO_LIMIT = 0;

        private final ZlibDecoder decoder;
        private final EmbeddedChannel channel;
        private final byte[] decoded = new byte[AnswerFilter.PIECE_BYTES];
        private boolean begun;

        Zlib(ZlibWrapper wrapper) {
            decoder = new JdkZlibDecoder(wrapper, NO_LIMIT);
            channel = new EmbeddedChannel(decoder);
        }

        @Override
        public void decode(byte[] piece, int length, Target target) throws IOException {
            begun |= length > 0;
            try {
                channel.writeInbound(Unpooled.copiedBuffer(piece, 0, length));
            } catch (DecompressionException broken) {
                throw new IOException("The compression is broken.", broken);
            }
            for (ByteBuf out = channel.readInbound(); out != null; out = channel.readInbound()) {
                hand(out, target);
            }
        }

        private void hand(ByteBuf out, Target target) throws IOException {
            try {
                while (out.isReadable()) {
                    int length = Math.min(out.readableBytes(), decoded.length);
                    out.readBytes(decoded, 0, length);
                    target.take(decoded, length);
                }
            } finally {
                out.release();
            }
        }

        @Override
        public boolean isWhole() {
            return !begun || decoder.isClosed();
        }

        @Override
        public void close() {
            try {
                channel.finishAndReleaseAll();
            } catch (DecompressionException broken) {
                channel.releaseInbound(); // it is what decode told of, said once more
            }
        }
    }
}
