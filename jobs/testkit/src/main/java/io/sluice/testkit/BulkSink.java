package io.sluice.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/**
 * Swallows bulks over HTTP as fast as they come, to measure what a sender alone can do.
 *
 * <p>Looks like an empty OpenSearch 2.19 to the control calls that come before a bulk: its version, its
 * health, creating and reading indices. It says of every document that it was created, and keeps nothing of
 * it. It counts lines and takes half of them for documents, so it is for bulks of {@code index} and
 * {@code create} actions only. {@code GET /_sink} answers with its {@link SinkCounts}, and
 * {@code DELETE /_sink} sets them to zero.
 *
 * <p>May be used from any thread.
 */
public final class BulkSink implements AutoCloseable {

    private static final int BIND_ATTEMPTS = 20;
    private static final int BACKLOG = 1024;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;
    private static final int MAX_READ_BYTES = 1 << 20;

    private static final HttpDecoderConfig DECODING =
            new HttpDecoderConfig().setMaxChunkSize(MAX_READ_BYTES).setValidateHeaders(false);

    private final SinkCounters counters = new SinkCounters();
    private final SinkControl control = new SinkControl(counters);
    private final EventLoopGroup loops;
    private final Channel server;

    private BulkSink(int threads) throws IOException {
        this.loops = EventLoops.start("sluice-sink", threads);
        this.server = bindAnywhere();
    }

    /**
     * Starts a sink in this JVM, on the loopback address.
     *
     * @param threads of its event loops; one swallows more than a gigabyte per second
     */
    public static BulkSink start(int threads) throws IOException {
        return new BulkSink(threads);
    }

    /**
     * Runs a sink until the process is killed.
     *
     * @param args the file to write the port to once it is bound, and the number of threads, 1 if not given
     */
    public static void main(String[] args) throws IOException {
        Path portFile = Path.of(args[0]);
        try (BulkSink sink = start(args.length > 1 ? Integer.parseInt(args[1]) : 1)) {
            Path half = portFile.resolveSibling(portFile.getFileName() + ".tmp");
            Files.writeString(half, String.valueOf(sink.endpoint().getPort()));
            Files.move(half, portFile, StandardCopyOption.ATOMIC_MOVE);
            sink.server.closeFuture().awaitUninterruptibly();
        }
    }

    /** Where it answers. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort());
    }

    /** What it has swallowed. */
    public SinkCounts counts() {
        return counters.snapshot();
    }

    /** Sets its counts to zero. */
    public void reset() {
        counters.reset();
    }

    @Override
    public void close() {
        server.close().awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        shutDown();
    }

    private void shutDown() {
        loops.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private Channel bindAnywhere() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(EventLoops.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(4 * 1024, 64 * 1024, MAX_READ_BYTES))
                .childHandler(new ConnectionInitializer());
        for (int attempt = 1; ; attempt++) {
            int port = Ports.free();
            ChannelFuture bound = bootstrap
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .awaitUninterruptibly();
            if (bound.isSuccess()) {
                return bound.channel();
            }
            if (attempt == BIND_ATTEMPTS) {
                shutDown();
                throw new IOException("Cannot bind port " + port + " of the loopback address.", bound.cause());
            }
        }
    }

    private final class ConnectionInitializer extends ChannelInitializer<Channel> {

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline()
                    .addLast(new HttpServerCodec(DECODING))
                    .addLast(new HttpContentDecompressor(MAX_READ_BYTES))
                    .addLast(new BulkSinkHandler(counters, control));
        }
    }
}
