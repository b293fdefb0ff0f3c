package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through unchanged. */
@ExtendWith(LeakCheck.class)
class ForwardingTest {

    private static final String GET = "GET /books/_search HTTP/1.1\r\nHost: books\r\n\r\n";

    /** To close on bytes that were not read would make the client's host throw away what it has not read yet. */
    @Test
    void theLastAnswerIsNotLostToWhatWasSentAhead() throws Exception {
        String last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 400000\r\n\r\n" + "x".repeat(400_000);
        String ahead = "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + "y".repeat(200_000);
        try (RawSource source = RawSource.answering(last);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + ahead);

            assertThat(client.rest()).isEqualTo(last);
        }
    }

    @Test
    void headsPassInTheirOrderAndCaseWithWhatIsRepeated() throws Exception {
        String head =
                "PUT /a%20b/_doc/1?refresh&x=%2F HTTP/1.1\r\nhOsT: Books:9200\r\nX-Opaque-Id: one\r\naccept: a\r\n"
                        + "X-Opaque-Id: two\r\nAuthorization: Basic dTpw\r\nX-Empty: \r\nCookie: a=b; c=\"d\"\r\nConnection: Keep-Alive\r\n"
                        + "content-LENGTH: 2\r\n\r\n";
        String answer = "HTTP/1.1 201 Made it\r\nX-elastic-product: Elasticsearch\r\nWarning: one\r\nwarning: two\r\n"
                + "Content-Length: 3\r\n\r\nabc";
        try (RawSource source = RawSource.answering(answer);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(head + "{}")).isEqualTo(answer);

            RawSource.Request came = source.next();
            assertThat(came.head()).isEqualTo(head);
            assertThat(came.text()).isEqualTo("{}");
        }
    }

    @Test
    void bytesAboveAsciiPassInTargetAndHeaders() throws Exception {
        String target = new String("/bücher/_doc/é".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String head = "GET " + target + " HTTP/1.1\r\nHost: a\r\nX-Name: " + target + "\r\n\r\n";
        String answer = "HTTP/1.1 200 " + target + "\r\nX-Name: " + target + "\r\ncontent-length: 0\r\n\r\n";
        try (RawSource source = RawSource.answering(answer);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(head)).isEqualTo(answer);
            assertThat(source.next().head()).isEqualTo(head);
        }
    }

    @Test
    void requestsOfOneConnectionAreAnsweredOneAfterTheOther() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.ask(GET)).isEqualTo(RawSource.ok("x"));
            }
            assertThat(source.connections()).isEqualTo(1);
        }
    }

    @Test
    void requestsThatAreSentAheadAreAnsweredInOrder() throws Exception {
        RawSource.Script echo = peer -> {
            for (RawSource.Request request = peer.request(); request != null; request = peer.request()) {
                peer.send(RawSource.ok(request.line() + "|" + request.text()));
            }
        };
        StringBuilder ahead = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            ahead.append(
                    i % 2 == 0
                            ? "GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n"
                            : "POST /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
                                    + String.format("%03d", i));
        }
        try (RawSource source = new RawSource(echo);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send(ahead.toString()).sendNoMore();

            for (int i = 0; i < 500; i++) {
                String expected = i % 2 == 0
                        ? "GET /" + i + " HTTP/1.1|"
                        : "POST /" + i + " HTTP/1.1|" + String.format("%03d", i);
                assertThat(client.answer()).isEqualTo(RawSource.ok(expected));
            }
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void bodiesInChunksPassWithTheirTrailers() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 12\r\n\r\n";
        try (RawSource source = RawSource.answering(answer);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send("POST /_bulk HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Check\r\n\r\n"
                    + "3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nX-Check: ok\r\n\r\n");

            assertThat(client.read(answer.length())).isEqualTo(answer);
            RawSource.Request came = source.next();
            assertThat(came.text()).isEqualTo("abc0123456789");
            assertThat(came.trailers()).isEqualTo("X-Check: ok\r\n");
            assertThat(client.send(GET).read(answer.length())).isEqualTo(answer);
        }
    }

    @Test
    void aBodyThatComesByteForByteIsWhole() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok(""));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            for (byte one : "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {one});
            }

            assertThat(client.answer()).startsWith("HTTP/1.1 200");
            assertThat(source.next().text()).isEqualTo("abcd");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void anAnswerThatCannotHaveABodyHasNoneWhateverItsHeadSays(String status) throws Exception {
        for (String framing : new String[] {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
            String answer = "HTTP/1.1 " + status + "\r\n" + framing + "\r\nX: y\r\n\r\n";
            try (RawSource source = RawSource.answering(answer);
                    Proxy proxy = TestProxy.before(source.address()).start();
                    RawClient client = new RawClient(proxy.port())) {
                assertThat(client.send(GET).head()).isEqualTo(answer);
                assertThat(client.send(GET).head()).isEqualTo(answer);
            }
        }
    }

    @Test
    void theAnswerToAHeadHasNoBodyWhateverItsHeadSays() throws Exception {
        for (String framing : new String[] {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
            String answer = "HTTP/1.1 200 OK\r\n" + framing + "\r\nX: y\r\n\r\n";
            try (RawSource source = RawSource.answering(answer);
                    Proxy proxy = TestProxy.before(source.address()).start();
                    RawClient client = new RawClient(proxy.port())) {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.send("HEAD /books HTTP/1.1\r\nHost: a\r\n\r\n")
                                    .head())
                            .isEqualTo(answer);
                }
            }
        }
    }

    @Test
    void interimAnswersPassBeforeTheFinalOne() throws Exception {
        RawSource.Script script = peer -> {
            peer.request();
            peer.send("HTTP/1.1 102 Processing\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n");
            peer.send(RawSource.ok("done"));
        };
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send(GET);

            assertThat(client.head()).isEqualTo("HTTP/1.1 102 Processing\r\nX: 1\r\n\r\n");
            assertThat(client.head()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n");
            assertThat(client.answer()).isEqualTo(RawSource.ok("done"));
        }
    }

    @Test
    void theSourceDecidesAboutABodyThatWaitsToBeAskedFor() throws Exception {
        RawSource.Script script = peer -> {
            String head = peer.head();
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            peer.requests().add(peer.body(head));
            peer.send(RawSource.ok("taken"));
        };
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send("PUT /a/_doc/1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

            assertThat(client.ask("body")).isEqualTo(RawSource.ok("taken"));
            RawSource.Request came = source.next();
            assertThat(came.head()).contains("\r\nExpect: 100-continue\r\n");
            assertThat(came.text()).isEqualTo("body");
        }
    }

    @Test
    void aBodyThatTheSourceDoesNotWantIsNotSent() throws Exception {
        String no = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
        CountDownLatch closed = new CountDownLatch(1);
        RawSource.Script script = peer -> {
            peer.head();
            peer.send(no);
            if (peer.in().read() < 0) {
                closed.countDown();
            }
        };
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send("PUT /a/_doc/1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");

            assertThat(client.answer()).isEqualTo(no);
            client.send("GET"); // the body, or a request? Nobody can tell, so nobody is asked
            assertThat(client.rest()).isIn("", "<reset>");
            assertThat(closed.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aClientOfHttp10IsClosedUnlessItIsToldOtherwise() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send("GET / HTTP/1.0\r\n\r\n");

            assertThat(client.rest()).isEqualTo(RawSource.ok("x"));
            assertThat(source.next().line()).isEqualTo("GET / HTTP/1.0");
        }
    }

    @Test
    void aClientOfHttp10MayKeepItsConnection() throws Exception {
        String answer = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx";
        try (RawSource source = RawSource.answering(answer);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.ask("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"))
                        .isEqualTo(answer);
            }
            assertThat(source.connections()).isEqualTo(1);
        }
    }

    @Test
    void aBodyThatEndsWithTheConnectionEndsTheClientsToo() throws Exception {
        RawSource.Script script = peer -> {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        };
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send(GET);

            assertThat(client.rest()).isEqualTo("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        }
    }

    @Test
    void aClientThatSaysThatItSendsNoMoreGetsItsAnswer() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send(GET).sendNoMore();

            assertThat(client.rest()).isEqualTo(RawSource.ok("x"));
        }
    }

    @Test
    void aConnectionThatIsToBeClosedIsClosed() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

            assertThat(client.rest()).isEqualTo(RawSource.ok("x"));
            assertThat(source.next().head()).contains("Connection: close");
        }
    }

    @Test
    void linesAndHeadersMayBeLong() throws Exception {
        String head = "GET /_search/scroll/" + "a".repeat(60_000) + " HTTP/1.1\r\nHost: a\r\nAuthorization: "
                + "b".repeat(100_000) + "\r\n\r\n";
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(head)).isEqualTo(RawSource.ok("x"));
            assertThat(source.next().head()).isEqualTo(head);
        }
    }

    @Test
    void aSearchWithABodyPasses() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.ask("GET /_search HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");

            assertThat(source.next().text()).isEqualTo("{}");
        }
    }

    @Test
    void configuredHeadersReplaceTheClientsOwn() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address())
                        .setting(java.util.Map.of("Authorization", "Basic cHJveHk="))
                        .start();
                RawClient client = new RawClient(proxy.port())) {
            client.ask("GET / HTTP/1.1\r\nHost: a\r\nauthorization: Basic Y2xpZW50\r\nX: y\r\n\r\n");

            assertThat(source.next().head())
                    .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nAuthorization: Basic cHJveHk=\r\n\r\n");
        }
    }

    @Test
    void anotherProtocolIsNotKnownUnlessTunnelsAreAllowed() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            String answer =
                    client.ask("GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings, keep-alive\r\nHost: a\r\n"
                            + "HTTP2-Settings: AAEAAEAAAAIAAAAB\r\nUpgrade: h2c\r\n\r\n");

            assertThat(answer).isEqualTo(RawSource.ok("x"));
            assertThat(source.next().head()).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nconnection: keep-alive\r\n\r\n");
        }
    }

    @Test
    void aTunnelPassesBytesBothWaysAndIsCounted() throws Exception {
        String switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
        RawSource.Script script = peer -> {
            peer.request();
            peer.send(switched + "hello");
            peer.in().transferTo(peer.socket().getOutputStream());
        };
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).tunnelling().start();
                RawClient client = new RawClient(proxy.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly");

            assertThat(client.head()).isEqualTo(switched);
            assertThat(client.read(10)).isEqualTo("helloearly");
            assertThat(client.send("\0\1\2 GET / HTTP").read(14)).isEqualTo("\0\1\2 GET / HTTP");
            assertThat(client.sendNoMore().rest()).isEmpty();
            assertThat(proxy.tally().tunnels.sum()).isEqualTo(1);
        }
    }
}
