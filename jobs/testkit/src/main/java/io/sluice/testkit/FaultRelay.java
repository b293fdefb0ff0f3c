package io.sluice.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands in front of a real node and does to its clients what networks and busy nodes do: refuses, delays
 * and cuts, by a seeded plan that may be changed at any time.
 *
 * <p>What the plan lets pass arrives as it was sent: heads in their order, bodies of any size in pieces as
 * they come, chunked or not, over connections that are kept. Each client connection has one of its own to
 * the node, and the end of one ends the other.
 *
 * <p>May be used from any thread.
 */
public final class FaultRelay implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int BIND_ATTEMPTS = 20;
    private static final int BACKLOG = 1024;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private static final HttpDecoderConfig DECODING = new HttpDecoderConfig()
            .setMaxInitialLineLength(64 * 1024)
            .setMaxHeaderSize(256 * 1024)
            .setMaxChunkSize(256 * 1024)
            .setValidateHeaders(false);

    private final InetSocketAddress node;
    private final EventLoopGroup loops = EventLoops.start("sluice-relay", THREADS);
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final RelayCounters counters = new RelayCounters();
    private final int port;

    private Channel server;
    private volatile Planned planned = new Planned(FaultPlan.none());

    private FaultRelay(InetSocketAddress node) throws IOException {
        this.node = node;
        this.server = bindAnywhere();
        this.port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    /**
     * Starts a relay that lets everything pass.
     *
     * @throws IOException when no port can be bound
     */
    public static FaultRelay to(URI node) throws IOException {
        return new FaultRelay(new InetSocketAddress(node.getHost(), node.getPort()));
    }

    /** What clients connect to instead of the node. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Changes the plan for all requests whose head is read from now on. Its draw begins anew. */
    public void plan(FaultPlan plan) {
        planned = new Planned(plan);
    }

    /** What has been done so far. */
    public RelayCounts counts() {
        return counters.snapshot();
    }

    /** Refuses new connections and closes those there are, as a node that is gone, until told otherwise. */
    public synchronized void refuseConnections() {
        server.close().syncUninterruptibly();
        clients.close().awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends {@link #refuseConnections}; the port is the same. */
    public synchronized void acceptConnections() throws IOException {
        if (!server.isActive()) {
            server = bind(port);
        }
    }

    @Override
    public synchronized void close() {
        refuseConnections();
        shutDown();
    }

    private void shutDown() {
        loops.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** What the plan has for the next request. */
    Optional<Fault> faultFor(String uri) {
        Planned now = planned;
        return now.plan.concerns(uri) ? now.plan.draw(now.drawn.getAndIncrement()) : Optional.empty();
    }

    RelayCounters counters() {
        return counters;
    }

    /** Opens a connection to the node on the event loop of the client's. */
    ChannelFuture connect(Channel client, ChannelHandler handler) {
        return new Bootstrap()
                .group(client.eventLoop())
                .channel(EventLoops.channel())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec(DECODING, false, false))
                                .addLast(new OneByOneHandler())
                                .addLast(handler);
                    }
                })
                .connect(node);
    }

    private Channel bindAnywhere() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return bind(Ports.free());
            } catch (IOException taken) {
                if (attempt == BIND_ATTEMPTS) {
                    shutDown();
                    throw taken;
                }
            }
        }
    }

    private Channel bind(int wanted) throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(EventLoops.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ClientInitializer())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("Cannot bind port " + wanted + " of the loopback address.", bound.cause());
        }
        return bound.channel();
    }

    /** A plan and how many requests it has been asked about. */
    private static final class Planned {

        private final FaultPlan plan;
        private final AtomicLong drawn = new AtomicLong();

        private Planned(FaultPlan plan) {
            this.plan = plan;
        }
    }

    private final class ClientInitializer extends ChannelInitializer<Channel> {

        @Override
        protected void initChannel(Channel channel) {
            clients.add(channel);
            counters.connections.increment();
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.addLast(new HttpServerCodec(DECODING));
            pipeline.addLast(new OneByOneHandler());
            pipeline.addLast(new RelayConnection(FaultRelay.this));
        }
    }
}
