package io.sluice.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link BulkSink}. Bodies of bulks are counted as they come and released at once; those
 * of control calls are collected, up to a limit.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write fails only when the connection does, and its end follows anyway
final class BulkSinkHandler extends ChannelInboundHandlerAdapter {

    private static final int MAX_CONTROL_BYTES = 4 << 20;
    private static final int ITEMS_PER_PIECE = 4096;
    private static final byte[] ITEM = ascii("{\"index\":{\"status\":201}},");

    private static final ByteBuf BEGIN = constant(ascii("{\"took\":1,\"errors\":false,\"items\":["));
    private static final ByteBuf END = constant(ascii("]}"));
    private static final ByteBuf ITEMS = items();

    private final SinkCounters counters;
    private final SinkControl control;

    private @Nullable HttpRequest request;
    private boolean isBulk;
    private long bytes;
    private long lines;
    private boolean endsWithLine;
    private ByteArrayOutputStream controlBody = new ByteArrayOutputStream(0);

    BulkSinkHandler(SinkCounters counters, SinkControl control) {
        this.counters = counters;
        this.control = control;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        try {
            if (message instanceof HttpRequest head) {
                begin(head);
            }
            if (message instanceof HttpContent content) {
                take(content.content());
            }
            if (message instanceof LastHttpContent) {
                answer(ctx);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable broken) {
        ctx.close();
    }

    private void begin(HttpRequest head) {
        request = head;
        isBulk = isBulk(head.uri());
        bytes = 0;
        lines = 0;
        endsWithLine = true;
        controlBody = new ByteArrayOutputStream(0);
    }

    private static boolean isBulk(String uri) {
        int query = uri.indexOf('?');
        return uri.startsWith("/_bulk", (query < 0 ? uri.length() : query) - "/_bulk".length());
    }

    private void take(ByteBuf part) throws IOException {
        int length = part.readableBytes();
        bytes += length;
        if (length == 0) {
            return;
        }
        if (isBulk) {
            lines += countLines(part);
            endsWithLine = part.getByte(part.writerIndex() - 1) == '\n';
        } else if (bytes <= MAX_CONTROL_BYTES) {
            part.getBytes(part.readerIndex(), controlBody, length);
        }
    }

    private static int countLines(ByteBuf part) {
        int found = 0;
        int end = part.writerIndex();
        // indexOf compares eight bytes at a time.
        for (int at = part.indexOf(part.readerIndex(), end, (byte) '\n');
                at >= 0;
                at = part.indexOf(at + 1, end, (byte) '\n')) {
            found++;
        }
        return found;
    }

    private void answer(ChannelHandlerContext ctx) {
        HttpRequest head = request;
        if (head == null) {
            return;
        }
        if (isBulk) {
            answerBulk(ctx);
        } else {
            answerControl(ctx, head);
        }
        if (!HttpUtil.isKeepAlive(head)) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void answerBulk(ChannelHandlerContext ctx) {
        long documents = (endsWithLine ? lines : lines + 1) / 2;
        counters.bulk(documents, bytes);
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        long length = BEGIN.readableBytes() + Math.max(0, documents * ITEM.length - 1) + END.readableBytes();
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, length);
        ctx.write(head, ctx.voidPromise());
        ctx.write(new DefaultHttpContent(BEGIN.duplicate()), ctx.voidPromise());
        for (long left = documents; left > 0; left -= ITEMS_PER_PIECE) {
            int size = (int) Math.min(left, ITEMS_PER_PIECE) * ITEM.length;
            boolean isLast = left <= ITEMS_PER_PIECE;
            ctx.write(new DefaultHttpContent(ITEMS.slice(0, isLast ? size - 1 : size)), ctx.voidPromise());
        }
        ctx.write(new DefaultLastHttpContent(END.duplicate()), ctx.voidPromise());
    }

    private void answerControl(ChannelHandlerContext ctx, HttpRequest head) {
        Answer answer = bytes > MAX_CONTROL_BYTES
                ? new Answer(413, "{\"error\":\"The sink takes control bodies of up to 4 MB.\",\"status\":413}")
                : control.answer(head.method().name(), head.uri(), controlBody.toString(StandardCharsets.UTF_8));
        ByteBuf body = Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8);
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        ctx.write(response, ctx.voidPromise());
    }

    private static ByteBuf items() {
        ByteBuf items = Unpooled.directBuffer(ITEMS_PER_PIECE * ITEM.length);
        for (int i = 0; i < ITEMS_PER_PIECE; i++) {
            items.writeBytes(ITEM);
        }
        return Unpooled.unreleasableBuffer(items.asReadOnly());
    }

    private static ByteBuf constant(byte[] bytes) {
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
