package io.sluice.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.util.List;

/**
 * Reads the answers of a source. It must be told of each request that was a HEAD: its answer has no body, whatever its
 * head says.
 *
 * <p>It never asks for more by itself: whoever comes behind it does.
 */
public final class AnswerDecoder extends HttpResponseDecoder {

    private boolean toHead;
    private boolean raw;

    public AnswerDecoder(HttpLimits limits) {
        super(limits.decoding());
    }

    /** Says whether the next answer is one to a HEAD. */
    public void expect(boolean answerToHead) {
        this.toHead = answerToHead;
    }

    /** From now on bytes pass as they are. */
    public void passRaw() {
        raw = true;
    }

    /** Bytes that came and were not read yet. */
    public int waiting() {
        return actualReadableBytes();
    }

    @Override
    protected HttpMessage createMessage(String[] startLine) {
        return new AnswerHead((HttpResponse) super.createMessage(startLine), headersFactory);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        boolean empty = isEmpty(message);
        // What is called next takes away what this head says of its body, though clients of a HEAD want to know it.
        if (empty && message.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            ((AnswerHead) message).keepHeaders();
        }
        return empty;
    }

    private boolean isEmpty(HttpMessage message) {
        int status = ((HttpResponse) message).status().code();
        return status < 200 || status == 204 || status == 304 || toHead;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (raw) {
            out.add(buffer.readRetainedSlice(buffer.readableBytes()));
        } else {
            super.decode(ctx, buffer, out);
        }
    }

    /** The decoder it stems from would ask for more whenever it made nothing of what came. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
    }

    /** The head of an answer, with its header lines as they came. */
    static final class AnswerHead extends io.netty.handler.codec.http.DefaultHttpResponse {

        private HttpHeaders asTheyCame;

        AnswerHead(HttpResponse start, io.netty.handler.codec.http.HttpHeadersFactory factory) {
            super(start.protocolVersion(), start.status(), factory);
            this.asTheyCame = headers();
        }

        void keepHeaders() {
            asTheyCame = headers().copy();
        }

        HttpHeaders asTheyCame() {
            return asTheyCame;
        }
    }
}
