package io.sluice.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.proxy.http.AnswerDecoder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a node. Used by one {@link SourceListener} at a time, idle in between.
 *
 * <p>While it is idle it is read all the same, so that it is known at once when the node closes it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever a write or a close comes to is told by channelInactive
public final class SourceConnection extends ChannelInboundHandlerAdapter {

    /** For an answer to still come when the request can no longer be sent. */
    private static final long LAST_WORD_SECONDS = 2;

    private final NodePool pool;
    private final AnswerDecoder decoder;
    private @Nullable ChannelHandlerContext context;
    private @Nullable SourceListener listener;
    private @Nullable SourceListener toldLast;
    private @Nullable SourceFailure failure;
    private boolean connected;
    private boolean fresh = true;
    private long idleSince;

    SourceConnection(NodePool pool, AnswerDecoder decoder, SourceListener first) {
        this.pool = pool;
        this.decoder = decoder;
        this.listener = first;
    }

    private ChannelHandlerContext ctx() {
        if (context == null) {
            throw new IllegalStateException("a connection to a source was used before it was there");
        }
        return context;
    }

    public Node node() {
        return pool.node();
    }

    /** Whether it stands, as far as is known. */
    public boolean isOpen() {
        return ctx().channel().isActive();
    }

    /** Whether nothing was sent over it before this exchange. */
    public boolean isFresh() {
        return fresh;
    }

    void takenBy(SourceListener next) {
        listener = next;
        fresh = false;
        node().began();
    }

    /** Whether it ended otherwise than by being closed. */
    public boolean isBroken() {
        return failure != null;
    }

    /** Begins an exchange over it. */
    public void expect(boolean answerToHead) {
        decoder.expect(answerToHead);
    }

    /** Goes on with another listener, without having been idle. */
    public void handOver(SourceListener next) {
        listener = next;
        fresh = false;
    }

    /** Sends bytes, with the next flush. */
    public void write(ByteBuf bytes) {
        ctx().write(bytes, ctx().voidPromise());
    }

    public void flush() {
        ctx().flush();
    }

    /** Asks for more of the answer. */
    public void read() {
        ctx().read();
    }

    public boolean isWritable() {
        return ctx().channel().isWritable();
    }

    /** From now on, bytes pass as they are. */
    public void passRaw() {
        decoder.passRaw();
    }

    /** Tells the node that no more will come. */
    public void shutdownOutput() {
        if (ctx().channel() instanceof io.netty.channel.socket.DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    /** Gives it back for the next exchange. */
    public void release() {
        if (listener == null) {
            throw new IllegalStateException("a connection to a source was given back twice");
        }
        listener = null;
        node().ended();
        if (isOpen() && failure == null && decoder.waiting() == 0) {
            idleSince = System.nanoTime();
            pool.idle(this);
        } else {
            ctx().close();
        }
    }

    /** Gives it up: its listener hears no more of it. */
    public void close() {
        if (listener != null) {
            listener = null;
            node().ended();
        }
        ctx().close();
    }

    long idleSince() {
        return idleSince;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Connected, and with TLS shaken hands. */
    void ready() {
        connected = true;
        node().worked();
        ctx().read();
        if (listener != null) {
            listener.connected(this);
        }
    }

    void failed(Throwable cause) {
        SourceListener waiting = listener;
        listener = null;
        node().ended();
        node().failed(System.nanoTime());
        ctx().close();
        if (waiting != null) {
            waiting.unreachable(pool.failure(cause));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        SourceListener now = listener;
        if (now == null) {
            ReferenceCountUtil.release(message); // nobody asked: what comes now is no answer to anything
            ctx.close();
            return;
        }
        toldLast = now;
        if (message instanceof HttpResponse head) {
            now.answer(head);
        } else if (message instanceof HttpContent content) {
            now.content(content);
        } else {
            now.raw((ByteBuf) message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        SourceListener told = toldLast;
        toldLast = null;
        if (told != null) {
            told.readComplete();
        }
        // Idle, just taken by somebody else, or in the middle of a head or of a TLS record.
        if (connected && (listener == null || told == null || told != listener)) {
            ctx.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (connected && listener != null) {
            listener.writabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            if (done.isSuccess()) {
                ready();
            } else {
                failed(done.cause());
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean known = failure != null;
        failure = pool.failure(cause);
        if (!(cause instanceof IOException) || cause instanceof SSLException) {
            ctx.close();
        } else if (!known) {
            // The node takes no more of the request. Before it closed it may have said why.
            ctx.read();
            ctx.executor().schedule(() -> ctx.close(), LAST_WORD_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        SourceListener now = listener;
        SourceListener told = toldLast;
        listener = null;
        toldLast = null;
        if (told != null) {
            told.readComplete(); // what came last is still to be passed on
        }
        if (now == null) {
            pool.forget(this);
            return;
        }
        if (connected) {
            node().ended();
            now.closed(failure);
        }
    }
}
