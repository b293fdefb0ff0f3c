package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that could end elsewhere for the source than for the proxy are not passed on. */
@ExtendWith(LeakCheck.class)
class SmugglingTest {

    /** What would be a request of its own if the proxy were deceived. */
    private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4|Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked|Content-Length: 4",
                "Content-Length: 4|Content-Length: 5",
                "Content-Length: 4|Content-Length: 4",
                "Content-Length: 4, 4",
                "Content-Length: +4",
                "Content-Length: -4",
                "Content-Length: 0x4",
                "Content-Length: 4 4",
                "Content-Length: ",
                "Content-Length: 9999999999999999999999",
                "Content-Length : 4",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, gzip",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked|Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked|Transfer-Encoding: identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: ",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding:\u000bchunked",
                "Transfer-Encoding: chunked\u0000",
                "Transfer\u0000Encoding: chunked",
                "Host: b",
                "no colon",
                ": no name",
                "A B: c",
                "A: b\rContent-Length: 4",
                "A: b\nContent-Length: 4",
                "A: b\u0000c",
                "Connection: close, Content-Length|Content-Length: 4",
                "Connection: Transfer-Encoding|Transfer-Encoding: chunked",
                "Connection: Host",
                "Sec-WebSocket-Key1: a|Sec-WebSocket-Key2: b",
            })
    void aRequestWithoutACertainEndIsRefused(String headers) throws Exception {
        refused("POST / HTTP/1.1\r\nHost: a\r\n" + headers.replace("|", "\r\n") + "\r\n\r\n0\r\n\r\n" + HIDDEN, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  HTTP/1.1",
                "GET / HTTP/1.1 ",
                "GET / HTTP/1.1 x",
                "GET / x HTTP/1.1",
                "GET\t/ HTTP/1.1",
                "GET  / HTTP/1.1",
                "GET /  HTTP/1.1",
                "GET /\tHTTP/1.1",
                "GET /\u000bHTTP/1.1",
                " GET / HTTP/1.1",
                "GET / HTTP/1.10",
                "GET / HTTPS/1.1",
                "GET / http/1.1",
                "GET /\u0001 HTTP/1.1",
                "GET /\u007f HTTP/1.1",
                "GET a HTTP/1.1",
                "GET",
                "GE(T / HTTP/1.1",
                "GET / HTTP/1.1\n",
                "\u0000GET / HTTP/1.1",
            })
    void aRequestLineInDoubtIsRefused(String line) throws Exception {
        refused(line + "\r\nHost: a\r\n\r\n" + HIDDEN, 400);
    }

    @Test
    void otherVersionsAreRefused() throws Exception {
        refused("GET / HTTP/0.9\r\nHost: a\r\n\r\n" + HIDDEN, 505);
        refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
        refused("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n" + HIDDEN, 405);
    }

    @Test
    void chunksInAnHttp10RequestAreRefused() throws Exception {
        refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4\nabcd\r\n0\r\n\r\n",
                "4\r\nabcd0\r\n\r\n",
                "4\r\nabcdX\r\n0\r\n\r\n",
                "4 \r\nabcd\r\n0\r\n\r\n",
                "0x4\r\nabcd\r\n0\r\n\r\n",
                "-4\r\nabcd\r\n0\r\n\r\n",
                "\r\nabcd\r\n0\r\n\r\n",
                "G\r\nabcd\r\n0\r\n\r\n",
                "FFFFFFFFFFFFFFFF4\r\nabcd\r\n0\r\n\r\n",
                "4;a\nb\r\nabcd\r\n0\r\n\r\n",
                "4\r\nabcd\r\n0\r\nno colon\r\n\r\n",
            })
    void chunksInDoubtEndTheConnections(String body) throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body + HIDDEN);

            assertThat(client.head()).startsWith("HTTP/1.1 400 ").contains("connection: close");
            client.rest();
            assertThat(source.unasked()).isZero();
        }
    }

    @Test
    void tooLongHeadsAreRefusedByName() throws Exception {
        refused("GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
        refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(140_000) + "\r\n\r\n", 431);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 200 OK\nContent-Length: 1\n\nx",
                "HTTP/2.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 abc OK\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n\r\n",
            })
    void anAnswerWithoutACertainEndIsNotPassedOn(String answer) throws Exception {
        try (RawSource source = RawSource.answering(answer);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void whatTheSourceSendsWithoutBeingAskedReachesNobody() throws Exception {
        RawSource.Script script = peer -> {
            while (peer.request() != null) {
                peer.send(RawSource.ok("x") + "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison");
            }
        };
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(RawSource.ok("x"));
            }
        }
    }

    private static void refused(String request, int status) throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            client.send(request);

            assertThat(client.head()).startsWith("HTTP/1.1 " + status + " ").contains("connection: close");
            assertThat(client.rest()).contains("sluice_proxy_").doesNotContain("HTTP/1.1 200");
            assertThat(source.unasked()).isZero();
        }
    }
}
