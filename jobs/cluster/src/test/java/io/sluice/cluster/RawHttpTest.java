package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What the client sends and how it reads answers, byte by byte. Trouble is in {@link RawHttpTroubleTest}. */
final class RawHttpTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final BlockingQueue<RawServer.Request> received = new LinkedBlockingQueue<>();

    private RawServer.Script recording(String answer) {
        return peer -> {
            for (RawServer.Request request = peer.request(); request != null; request = peer.request()) {
                received.add(request);
                peer.answer(answer);
            }
        };
    }

    private static ClusterAddress address(URI uri, Credentials credentials) {
        return new ClusterAddress(uri, credentials, TlsSettings.DEFAULT);
    }

    private static RawRequest post(String path, ByteBuffer... body) {
        return new RawRequest("POST", path, "application/x-ndjson", List.of(body), TIMEOUT);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static RawResponse send(URI uri, Credentials credentials, RawHttpOptions options, RawRequest request)
            throws Exception {
        try (RawHttp http = RawHttps.open(address(uri, credentials), options)) {
            return http.send(request).get(30, TimeUnit.SECONDS);
        }
    }

    private static RawResponse send(URI uri, RawRequest request) throws Exception {
        return send(uri, new Credentials.None(), RawHttpOptions.DEFAULT, request);
    }

    @Test
    void sendsThePartsOfABodyInOrderUnderTheEndpointsOwnPath() throws Exception {
        try (RawServer server = RawServer.plain(recording(RawServer.ok("{}")))) {
            URI below = server.uri().resolve("/search/");
            ByteBuffer direct = ByteBuffer.allocateDirect(3).put(bytes("two")).flip();

            RawResponse answer = send(below, post("/b/_bulk?pipeline=_none", bytes("one"), direct, bytes("three")));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{}".getBytes(UTF_8));
            RawServer.Request request = received.take();
            assertThat(request.target()).isEqualTo("/search/b/_bulk?pipeline=_none");
            assertThat(request.text()).isEqualTo("onetwothree");
            assertThat(request.header("host"))
                    .isEqualTo("localhost:" + server.uri().getPort());
            assertThat(request.header("content-type")).isEqualTo("application/x-ndjson");
            assertThat(request.headers()).doesNotContainKeys("expect", "transfer-encoding", "authorization");
            assertThat(direct.position()).isZero();
        }
    }

    @Test
    void sendsOneRequestAfterTheOtherOverOneConnection() throws Exception {
        try (RawServer server = RawServer.plain(RawServer.answering(RawServer.ok("{}")));
                RawHttp http = RawHttps.open(address(server.uri(), new Credentials.None()), RawHttpOptions.DEFAULT)) {
            for (int i = 0; i < 20; i++) {
                http.send(post("/_bulk", bytes("x" + i))).get(10, TimeUnit.SECONDS);
            }

            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void answersAllOfManyRequestsOverFewConnections() throws Exception {
        try (RawServer server = RawServer.plain(RawServer.answering(RawServer.ok("{}")));
                RawHttp http = RawHttps.open(
                        address(server.uri(), new Credentials.None()), RawHttpOptions.DEFAULT.withMaxConnections(3))) {
            List<CompletableFuture<RawResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                answers.add(http.send(post("/_bulk", bytes("x".repeat(i)))));
            }

            for (CompletableFuture<RawResponse> answer : answers) {
                assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
            assertThat(server.connections()).isBetween(1, 3);
        }
    }

    @Test
    void sendsAHundredMegabytesWithLittleDirectMemory() throws Exception {
        byte[] megabyte = new byte[1 << 20];
        for (int i = 0; i < megabyte.length; i++) {
            megabyte[i] = (byte) (i * 31);
        }
        CRC32 sent = new CRC32();
        ByteBuffer[] body = new ByteBuffer[100];
        for (int i = 0; i < body.length; i++) {
            body[i] = ByteBuffer.wrap(megabyte);
            sent.update(megabyte);
        }
        CompletableFuture<Long> arrived = new CompletableFuture<>();
        CompletableFuture<Long> direct = new CompletableFuture<>();
        long directBefore = directBytes();
        RawServer.Script slowReader = peer -> {
            long left = Long.parseLong(peer.head().header("content-length"));
            CRC32 checksum = new CRC32();
            byte[] chunk = new byte[100_000];
            while (left > 0) {
                int n = peer.in().read(chunk, 0, (int) Math.min(chunk.length, left));
                checksum.update(chunk, 0, n);
                left -= n;
                if (left < 50_000_000 && !direct.isDone()) {
                    direct.complete(directBytes() - directBefore);
                }
            }
            arrived.complete(checksum.getValue());
            peer.answer(RawServer.ok("{}"));
            peer.request();
        };
        try (RawServer server = RawServer.plain(slowReader)) {
            send(server.uri(), post("/_bulk", body));

            assertThat(arrived.get(1, TimeUnit.SECONDS)).isEqualTo(sent.getValue());
            assertThat(direct.get(1, TimeUnit.SECONDS)).isLessThan(8L << 20);
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void readsAnAnswerInChunks() throws Exception {
        String chunked =
                "HTTP/1.1 429 Too Many Requests\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        try (RawServer server = RawServer.plain(RawServer.answering(chunked))) {
            RawResponse answer = send(server.uri(), post("/_bulk", bytes("x")));

            assertThat(answer.status()).isEqualTo(429);
            assertThat(new String(answer.body(), UTF_8)).isEqualTo("abcde");
        }
    }

    @Test
    void readsAnAnswerThatEndsWithTheConnection() throws Exception {
        RawServer.Script old = peer -> {
            peer.request();
            peer.answer("HTTP/1.0 200 OK\r\n\r\nuntil the end");
        };
        try (RawServer server = RawServer.plain(old)) {
            RawResponse answer = send(server.uri(), post("/_bulk", bytes("x")));

            assertThat(new String(answer.body(), UTF_8)).isEqualTo("until the end");
        }
    }

    @Test
    void passesInterimAnswersBy() throws Exception {
        String interim = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
        try (RawServer server = RawServer.plain(RawServer.answering(interim + RawServer.ok("done")))) {
            RawResponse answer = send(server.uri(), post("/_bulk", bytes("x")));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(new String(answer.body(), UTF_8)).isEqualTo("done");
        }
    }

    @Test
    void expectsNoBodyInTheAnswerToHead() throws Exception {
        try (RawServer server = RawServer.plain(recording("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"))) {
            RawResponse answer = send(server.uri(), new RawRequest("HEAD", "/books", "", List.of(), TIMEOUT));

            assertThat(answer.body()).isEmpty();
            assertThat(received.take().headers()).doesNotContainKeys("content-length", "content-type");
        }
    }

    @Test
    void saysWhoWeAreInTheWayThatTheCredentialsName() throws Exception {
        try (RawServer server = RawServer.plain(recording(RawServer.ok("{}")))) {
            RawHttpOptions options = RawHttpOptions.DEFAULT;
            send(server.uri(), new Credentials.Basic("Aladdin", new Secret("öpen")), options, post("/", bytes("x")));
            send(server.uri(), new Credentials.ApiKey(new Secret("VnVhQ2ZH")), options, post("/", bytes("x")));

            assertThat(received.take().header("authorization")).isEqualTo("Basic QWxhZGRpbjrDtnBlbg==");
            assertThat(received.take().header("authorization")).isEqualTo("ApiKey VnVhQ2ZH");
        }
    }

    @Test
    void compressesWhenTold() throws Exception {
        String text = "{\"index\":{}}\n".repeat(100_000);
        try (RawServer server = RawServer.plain(recording(RawServer.ok("{}")))) {
            RawHttpOptions options = RawHttpOptions.DEFAULT.withGzip(GzipPolicy.ON);

            send(server.uri(), new Credentials.None(), options, post("/_bulk", bytes(text), bytes("end")));

            RawServer.Request request = received.take();
            assertThat(request.header("content-encoding")).isEqualTo("gzip");
            assertThat(request.body().length).isLessThan(text.length() / 10);
            assertThat(new String(new GZIPInputStream(new ByteArrayInputStream(request.body())).readAllBytes(), UTF_8))
                    .isEqualTo(text + "end");
        }
    }

    @Test
    void doesNotCompressOverLoopbackUnlessTold() throws Exception {
        try (RawServer server = RawServer.plain(recording(RawServer.ok("{}")))) {
            send(server.uri(), post("/_bulk", bytes("x".repeat(1 << 20))));

            assertThat(received.take().headers()).doesNotContainKey("content-encoding");
        }
    }

    @Test
    void refusesAPathThatWouldBeMoreThanOneLine() throws Exception {
        URI nowhere = URI.create("http://127.0.0.1:1");

        assertThatThrownBy(() -> send(nowhere, post("/x HTTP/1.1\r\nevil: yes", bytes("x"))))
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnEndpointWithAPasswordAndDoesNotSayIt() {
        URI leaky = URI.create("http://elastic:hunter2@127.0.0.1:9200");

        assertThatThrownBy(() -> RawHttps.open(address(leaky, new Credentials.None()), RawHttpOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("127.0.0.1")
                .hasMessageNotContaining("hunter2");
    }
}
