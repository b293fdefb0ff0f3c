package io.sluice.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Reads the requests of a client, one at a time: after the end of one it rests until {@link #next}, so that what a client
 * sends ahead stays bytes, and stays little.
 *
 * <p>It never asks for more by itself: whoever comes behind it does.
 */
public final class RequestDecoder extends HttpRequestDecoder {

    private enum Mode {
        REQUESTS,
        RESTING,
        RAW,
        DEAF
    }

    private Mode mode = Mode.REQUESTS;
    private boolean reading;

    public RequestDecoder(HttpLimits limits) {
        super(limits.decoding());
    }

    /** Reads no further until {@link #next}. */
    public void rest() {
        if (mode == Mode.REQUESTS) {
            mode = Mode.RESTING;
        }
    }

    /**
     * Goes on, with what has come already first.
     *
     * @return whether that was told before this returns; if not, it is told by the read that is under way
     */
    public boolean next(ChannelHandlerContext ctx) throws Exception {
        if (mode == Mode.RESTING) {
            mode = Mode.REQUESTS;
        }
        return again(ctx);
    }

    /** From now on bytes pass as they are. */
    public void passRaw(ChannelHandlerContext ctx) throws Exception {
        mode = Mode.RAW;
        again(ctx);
    }

    /** From now on bytes are thrown away. */
    public void passNothing() {
        mode = Mode.DEAF;
    }

    /** Bytes that came and were not read yet. */
    public int waiting() {
        return actualReadableBytes();
    }

    /** A read that is under way goes on by itself: another one in the midst of it would only make the stack deeper. */
    private boolean again(ChannelHandlerContext ctx) throws Exception {
        if (!reading) {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            return true;
        }
        return false;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
        if (mode == Mode.DEAF) {
            ReferenceCountUtil.release(input);
            return;
        }
        boolean outermost = !reading;
        reading = true;
        try {
            super.channelRead(ctx, input);
        } finally {
            reading = !outermost;
        }
    }

    /** The decoder it stems from would take any white space, and any number of it, between the words of a request line. */
    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        if (start != 0) {
            throw new IllegalArgumentException("a request line begins with its method");
        }
        String method = super.splitFirstWordInitialLine(line, start, length);
        oneSpaceAfter(line, start + length);
        return method;
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        String target = super.splitSecondWordInitialLine(line, start, length);
        oneSpaceAfter(line, start + length);
        return target;
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        String version = super.splitThirdWordInitialLine(line, start, length);
        if (!version.startsWith("HTTP/")) {
            throw new IllegalArgumentException("a request line ends with HTTP/ and a version");
        }
        return version;
    }

    private static void oneSpaceAfter(byte[] line, int end) {
        if (end + 1 >= line.length || line[end] != ' ' || line[end + 1] <= ' ') {
            throw new IllegalArgumentException("one space is expected between method, target and version");
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        switch (mode) {
            case REQUESTS -> {
                super.decode(ctx, buffer, out);
                if (!out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent) {
                    mode = Mode.RESTING;
                }
            }
            case RAW -> out.add(buffer.readRetainedSlice(buffer.readableBytes()));
            case DEAF -> buffer.skipBytes(buffer.readableBytes());
            case RESTING -> {}
        }
    }

    /** The decoder it stems from would ask for more whenever it made nothing of what came. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
    }

    /** A client that sends no more may have sent requests ahead: they are not to be thrown away. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(ctx, event);
        }
    }
}
