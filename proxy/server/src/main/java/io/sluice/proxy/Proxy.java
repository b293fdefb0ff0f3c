package io.sluice.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.sluice.capture.Recorder;
import io.sluice.config.HostPort;
import io.sluice.proxy.forward.Forwarder;
import io.sluice.proxy.forward.Gate;
import io.sluice.proxy.forward.Tally;
import io.sluice.proxy.http.HeadWriter;
import io.sluice.proxy.upstream.HealthCheck;
import io.sluice.proxy.upstream.Lane;
import io.sluice.proxy.upstream.NodePool;
import io.sluice.proxy.upstream.SourceTls;
import io.sluice.proxy.upstream.Transport;
import io.sluice.proxy.upstream.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A proxy that runs. May be used from any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // what is scheduled goes on until the loops end
public final class Proxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);

    private static final int BACKLOG = 4096;
    private static final long LOOK_SECONDS = 2;
    private static final Duration LOOPS_END = Duration.ofSeconds(2);
    private static final Duration STEP = Duration.ofMillis(10);

    /** Arenas take memory in pieces of this order: 8 KB << 7 = 1 MB. Pieces of the usual 4 MB would lie half empty. */
    private static final int CHUNK_ORDER = 7;

    private static final int PAGE = 8192;

    private final ProxySettings settings;
    private final EventLoopGroup loops;
    private final IdentityHashMap<EventLoop, Lane> lanes = new IdentityHashMap<>();
    private final Map<String, Upstream> clusters;
    private final Gate gate;
    private final Tally tally = new Tally();
    private final Forwarder forwarder;
    private final @Nullable ReloadingTls tls;
    private final Channel listener;

    private Proxy(ProxySettings settings, @Nullable Recorder recorder) throws IOException {
        this.settings = settings;
        this.tls = settings.tls() == null ? null : ReloadingTls.of(settings.tls());
        this.clusters = clusters(settings);
        this.gate =
                new Gate(clusters.values().iterator().next(), settings.limits().held());
        this.forwarder = new Forwarder(
                settings.forward(),
                gate,
                tally,
                recorder,
                tls != null,
                settings.limits().connections());
        Transport transport = Transport.best();
        this.loops = transport.loops("proxy", settings.threads());
        try {
            openLanes(transport);
            this.listener = bind(transport);
        } catch (IOException | RuntimeException e) {
            endLoops();
            throw e;
        }
        lookAfter(transport);
    }

    /**
     * Starts one, and takes clients.
     *
     * @param recorder where exchanges are captured; null: nowhere. It stays the caller's, to be closed after the proxy
     * @throws IOException when it cannot listen, or a file of its TLS settings is not what it should be
     */
    public static Proxy start(ProxySettings settings, @Nullable Recorder recorder) throws IOException {
        return new Proxy(settings, recorder);
    }

    private static Map<String, Upstream> clusters(ProxySettings settings) throws IOException {
        Map<String, Upstream> clusters = new LinkedHashMap<>();
        for (ProxySettings.ClusterSettings cluster : settings.clusters()) {
            SourceTls tls = cluster.tls() == null ? null : SourceTls.of(cluster.tls());
            clusters.put(
                    cluster.name(),
                    new Upstream(cluster.name(), cluster.nodes(), tls, cluster.connectTimeout(), settings.threads()));
        }
        return clusters;
    }

    private void openLanes(Transport transport) {
        ByteBufAllocator buffers =
                new PooledByteBufAllocator(true, 0, settings.threads(), PAGE, CHUNK_ORDER, 256, 64, false);
        int index = 0;
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            lanes.put(
                    loop,
                    new Lane(
                            index++,
                            loop,
                            transport,
                            buffers,
                            new HeadWriter(),
                            settings.limits().http()));
        }
    }

    private Channel bind(Transport transport) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(transport.server())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.ALLOCATOR,
                        lanes.values().iterator().next().buffers())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, NodePool.readSizes())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, NodePool.WRITE_AHEAD)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        take(client);
                    }
                });
        HostPort at = settings.listen();
        io.netty.channel.ChannelFuture bound =
                bootstrap.bind(at.host(), at.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "Cannot listen on proxy.listen " + at + ": " + bound.cause().getMessage()
                            + ". Is the address one of this host's, and free?",
                    bound.cause());
        }
        return bound.channel();
    }

    private void take(Channel client) {
        Lane lane = lanes.get(client.eventLoop());
        if (lane == null) {
            throw new IllegalStateException("a client on a thread that is none of the proxy's");
        }
        if (tls != null) {
            client.pipeline().addLast(tls.context().newHandler(client.alloc()));
        }
        forwarder.take(client.pipeline(), lane);
    }

    private void lookAfter(Transport transport) {
        for (Lane lane : lanes.values()) {
            lane.loop()
                    .scheduleWithFixedDelay(
                            () -> clusters.values().forEach(cluster -> cluster.sweep(lane)),
                            LOOK_SECONDS,
                            LOOK_SECONDS,
                            TimeUnit.SECONDS);
        }
        EventLoop first = lanes.keySet().iterator().next();
        if (tls != null) {
            first.scheduleWithFixedDelay(tls::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
        long interval = settings.health().interval().toMillis();
        for (Upstream cluster : clusters.values()) {
            HealthCheck check =
                    new HealthCheck(cluster, first, transport, settings.health().path());
            first.scheduleWithFixedDelay(check::look, interval, interval, TimeUnit.MILLISECONDS);
        }
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public Gate gate() {
        return gate;
    }

    public Tally tally() {
        return tally;
    }

    /** Clients that are connected. */
    public int clients() {
        return forwarder.clients();
    }

    /** Connections to clusters that wait to be used. */
    public long idleConnections() {
        return clusters.values().stream().mapToLong(Upstream::idleConnections).sum();
    }

    /** The clusters that the route can turn to, by name. */
    public Map<String, Upstream> clusters() {
        return java.util.Collections.unmodifiableMap(clusters);
    }

    /** Takes no more clients, lets exchanges that are under way end for as long as the settings say, and closes everything. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        forwarder.drain();
        long deadline = System.nanoTime() + settings.drain().toNanos();
        while (gate.inFlight() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(STEP.toNanos());
        }
        long left = gate.inFlight();
        if (left > 0) {
            LOG.warn("Stops although {} exchanges are under way: they are cut", left);
        }
        forwarder.stop();
        List<io.netty.util.concurrent.Future<?>> closed = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            closed.add(lane.loop().submit(() -> clusters.values().forEach(cluster -> cluster.closeIdle(lane))));
        }
        closed.forEach(io.netty.util.concurrent.Future::awaitUninterruptibly);
        endLoops();
    }

    private void endLoops() {
        loops.shutdownGracefully(0, LOOPS_END.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
