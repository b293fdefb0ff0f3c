package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.proxy.http.ErrorAnswer;
import io.sluice.proxy.http.Refusal;
import io.sluice.proxy.http.RequestDecoder;
import io.sluice.proxy.upstream.Lane;
import java.util.concurrent.TimeUnit;

/** What goes to a client, and the ways to end its connection. */
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close comes to is told by channelInactive
final class ClientOutput {

    /** How long a client that was refused in the middle of a request may take to read why. */
    private static final long LAST_WORD_SECONDS = 2;

    private final ChannelHandlerContext ctx;
    private final Lane lane;
    private final RequestDecoder decoder;
    private final boolean tls;
    private boolean closing;

    ClientOutput(ChannelHandlerContext ctx, Lane lane, RequestDecoder decoder, boolean tls) {
        this.ctx = ctx;
        this.lane = lane;
        this.decoder = decoder;
        this.tls = tls;
    }

    /** Whether it is closed, or about to be: no request is taken from it any more. */
    boolean isClosing() {
        return closing;
    }

    /** It is closed. */
    void closed() {
        closing = true;
    }

    void write(ByteBuf bytes) {
        ctx.write(bytes, ctx.voidPromise());
    }

    void flush() {
        ctx.flush();
    }

    boolean isWritable() {
        return ctx.channel().isWritable();
    }

    /** An answer of the proxy's own. */
    void refusal(Refusal why, HttpRequest request, boolean close) {
        boolean toHead = request.method().name().equals("HEAD");
        write(ErrorAnswer.of(lane.buffers(), why, toHead, close));
        flush();
    }

    /** Closes when what was written is sent. */
    void closeAfterFlush() {
        closing = true;
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes so that the client sees that something is missing. */
    void abort() {
        closing = true;
        ctx.flush();
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        ctx.close();
    }

    /** Closes now. */
    void close() {
        closing = true;
        ctx.close();
    }

    /** Closes a client that still sends: without reading that, the answer would be lost on its way. */
    void closeLingering() {
        closing = true;
        decoder.passNothing();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (ctx.channel() instanceof DuplexChannel duplex && !tls) {
                duplex.shutdownOutput();
            }
        });
        ctx.executor().schedule(() -> ctx.close(), LAST_WORD_SECONDS, TimeUnit.SECONDS);
        ctx.read();
    }
}
