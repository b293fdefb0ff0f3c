package io.sluice.cluster;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@link RawHttp} on Netty, with the JVM's own sockets: no native part is needed, and none was faster
 * (docs/adr/0002-raw-http-client.md).
 *
 * <p>What costs time before the first byte can be sent, compressing and signing, has threads of its own.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the answer is the one future that matters
final class NettyHttp implements RawHttp {

    /** Per connection, what may lie in direct buffers before the socket takes it. */
    private static final WriteBufferWaterMark WRITE_AHEAD =
            new WriteBufferWaterMark(BodyWriter.PIECE / 2, BodyWriter.PIECE);

    /** A small arena per client instead of megabytes per core: a task manager has little direct memory. */
    private static final int PAGE = 8192;

    private static final int CHUNK_ORDER = 6; // 512 KB

    private static final String USER_AGENT = "sluice";

    private static final long CLOSE_MILLIS = 2_000;

    /** These announce a length even when it is 0. */
    private static final Set<String> ALWAYS_WITH_LENGTH = Set.of("POST", "PUT", "PATCH");

    private final Endpoint endpoint;
    private final RequestHeaders credentials;
    private final GzipChoice choice;
    private final ConnectionPool pool;
    private final EventLoopGroup ioThreads;
    private final @Nullable ExecutorService compressors;

    private NettyHttp(Endpoint endpoint, RequestHeaders credentials, RawHttpOptions options, @Nullable NettyTls tls) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.choice = new GzipChoice(options.gzip(), endpoint.isLoopback());
        this.ioThreads = new MultiThreadIoEventLoopGroup(
                options.ioThreads(), new DefaultThreadFactory("cluster-io", true), NioIoHandler.newFactory());
        Bootstrap bootstrap = new Bootstrap()
                .group(ioThreads)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                // A failed write must not throw away an answer that is already in the socket.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.ALLOCATOR, allocator(options.ioThreads()))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_AHEAD)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        options.connectTimeout().toMillis());
        this.pool = new ConnectionPool(endpoint, options, choice, bootstrap, tls);
        this.compressors = choice.isPossible() ? compressors(options) : null;
    }

    static NettyHttp open(ClusterAddress address, RawHttpOptions options, RequestHeaders credentials)
            throws IOException {
        try {
            Endpoint endpoint = Endpoint.of(address.endpoint());
            NettyTls tls = endpoint.tls() ? NettyTls.of(address.tls()) : null;
            return new NettyHttp(endpoint, credentials, options, tls);
        } catch (IOException | RuntimeException e) {
            credentials.close();
            throw e;
        }
    }

    private static PooledByteBufAllocator allocator(int arenas) {
        return new PooledByteBufAllocator(true, 0, arenas, PAGE, CHUNK_ORDER, 0, 0, false);
    }

    private static ExecutorService compressors(RawHttpOptions options) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                options.ioThreads(),
                options.ioThreads(),
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(options.maxWaiting() + options.maxConnections()),
                new DefaultThreadFactory("cluster-gzip", true));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @Override
    public CompletableFuture<RawResponse> send(RawRequest request) {
        CompletableFuture<RawResponse> answer = new CompletableFuture<>();
        ExecutorService slowRoad = compressors;
        try {
            URI uri = endpoint.resolve(request.path()); // refuses what would not be one line of the head
            if (slowRoad == null || !choice.compresses(request.length())) {
                sign(new Outgoing(request, uri, request.body(), false), answer);
            } else {
                slowRoad.execute(() -> compressAndSign(request, uri, answer));
            }
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(
                    unsent("too many requests wait to be compressed or signed, or this client is closed.", e));
        } catch (IllegalArgumentException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private void compressAndSign(RawRequest request, URI uri, CompletableFuture<RawResponse> answer) {
        try {
            sign(new Outgoing(request, uri, compress(request), true), answer);
        } catch (RuntimeException e) { // an edge: nobody else would hear of it
            answer.completeExceptionally(unsent("it could not be compressed or signed (" + e + ").", e));
        }
    }

    private record Outgoing(RawRequest request, URI uri, List<ByteBuffer> body, boolean gzip) {}

    private List<ByteBuffer> compress(RawRequest request) {
        long startedAt = System.nanoTime();
        List<ByteBuffer> compressed = Gzip.compress(request.body());
        choice.compressed(request.length(), length(compressed), System.nanoTime() - startedAt);
        return compressed;
    }

    private void sign(Outgoing outgoing, CompletableFuture<RawResponse> answer) {
        RawRequest request = outgoing.request();
        credentials
                .of(request.method(), endpoint.path() + request.path(), outgoing.body())
                .whenComplete((headers, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(unsent(
                                "the request cannot be signed (" + Unreachable.reason(failure)
                                        + "). Are there AWS credentials for this process?",
                                failure));
                    } else {
                        dispatch(outgoing, headers, answer);
                    }
                });
    }

    private void dispatch(Outgoing outgoing, Map<String, String> headers, CompletableFuture<RawResponse> answer) {
        RawRequest request = outgoing.request();
        long length = length(outgoing.body());
        HttpRequest head;
        try {
            head = head(outgoing, length);
        } catch (IllegalArgumentException e) { // a header that would not be one line of the head
            answer.completeExceptionally(e);
            return;
        }
        headers.forEach((name, value) -> head.headers().set(name, value));
        String what = request.method() + " " + withoutQuery(request.path());
        pool.send(new Exchange(what, head, outgoing.body(), length, request.timeout(), answer));
    }

    private HttpRequest head(Outgoing outgoing, long length) {
        RawRequest request = outgoing.request();
        HttpRequest head = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), endpoint.path() + request.path());
        head.headers().set(HttpHeaderNames.USER_AGENT, USER_AGENT);
        request.headers().forEach((name, value) -> head.headers().set(name, value));
        head.headers().set(HttpHeaderNames.HOST, endpoint.authority());
        if (!request.contentType().isEmpty()) {
            head.headers().set(HttpHeaderNames.CONTENT_TYPE, request.contentType());
        }
        if (outgoing.gzip()) {
            head.headers().set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
        }
        if (length > 0 || ALWAYS_WITH_LENGTH.contains(request.method())) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        return head;
    }

    private ClusterUnreachableException unsent(String why, Throwable cause) {
        return new ClusterUnreachableException(
                "Cannot send to %s: %s Nothing was sent.".formatted(endpoint, why), cause, false);
    }

    private static long length(List<ByteBuffer> body) {
        return body.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    private static String withoutQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    @Override
    public void close() {
        pool.close();
        if (compressors != null) {
            compressors.shutdown();
        }
        ioThreads.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        credentials.close();
    }
}
