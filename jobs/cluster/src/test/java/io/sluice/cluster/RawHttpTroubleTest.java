package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client makes of a network and of servers that do not do as they should. */
final class RawHttpTroubleTest {

    private static final Credentials SECRET = new Credentials.Basic("elastic", new Secret("hunter2"));
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static RawHttp open(URI uri, RawHttpOptions options) throws Exception {
        return RawHttps.open(new ClusterAddress(uri, SECRET, TlsSettings.DEFAULT), options);
    }

    private static RawRequest post(String body) {
        return post(body, TIMEOUT);
    }

    private static RawRequest post(String body, Duration timeout) {
        return new RawRequest(
                "POST",
                "/books/_bulk?pipeline=_none",
                "application/x-ndjson",
                List.of(ByteBuffer.wrap(body.getBytes(UTF_8))),
                timeout);
    }

    private static ClusterUnreachableException failure(CompletableFuture<RawResponse> answer) {
        Throwable thrown = catchThrowable(() -> answer.get(30, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        assertThat(thrown.getCause()).isInstanceOf(ClusterUnreachableException.class);
        assertThat(thrown.getCause().getMessage()).doesNotContain("hunter2");
        return (ClusterUnreachableException) thrown.getCause();
    }

    private static ClusterUnreachableException failure(RawServer.Script script, RawHttpOptions options)
            throws Exception {
        try (RawServer server = RawServer.plain(script);
                RawHttp http = open(server.uri(), options)) {
            ClusterUnreachableException failure = failure(http.send(post("hello")));
            assertThat(failure)
                    .hasMessageContaining("http://localhost:" + server.uri().getPort());
            return failure;
        }
    }

    @Test
    void saysThatNothingWasSentWhenTheConnectionIsRefused() throws Exception {
        int free;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            free = probe.getLocalPort();
        }
        try (RawHttp http = open(URI.create("http://127.0.0.1:" + free), RawHttpOptions.DEFAULT)) {
            ClusterUnreachableException failure = failure(http.send(post("hello")));

            assertThat(failure.mayHaveArrived()).isFalse();
            assertThat(failure)
                    .hasMessage("Cannot reach http://127.0.0.1:" + free
                            + ": the connection was refused. Is it running, and is the port right? Nothing was sent.");
        }
    }

    @Test
    void saysThatTheHostIsNotKnown() throws Exception {
        try (RawHttp http = open(URI.create("http://no-such-host.invalid:9200"), RawHttpOptions.DEFAULT)) {
            ClusterUnreachableException failure = failure(http.send(post("hello")));

            assertThat(failure.mayHaveArrived()).isFalse();
            assertThat(failure).hasMessageContaining("http://no-such-host.invalid:9200: the host's name is not known");
        }
    }

    @Test
    void doesNotSendAgainWhatMayHaveArrived() throws Exception {
        Semaphore requests = new Semaphore(0);
        RawServer.Script swallow = peer -> {
            peer.request();
            requests.release();
        };

        ClusterUnreachableException failure = failure(swallow, RawHttpOptions.DEFAULT);

        assertThat(failure.mayHaveArrived()).isTrue();
        assertThat(failure)
                .hasMessageContaining("cut the connection, before any byte of an answer: POST /books/_bulk.");
        assertThat(requests.availablePermits()).isEqualTo(1);
    }

    @Test
    void tellsHowMuchOfACutAnswerCame() throws Exception {
        RawServer.Script cut = peer -> {
            peer.request();
            peer.answer("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
        };

        assertThat(failure(cut, RawHttpOptions.DEFAULT))
                .hasMessageContaining("cut the connection, after 3 of the 10 bytes of its answer");
    }

    @Test
    void tellsThatAnAnswerInChunksWasCut() throws Exception {
        RawServer.Script cut = peer -> {
            peer.request();
            peer.answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
        };

        assertThat(failure(cut, RawHttpOptions.DEFAULT)).hasMessageContaining("after 3 bytes of its answer");
    }

    @Test
    void tellsThatTheConnectionWasReset() throws Exception {
        RawServer.Script reset = peer -> {
            peer.head();
            peer.socket().setSoLinger(true, 0);
        };

        assertThat(failure(reset, RawHttpOptions.DEFAULT)).hasMessageContaining("cut the connection");
    }

    @Test
    void refusesWhatIsNotHttp() throws Exception {
        RawServer.Script garbage = peer -> {
            peer.request();
            peer.answer("SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n");
        };

        assertThat(failure(garbage, RawHttpOptions.DEFAULT)).hasMessageContaining("something that is not HTTP");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 5000", "transfer-encoding: chunked"})
    void readsNoAnswerBeyondItsBound(String framing) throws Exception {
        RawServer.Script huge = peer -> {
            peer.request();
            peer.answer("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + (framing.startsWith("content") ? "" : "1388\r\n")
                    + "x".repeat(5000));
            peer.request();
        };

        assertThat(failure(huge, RawHttpOptions.DEFAULT.withMaxAnswerBytes(4000)))
                .hasMessageContaining("answered 200 with more than the 4000 bytes that are read at most")
                .hasCauseInstanceOf(AnswerTooLongException.class);
    }

    @Test
    void waitsForAnAnswerNoLongerThanToldAndGivesTheConnectionUp() throws Exception {
        try (RawServer server = RawServer.plain(peer -> {
                    while (peer.request() != null) {}
                });
                RawHttp http = open(server.uri(), RawHttpOptions.DEFAULT)) {
            ClusterUnreachableException failure = failure(http.send(post("a", Duration.ofMillis(200))));
            failure(http.send(post("b", Duration.ofMillis(200))));

            assertThat(failure).hasMessageContaining("gave no whole answer within 200 ms");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    /** The body is not read: closing makes the server reset the connection while we are still sending. */
    @Test
    void deliversA413ThatIsFollowedByAResetWhileTheRequestIsBeingSent() throws Exception {
        String large = "x".repeat(20_000_000);
        RawServer.Script tooLarge = peer -> {
            peer.head();
            peer.answer("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig");
        };
        try (RawServer server = RawServer.plain(tooLarge);
                RawHttp http = open(server.uri(), RawHttpOptions.DEFAULT)) {
            for (int i = 0; i < 20; i++) {
                RawResponse answer = http.send(post(large)).get(30, TimeUnit.SECONDS);

                assertThat(answer.status()).isEqualTo(413);
                assertThat(answer.body()).isEqualTo("big".getBytes(UTF_8));
            }
        }
    }

    @Test
    void doesNotReuseAConnectionWhoseRequestWasAnsweredTooEarly() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        RawServer.Script early = peer -> {
            peer.head();
            peer.answer(RawServer.ok("early"));
            over.await(30, TimeUnit.SECONDS); // reads no byte of the body
        };
        try (RawServer server = RawServer.plain(early);
                RawHttp http = open(server.uri(), RawHttpOptions.DEFAULT)) {
            String large = "x".repeat(20_000_000);

            http.send(post(large)).get(10, TimeUnit.SECONDS);
            http.send(post(large)).get(10, TimeUnit.SECONDS);

            assertThat(server.connections()).isEqualTo(2);
            over.countDown();
        }
    }

    @Test
    void opensANewConnectionForOneThatTheServerClosedWhileItWasIdle() throws Exception {
        Semaphore closedByUs = new Semaphore(0);
        RawServer.Script onlyOnce = peer -> {
            peer.request();
            peer.answer(RawServer.ok("{}"));
            peer.socket().shutdownOutput();
            peer.in().read(); // until the client has noticed
            closedByUs.release();
        };
        try (RawServer server = RawServer.plain(onlyOnce);
                RawHttp http = open(server.uri(), RawHttpOptions.DEFAULT)) {
            for (int i = 0; i < 5; i++) {
                assertThat(http.send(post("x")).get(10, TimeUnit.SECONDS).status())
                        .isEqualTo(200);
                assertThat(closedByUs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            }

            assertThat(server.connections()).isEqualTo(5);
        }
    }

    @Test
    void doesNotUseAConnectionThatWasIdleForTooLong() throws Exception {
        RawHttpOptions shortLived =
                new RawHttpOptions(4, 4, Duration.ofSeconds(5), Duration.ZERO, 1 << 20, GzipPolicy.OFF, 1);
        try (RawServer server = RawServer.plain(RawServer.answering(RawServer.ok("{}")));
                RawHttp http = open(server.uri(), shortLived)) {
            http.send(post("x")).get(10, TimeUnit.SECONDS);
            http.send(post("x")).get(10, TimeUnit.SECONDS);

            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void refusesMoreRequestsThanMayWaitAndSendsTheOthers() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        RawServer.Script held = peer -> {
            while (peer.request() != null) {
                go.await(30, TimeUnit.SECONDS);
                peer.answer(RawServer.ok("{}"));
            }
        };
        RawHttpOptions narrow = RawHttpOptions.DEFAULT.withMaxConnections(1).withMaxWaiting(1);
        try (RawServer server = RawServer.plain(held);
                RawHttp http = open(server.uri(), narrow)) {
            CompletableFuture<RawResponse> first = http.send(post("1"));
            CompletableFuture<RawResponse> second = http.send(post("2"));

            ClusterUnreachableException failure = failure(http.send(post("3")));
            go.countDown();

            assertThat(failure).hasMessageContaining("1 requests wait for one of 1 connections already");
            assertThat(failure.mayHaveArrived()).isFalse();
            assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(second.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void failsWhatIsInFlightAndWhatWaitsWhenItIsClosed() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        RawServer.Script silent = peer -> {
            peer.request();
            arrived.countDown();
            peer.request();
        };
        try (RawServer server = RawServer.plain(silent)) {
            RawHttp http = open(server.uri(), RawHttpOptions.DEFAULT.withMaxConnections(1));
            CompletableFuture<RawResponse> inFlight = http.send(post("1"));
            CompletableFuture<RawResponse> waiting = http.send(post("2"));
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

            http.close();

            assertThat(failure(inFlight).mayHaveArrived()).isTrue();
            assertThat(failure(waiting).mayHaveArrived()).isFalse();
            assertThat(failure(http.send(post("3"))).mayHaveArrived()).isFalse();
        }
    }

    @Test
    void connectsAnewForEachThatWaitsWhenConnectionsAreCut() throws Exception {
        try (RawServer first = RawServer.plain(peer -> peer.request())) {
            try (RawHttp http = open(first.uri(), RawHttpOptions.DEFAULT.withMaxConnections(1))) {
                CompletableFuture<RawResponse> one = http.send(post("1"));
                CompletableFuture<RawResponse> two = http.send(post("2"));
                CompletableFuture<RawResponse> three = http.send(post("3"));

                failure(one);
                failure(two);
                failure(three);

                assertThat(first.connections()).isEqualTo(3);
            }
        }
    }
}
