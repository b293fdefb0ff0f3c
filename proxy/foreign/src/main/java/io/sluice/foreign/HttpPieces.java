package io.sluice.foreign;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpObject;
import java.io.IOException;

/** Runs a decoder of HTTP over bytes, and hands on each piece before the next is decoded. Holds a head that is not whole yet, nothing more. */
final class HttpPieces implements AutoCloseable {

    /** Takes a piece; it is gone afterwards. */
    interface Sink {
        void piece(ChannelHandlerContext decoder, HttpObject piece) throws Exception;
    }

    private final EmbeddedChannel channel;

    HttpPieces(ByteToMessageDecoder decoder, Sink sink) {
        this.channel = new EmbeddedChannel(decoder, new SimpleChannelInboundHandler<HttpObject>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, HttpObject piece) throws Exception {
                sink.piece(ctx.pipeline().context(decoder), piece);
            }
        });
    }

    /** Reads on; throws what the sink throws. */
    @SuppressWarnings("RedundantThrows") // the channel hands it on undeclared
    void read(ByteString bytes) throws IOException {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()));
    }

    /** No more comes: what the end completes is handed on. */
    @Override
    public void close() throws IOException {
        channel.finishAndReleaseAll();
    }
}
