package io.sluice.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.sluice.config.HostPort;
import io.sluice.proxy.upstream.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The admin port while it is open. */
@SuppressWarnings("FutureReturnValueIgnored") // the loop ends by itself
public final class AdminServer implements AutoCloseable {

    private static final int MOST_BODY_BYTES = 64 << 10;
    private static final int IDLE_SECONDS = 120;
    private static final long CLOSE_MILLIS = 1_000;

    private final EventLoopGroup loop;
    private final Channel listener;

    private AdminServer(EventLoopGroup loop, Channel listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /**
     * Opens it.
     *
     * @param tls what is shown there, asked for at each connection; null: plain HTTP
     * @param token what must be shown; null: a certificate, which the TLS settings ask for
     * @throws IOException when it cannot listen there
     */
    public static AdminServer open(
            HostPort at, Administered proxy, @Nullable Supplier<SslContext> tls, @Nullable AdminToken token)
            throws IOException {
        Transport transport = Transport.best();
        EventLoopGroup loop = transport.loops("proxy-admin", 1);
        Metrics metrics = new Metrics(proxy);
        RouteOrders route = new RouteOrders(proxy.gate(), proxy.clusters(), loop.next());
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(transport.server())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.get().newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(
                                        new ReadTimeoutHandler(IDLE_SECONDS),
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(MOST_BODY_BYTES),
                                        new AdminHandler(proxy, metrics, route, token));
                    }
                })
                .bind(at.host(), at.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
            throw new IOException(
                    "Cannot listen on proxy.admin " + at + ": " + bound.cause().getMessage()
                            + ". Is the address one of this host's, and free?",
                    bound.cause());
        }
        return new AdminServer(loop, bound.channel());
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
