package io.sluice.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.sluice.config.HostPort;
import io.sluice.proxy.upstream.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
    private final AtomicReference<Consumer<Channel>> connected;

    private AdminServer(EventLoopGroup loop, Channel listener, AtomicReference<Consumer<Channel>> connected) {
        this.loop = loop;
        this.listener = listener;
        this.connected = connected;
    }

    /**
     * Takes the port. Nobody is answered before {@link #serve}: so the port is known to those who tell others of it, before there
     * is anything to be asked for.
     *
     * @throws IOException when it cannot listen there
     */
    public static AdminServer bind(HostPort at) throws IOException {
        Transport transport = Transport.best();
        EventLoopGroup loop = transport.loops("proxy-admin", 1);
        AtomicReference<Consumer<Channel>> connected = new AtomicReference<>(Channel::close);
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(transport.server())
                .option(ChannelOption.AUTO_READ, false) // who connects waits
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Objects.requireNonNull(connected.get()).accept(channel);
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
        return new AdminServer(loop, bound.channel(), connected);
    }

    /**
     * Answers from now on, those who waited first. To be called once.
     *
     * @param tls what is shown there, asked for at each connection; null: plain HTTP
     * @param token what must be shown; null: a certificate, which the TLS settings ask for
     */
    public void serve(Administered proxy, @Nullable Supplier<SslContext> tls, @Nullable AdminToken token) {
        Metrics metrics = new Metrics(proxy);
        RouteOrders route = new RouteOrders(proxy.gate(), proxy.clusters(), loop.next());
        connected.set(channel -> {
            if (tls != null) {
                channel.pipeline().addLast(tls.get().newHandler(channel.alloc()));
            }
            channel.pipeline()
                    .addLast(
                            new ReadTimeoutHandler(IDLE_SECONDS),
                            new HttpServerCodec(),
                            new HttpObjectAggregator(MOST_BODY_BYTES),
                            new AdminHandler(proxy, metrics, route, token));
        });
        listener.config().setAutoRead(true);
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
