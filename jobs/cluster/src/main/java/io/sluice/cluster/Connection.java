package io.sluice.cluster;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection: sends an exchange's request, collects its answer, is ready for the next.
 *
 * <p>The request's buffers are ours from {@link #start} until the exchange's future is complete. A future
 * of an exchange whose request was not wholly sent is completed after the channel is closed, so that
 * nothing reads its buffers any more.
 *
 * <p>Everything but {@link #start} runs on the channel's event loop.
 */
// What a write or a close comes to is told by channelInactive. An exchange is itself, not its values.
@SuppressWarnings({"FutureReturnValueIgnored", "ReferenceEquality"})
final class Connection extends SimpleChannelInboundHandler<HttpObject> {

    /** For an answer to still come when the request can no longer be sent: it may say why. */
    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    private final ConnectionPool pool;

    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange exchange;
    private @Nullable BodyWriter writer;
    private @Nullable Answer answer;
    private @Nullable Future<?> timer;
    private @Nullable Throwable broken;
    private boolean requestSent;
    private boolean interim;
    private long startedAt;
    private volatile long idleSince;

    Connection(ConnectionPool pool) {
        this.pool = pool;
    }

    long idleSince() {
        return idleSince;
    }

    void close() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.channel().close();
        }
    }

    /** Sends it, if the connection still stands; else gives it back to the pool, untouched. */
    void start(Exchange next) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("a connection was used before it was connected");
        }
        if (ctx.executor().inEventLoop()) {
            begin(ctx, next);
        } else {
            ctx.executor().execute(() -> begin(ctx, next));
        }
    }

    private void begin(ChannelHandlerContext ctx, Exchange next) {
        if (!ctx.channel().isActive()) {
            pool.send(next);
            return;
        }
        exchange = next;
        answer = null;
        broken = null;
        interim = false;
        requestSent = false;
        startedAt = System.nanoTime();
        timer = ctx.executor()
                .schedule(() -> timedOut(ctx, next), next.timeout().toMillis(), TimeUnit.MILLISECONDS);
        ctx.write(next.head());
        BodyWriter body = new BodyWriter(ctx.channel(), next.body(), sent -> requestSent(next, sent));
        writer = body;
        body.proceed();
    }

    private void requestSent(Exchange of, io.netty.util.concurrent.Future<?> sent) {
        if (of == exchange && sent.isSuccess()) {
            requestSent = true;
            pool.choice().sent(of.length(), System.nanoTime() - startedAt);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (writer != null) {
            writer.proceed();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (exchange == null) {
            ctx.close(); // nobody asked
            return;
        }
        if (message.decoderResult().isFailure()) {
            fail(
                    ctx,
                    "answered with something that is not HTTP",
                    message.decoderResult().cause());
            return;
        }
        if (message instanceof HttpResponse head) {
            answerBegins(head);
        }
        if (message instanceof HttpContent content && exchange != null) {
            answerGoesOn(ctx, content);
        }
    }

    private void answerBegins(HttpResponse head) {
        int code = head.status().code();
        interim = code < 200 && code != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
        if (!interim) {
            answer = new Answer(head, pool.options().maxAnswerBytes());
        }
    }

    private void answerGoesOn(ChannelHandlerContext ctx, HttpContent content) {
        Answer arriving = answer;
        if (arriving != null && !interim && !arriving.append(content.content())) {
            String did = "answered %d with more than the %d bytes that are read at most"
                    .formatted(arriving.status, pool.options().maxAnswerBytes());
            fail(ctx, did, new AnswerTooLongException(did));
            return;
        }
        if (!(content instanceof LastHttpContent)) {
            return;
        }
        if (interim) {
            interim = false;
        } else if (arriving != null) {
            answered(ctx, arriving);
        }
    }

    private void answered(ChannelHandlerContext ctx, Answer whole) {
        Exchange done = end();
        if (done == null) {
            return;
        }
        if (requestSent && whole.keepAlive) {
            idleSince = System.nanoTime();
            pool.release(this);
            done.answer().complete(whole.whole());
        } else {
            closeAndThen(ctx, () -> done.answer().complete(whole.whole()));
        }
    }

    private void timedOut(ChannelHandlerContext ctx, Exchange of) {
        if (of == exchange) {
            fail(ctx, "gave no whole answer within " + of.timeout().toMillis() + " ms" + soFar(), null);
        }
    }

    /** The request can no longer be sent, the answer may still be in the socket. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        Exchange cut = exchange;
        if (event instanceof ChannelOutputShutdownEvent && cut != null) {
            ctx.executor()
                    .schedule(
                            () -> {
                                if (cut == exchange) {
                                    fail(ctx, "took no more of the request" + soFar(), broken);
                                }
                            },
                            LAST_WORD.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken = cause;
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pool.closed(this);
        if (exchange != null) {
            String by = pool.isClosed() ? "was not waited for, this client was closed" : "cut the connection";
            fail(ctx, by + soFar(), broken);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    private String soFar() {
        Answer arriving = answer;
        if (arriving == null) {
            return requestSent ? ", before any byte of an answer" : ", before the request was wholly sent";
        }
        return arriving.expected < 0
                ? ", after %d bytes of its answer".formatted(arriving.length())
                : ", after %d of the %d bytes of its answer".formatted(arriving.length(), arriving.expected);
    }

    private void fail(ChannelHandlerContext ctx, String did, @Nullable Throwable cause) {
        Exchange failed = end();
        if (failed != null) {
            String why = cause == null || cause instanceof AnswerTooLongException
                    ? ""
                    : " (" + Unreachable.reason(cause) + ")";
            String message = "%s %s%s: %s. Whether it was carried out is not known."
                    .formatted(pool.endpoint(), did, why, failed.what());
            closeAndThen(ctx, () -> failed.fail(message, cause, true));
        }
    }

    private @Nullable Exchange end() {
        Exchange ended = exchange;
        exchange = null;
        if (writer != null) {
            writer.stop();
            writer = null;
        }
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        return ended;
    }

    /** Past the TLS handler: it would wait for what is written, and go on reading the request's buffers. */
    private static void closeAndThen(ChannelHandlerContext ctx, Runnable then) {
        ChannelFuture closed = ctx.channel().closeFuture();
        closed.addListener(done -> then.run());
        ctx.pipeline().firstContext().close();
    }
}
