package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.CutReason;
import io.sluice.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A source that cannot be reached, goes away, or takes half of something. */
@ExtendWith(LeakCheck.class)
class SourceTroubleTest {

    private static final String WRITE = "PUT /books/_doc/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
    private static final String READ = "GET /books/_doc/1 HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void aSourceThatIsNotThereIsAnErrorThatNamesTheProxy() throws Exception {
        MemoryRecorder recorder = new MemoryRecorder();
        try (Proxy proxy = TestProxy.before(nobody()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(WRITE))
                    .startsWith("HTTP/1.1 502 Bad Gateway\r\ncontent-type: application/json")
                    .contains(
                            "\"type\":\"sluice_proxy_source_unreachable\"", "source node 127.0.0.1:", "\"status\":502");
            assertThat(client.ask(READ)).startsWith("HTTP/1.1 502 ");
            assertThat(recorder.next().whole().cutFor()).isEqualTo(CutReason.SOURCE_LEFT);
            assertThat(proxy.gate().inFlight()).isZero();
        }
    }

    @Test
    void aSourceThatTakesNoConnectionInTimeIsAnotherError() throws Exception {
        List<Socket> filling = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 2; i++) { // one more than it queues: the next one is not answered at all
                filling.add(new Socket("127.0.0.1", full.getLocalPort()));
            }
            try (Proxy proxy = TestProxy.before(new HostPort("127.0.0.1", full.getLocalPort()))
                            .start();
                    RawClient client = new RawClient(proxy.port())) {
                assertThat(client.ask(READ)).startsWith("HTTP/1.1 504 ").contains("within 2000 ms");
            }
        } finally {
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }

    @Test
    void aWriteIsNotSentASecondTime() throws Exception {
        RawSource.Script once = peer -> {
            peer.request();
            peer.send(RawSource.ok("x"));
            peer.request(); // and gone without an answer
        };
        MemoryRecorder recorder = new MemoryRecorder();
        try (RawSource source = new RawSource(once);
                Proxy proxy = TestProxy.before(source.address()).onOneThread().start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.ask(WRITE);
            recorder.next();

            assertThat(client.ask(WRITE)).startsWith("HTTP/1.1 502 ").contains("closed the connection");
            source.next();
            source.next();
            assertThat(source.unasked()).isZero();
            assertThat(recorder.next().whole().cutFor()).isEqualTo(CutReason.SOURCE_LEFT);
        }
    }

    @Test
    void aReadThatWasSentOverAConnectionAboutToCloseIsSentAgain() throws Exception {
        RawSource.Script twice = peer -> {
            peer.request();
            peer.send(RawSource.ok("x"));
            peer.request(); // and gone without an answer
        };
        try (RawSource source = new RawSource(twice);
                Proxy proxy = TestProxy.before(source.address()).onOneThread().start();
                RawClient client = new RawClient(proxy.port())) {
            client.ask(READ);

            assertThat(client.ask(READ)).isEqualTo(RawSource.ok("x"));
            assertThat(source.connections()).isEqualTo(2);
            assertThat(proxy.tally().readsRepeated.sum()).isEqualTo(1);
        }
    }

    @Test
    void aReadThatANewConnectionDoesNotAnswerIsNotSentAgain() throws Exception {
        try (RawSource source = new RawSource(RawSource.Peer::request);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(READ)).startsWith("HTTP/1.1 502 ");
            assertThat(source.connections()).isEqualTo(1);
        }
    }

    @Test
    void anIdleConnectionThatTheSourceClosedIsNotUsed() throws Exception {
        CountDownLatch mayClose = new CountDownLatch(1);
        RawSource.Script once = peer -> {
            peer.request();
            peer.send(RawSource.ok("x"));
            mayClose.await();
        };
        try (RawSource source = new RawSource(once);
                Proxy proxy = TestProxy.before(source.address()).onOneThread().start();
                RawClient client = new RawClient(proxy.port())) {
            client.ask(WRITE);
            mayClose.countDown();
            Waiting.until(() -> proxy.idleConnections() == 0);

            assertThat(client.ask(WRITE)).isEqualTo(RawSource.ok("x"));
        }
    }

    @Test
    void halfAnAnswerIsNotPassedOffAsAWholeOne() throws Exception {
        String[] halves = {
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
        };
        for (String half : halves) {
            RawSource.Script cut = peer -> {
                peer.request();
                peer.send(half);
            };
            MemoryRecorder recorder = new MemoryRecorder();
            try (RawSource source = new RawSource(cut);
                    Proxy proxy = TestProxy.before(source.address()).start(recorder);
                    RawClient client = new RawClient(proxy.port())) {
                assertThat(client.send(READ).rest()).isEqualTo(half);

                MemoryRecorder.Recorded exchange = recorder.next().whole();
                assertThat(exchange.answerText()).isEqualTo("half");
                assertThat(exchange.isAnswerWhole()).isFalse();
                assertThat(exchange.cutFor()).isEqualTo(CutReason.SOURCE_LEFT);
            }
        }
    }

    @Test
    void anAnswerThatEndsWithTheConnectionIsNotWholeWhenThatBroke() throws Exception {
        RawSource.Script reset = peer -> {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\n\r\nhalf");
            peer.in().read(); // until the test is over
        };
        MemoryRecorder recorder = new MemoryRecorder();
        try (RawSource source = new RawSource(reset);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(READ);
            client.head();
            client.read(4);
            source.resetAll();

            assertThat(client.rest()).isEqualTo("<reset>");
            assertThat(recorder.next().whole().cutFor()).isEqualTo(CutReason.SOURCE_LEFT);
        }
    }

    @Test
    void anotherNodeTakesOverFromOneThatIsNotThere() throws Exception {
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(nobody(), source.address()).start()) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = new RawClient(proxy.port())) {
                    assertThat(client.ask(WRITE)).isEqualTo(RawSource.ok("x"));
                }
            }
        }
    }

    @Test
    void aNodeThatComesBackGetsRequestsAgain() throws Exception {
        HostPort address = nobody();
        try (Proxy proxy = TestProxy.before(address).start()) {
            try (RawClient client = new RawClient(proxy.port())) {
                assertThat(client.ask(READ)).startsWith("HTTP/1.1 502 ");
            }
            try (RawSource source = new RawSource(address.port(), peer -> {
                        while (peer.request() != null) {
                            peer.send(RawSource.ok("back"));
                        }
                    });
                    RawClient client = new RawClient(proxy.port())) {
                Waiting.until(
                        () -> proxy.clusters().get("source").nodes().get(0).isUp());
                assertThat(client.ask(READ)).isEqualTo(RawSource.ok("back"));
                assertThat(source.next().line()).startsWith("GET");
            }
        }
    }

    @Test
    void requestsGoToTheNodeThatIsLeastBusy() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        RawSource.Script slow = peer -> {
            while (peer.request() != null) {
                mayAnswer.await();
                peer.send(RawSource.ok("x"));
            }
        };
        try (RawSource one = new RawSource(slow);
                RawSource other = new RawSource(slow);
                Proxy proxy = TestProxy.before(one.address(), other.address()).start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                RawClient client = new RawClient(proxy.port());
                clients.add(client.send(READ));
                int sent = i + 1;
                Waiting.until(() -> one.unasked() + other.unasked() == sent);
            }
            assertThat(one.unasked()).isEqualTo(5);
            assertThat(other.unasked()).isEqualTo(5);

            mayAnswer.countDown();
            for (RawClient client : clients) {
                assertThat(client.answer()).isEqualTo(RawSource.ok("x"));
                client.close();
            }
        }
    }

    @Test
    void aConnectionThatAuthenticatesItselfKeepsItsOwn() throws Exception {
        RawSource.Script counting = peer -> {
            for (int i = 1; peer.request() != null; i++) {
                peer.send(RawSource.ok(peer.socket().getPort() + "#" + i));
            }
        };
        String negotiate = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Negotiate YII=\r\n\r\n";
        try (RawSource source = new RawSource(counting);
                Proxy proxy = TestProxy.before(source.address()).onOneThread().start();
                RawClient one = new RawClient(proxy.port());
                RawClient other = new RawClient(proxy.port())) {
            String ofOne = body(one.ask(negotiate));
            String ofOther = body(other.ask(READ));

            assertThat(port(ofOther)).isNotEqualTo(port(ofOne));
            for (int i = 2; i < 6; i++) {
                assertThat(body(one.ask(READ))).isEqualTo(port(ofOne) + "#" + i);
                assertThat(port(body(other.ask(READ)))).isEqualTo(port(ofOther));
            }
        }
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static String port(String body) {
        return body.substring(0, body.indexOf('#'));
    }

    private static HostPort nobody() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new HostPort("127.0.0.1", free.getLocalPort());
        }
    }
}
