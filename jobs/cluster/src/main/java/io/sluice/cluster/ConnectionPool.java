package io.sluice.cluster;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keep-alive connections to one endpoint. The one used last is used first, so that the others grow
 * old and are closed.
 *
 * <p>May be called from any thread. Its lock is never held while a connection or a future is called.
 */
// What connecting and closing come to is told by the exchange and by channelInactive.
@SuppressWarnings("FutureReturnValueIgnored")
final class ConnectionPool {

    private static final int LONGEST_HEADERS = 64 << 10;

    private final Endpoint endpoint;
    private final RawHttpOptions options;
    private final GzipChoice choice;
    private final Bootstrap bootstrap;
    private final @Nullable NettyTls tls;

    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private final Set<Connection> open = new HashSet<>();
    private boolean closed;

    ConnectionPool(
            Endpoint endpoint, RawHttpOptions options, GzipChoice choice, Bootstrap bootstrap, @Nullable NettyTls tls) {
        this.endpoint = endpoint;
        this.options = options;
        this.choice = choice;
        this.bootstrap = bootstrap;
        this.tls = tls;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    RawHttpOptions options() {
        return options;
    }

    GzipChoice choice() {
        return choice;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Sends it over a free connection, over a new one, or when one becomes free. */
    void send(Exchange exchange) {
        List<Connection> tooOld = new ArrayList<>();
        Connection free = null;
        Connection fresh = null;
        String refusal = null;
        synchronized (this) {
            if (closed) {
                refusal = "this client is closed";
            } else {
                free = takeIdle(tooOld);
                if (free == null && open.size() < options.maxConnections()) {
                    fresh = new Connection(this);
                    open.add(fresh);
                } else if (free == null && waiting.size() < options.maxWaiting()) {
                    waiting.add(exchange);
                } else if (free == null) {
                    refusal = "%d requests wait for one of %d connections already"
                            .formatted(waiting.size(), options.maxConnections());
                }
            }
        }
        tooOld.forEach(Connection::close);
        if (refusal != null) {
            exchange.fail("Cannot send to %s: %s. Nothing was sent.".formatted(endpoint, refusal), null, false);
        } else if (free != null) {
            free.start(exchange);
        } else if (fresh != null) {
            connect(fresh, exchange);
        }
    }

    private @Nullable Connection takeIdle(List<Connection> tooOld) {
        long now = System.nanoTime();
        for (Connection last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (now - last.idleSince() <= options.idleTimeout().toNanos()) {
                return last;
            }
            tooOld.add(last);
        }
        return null;
    }

    /** The connection's exchange is over and it can take another. */
    void release(Connection connection) {
        Exchange next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null && !closed) {
                idle.addLast(connection);
            }
        }
        if (next != null) {
            connection.start(next);
        }
    }

    /** The connection is gone; whoever waits gets a new one. Harmless when called again. */
    void closed(Connection connection) {
        Exchange next;
        synchronized (this) {
            if (!open.remove(connection)) {
                return;
            }
            idle.remove(connection);
            next = waiting.poll();
        }
        if (next != null) {
            send(next);
        }
    }

    void close() {
        List<Exchange> unsent;
        List<Connection> connections;
        synchronized (this) {
            closed = true;
            unsent = new ArrayList<>(waiting);
            waiting.clear();
            connections = new ArrayList<>(open);
        }
        unsent.forEach(exchange -> exchange.fail(
                "Cannot send to %s: this client was closed. Nothing was sent.".formatted(endpoint), null, false));
        connections.forEach(Connection::close);
    }

    private void connect(Connection connection, Exchange first) {
        ChannelFuture connecting;
        try {
            connecting =
                    bootstrap.clone().handler(new Pipeline(connection)).connect(endpoint.address(), endpoint.port());
        } catch (RuntimeException e) { // the I/O threads are shut down
            notConnected(connection, first, e);
            return;
        }
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                notConnected(connection, first, done.cause());
                return;
            }
            SslHandler handshaking = connecting.channel().pipeline().get(SslHandler.class);
            if (handshaking == null) {
                connection.start(first);
                return;
            }
            handshaking.handshakeFuture().addListener(shaken -> {
                if (shaken.isSuccess()) {
                    connection.start(first);
                } else {
                    connecting.channel().close();
                    notConnected(connection, first, shaken.cause());
                }
            });
        });
    }

    private void notConnected(Connection connection, Exchange first, Throwable cause) {
        ClusterUnreachableException failure = Unreachable.connecting(endpoint, cause);
        first.answer().completeExceptionally(failure);
        closed(connection);
    }

    /** What a connection is made of. */
    private final class Pipeline extends ChannelInitializer<Channel> {

        private final Connection connection;

        Pipeline(Connection connection) {
            this.connection = connection;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (tls != null) {
                long timeout = options.connectTimeout().toMillis();
                channel.pipeline().addLast(tls.handler(channel.alloc(), endpoint, timeout));
            }
            HttpDecoderConfig decoding = new HttpDecoderConfig().setMaxHeaderSize(LONGEST_HEADERS);
            channel.pipeline().addLast(new HttpClientCodec(decoding, false, false), connection);
        }
    }
}
