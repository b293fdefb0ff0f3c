package io.sluice.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.sluice.proxy.http.AnswerDecoder;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connections of one lane to one node. The one that was used last is used next, so that the rest may go. */
@SuppressWarnings("FutureReturnValueIgnored") // how connecting ends is told to the listener
public final class NodePool {

    /** More would only be kept for the next flood. */
    private static final int MOST_IDLE = 512;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** What may lie in a connection's buffers, both for clients and for nodes: two thousand of them must fit. */
    public static final WriteBufferWaterMark WRITE_AHEAD = new WriteBufferWaterMark(16 << 10, 48 << 10);

    private final Lane lane;
    private final Upstream upstream;
    private final Node node;
    private final Bootstrap bootstrap;
    private final ArrayDeque<SourceConnection> idle = new ArrayDeque<>();

    NodePool(Lane lane, Upstream upstream, Node node) {
        this.lane = lane;
        this.upstream = upstream;
        this.node = node;
        this.bootstrap = new Bootstrap()
                .group(lane.loop())
                .channel(lane.transport().socket())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_READ, false)
                // A failed write must not throw away an answer that is already in the socket.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.ALLOCATOR, lane.buffers())
                .option(ChannelOption.RECVBUF_ALLOCATOR, readSizes())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_AHEAD)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        upstream.connectTimeout().toMillis());
    }

    /** How much is read at a time: what requests and answers are like. */
    public static AdaptiveRecvByteBufAllocator readSizes() {
        return new AdaptiveRecvByteBufAllocator(512, 2048, 32 << 10);
    }

    Node node() {
        return node;
    }

    /**
     * An idle connection, or one that is made now: then it is null, and the listener hears of it later.
     */
    public @Nullable SourceConnection take(SourceListener listener) {
        for (SourceConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            upstream.idle().decrement();
            if (next.isOpen()) {
                next.takenBy(listener);
                return next;
            }
        }
        connect(listener);
        return null;
    }

    private void connect(SourceListener listener) {
        node.began();
        AnswerDecoder decoder = new AnswerDecoder(lane.limits());
        SourceConnection connection = new SourceConnection(this, decoder, listener);
        SourceTls tls = upstream.tls();
        ChannelInitializer<Channel> pipeline = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (tls != null) {
                    channel.pipeline().addLast(tls.handler(lane.buffers(), node.address(), upstream.connectTimeout()));
                }
                channel.pipeline().addLast(decoder, connection);
            }
        };
        bootstrap
                .clone()
                .handler(pipeline)
                .connect(node.address().host(), node.address().port())
                .addListener((ChannelFuture done) -> connected(connection, tls, done));
    }

    private static void connected(SourceConnection connection, @Nullable SourceTls tls, ChannelFuture done) {
        if (!done.isSuccess()) {
            connection.failed(done.cause());
        } else if (tls == null) {
            connection.ready();
        } else {
            done.channel().read(); // the handshake's answer
        }
    }

    void idle(SourceConnection connection) {
        if (idle.size() >= MOST_IDLE) {
            connection.close();
        } else {
            idle.addFirst(connection);
            upstream.idle().increment();
        }
    }

    void forget(SourceConnection connection) {
        if (idle.remove(connection)) {
            upstream.idle().decrement();
        }
    }

    void sweep() {
        closeIdle(System.nanoTime() - IDLE_NANOS);
    }

    /** Closes what is idle since before a time. */
    void closeIdle(long before) {
        while (!idle.isEmpty() && (before == Long.MAX_VALUE || idle.peekLast().idleSince() - before < 0)) {
            upstream.idle().decrement();
            idle.removeLast().close();
        }
    }

    /** What a client is told of something that went wrong on the way to the node. */
    SourceFailure failure(Throwable cause) {
        String where = upstream.name() + " node " + node.address();
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof ConnectTimeoutException || cause instanceof SslHandshakeTimeoutException) {
            return new SourceFailure(
                    true,
                    "The " + where + " did not take the connection within "
                            + upstream.connectTimeout().toMillis() + " ms.");
        }
        if (wantsCertificate(message)) {
            return new SourceFailure(
                    false,
                    "The " + where
                            + " demands a client certificate. The proxy cannot show that of its clients: give it one of"
                            + " its own with source.tls.cert, or let these users authenticate in another way.");
        }
        return new SourceFailure(
                false, "The " + where + " cannot be reached or broke the connection: " + message + ".");
    }

    private boolean wantsCertificate(String message) {
        SourceTls tls = upstream.tls();
        String lower = message.toLowerCase(Locale.ROOT);
        return tls != null
                && !tls.hasCertificate()
                && (lower.contains("certificate_required") || lower.contains("bad_certificate"));
    }
}
