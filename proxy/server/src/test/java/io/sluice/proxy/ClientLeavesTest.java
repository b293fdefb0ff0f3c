package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.CutReason;
import io.sluice.proxy.MemoryRecorder.Recorded;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that leaves: what becomes of its request, at the source and in the capture. */
@ExtendWith(LeakCheck.class)
class ClientLeavesTest {

    private static final String WRITE = "PUT /books/_doc/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
    private static final String SEARCH = "POST /books/_search HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

    private final MemoryRecorder recorder = new MemoryRecorder();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch sourceClosed = new CountDownLatch(1);

    /** Answers when the test says so; tells when it is closed before. */
    private final RawSource.Script slow = peer -> {
        while (peer.request() != null) {
            mayAnswer.await();
            peer.send(RawSource.ok("x".repeat(100)));
        }
    };

    private final RawSource.Script untilClosed = peer -> {
        peer.request();
        if (peer.in().read() < 0) {
            sourceClosed.countDown();
        }
    };

    @Test
    void theAnswerToAWriteIsReadToItsEndAndRecorded() throws Exception {
        try (RawSource source = new RawSource(slow);
                Proxy proxy = TestProxy.before(source.address()).onOneThread().start(recorder)) {
            try (RawClient client = new RawClient(proxy.port())) {
                client.send(WRITE);
                source.next();
                client.socket().setSoLinger(true, 0);
            }
            Waiting.until(() -> proxy.tally().writesLeft.sum() == 1);
            mayAnswer.countDown();

            Recorded exchange = recorder.next().whole();
            assertThat(exchange.answerText()).hasSize(100);
            assertThat(exchange.cutFor()).isNull();
            Waiting.until(() -> proxy.gate().inFlight() == 0 && proxy.idleConnections() == 1);
        }
    }

    @Test
    void halfARequestThatWasSentAheadIsNotWaitedFor() throws Exception {
        try (RawSource source = new RawSource(slow);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(WRITE + WRITE.substring(0, WRITE.length() - 1)).sendNoMore();
            source.next();
            mayAnswer.countDown();

            assertThat(client.rest()).isEqualTo(RawSource.ok("x".repeat(100)));
            recorder.next().whole();
            assertThat(recorder.next().whole().cutFor()).isEqualTo(CutReason.CLIENT_LEFT);
            Waiting.until(() -> proxy.gate().inFlight() == 0 && proxy.clients() == 0);
        }
    }

    @Test
    void aSearchThatWasSentAheadIsCancelledToo() throws Exception {
        RawSource.Script answersOne = peer -> {
            peer.request();
            mayAnswer.await();
            peer.send(RawSource.ok("first"));
            untilClosed.run(peer);
        };
        try (RawSource source = new RawSource(answersOne);
                Proxy proxy = TestProxy.before(source.address())
                        .halfClosed(Duration.ofMillis(50))
                        .start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(WRITE + SEARCH).sendNoMore();
            source.next();
            mayAnswer.countDown();

            assertThat(client.rest()).isEqualTo(RawSource.ok("first"));
            assertThat(sourceClosed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aSearchIsCancelledAtTheSource() throws Exception {
        try (RawSource source = new RawSource(untilClosed);
                Proxy proxy = TestProxy.before(source.address())
                        .halfClosed(Duration.ofMillis(50))
                        .start(recorder)) {
            try (RawClient client = new RawClient(proxy.port())) {
                client.send(SEARCH);
                source.next();
            }

            assertThat(sourceClosed.await(10, TimeUnit.SECONDS)).isTrue();
            Recorded exchange = recorder.next().whole();
            assertThat(exchange.isRequestWhole()).isTrue();
            assertThat(exchange.cutFor()).isEqualTo(CutReason.READ_CANCELLED);
            assertThat(proxy.tally().readsCancelled.sum()).isEqualTo(1);
        }
    }

    @Test
    void aSearchIsCancelledAtOnceWhenItsClientIsResetAway() throws Exception {
        try (RawSource source = new RawSource(untilClosed);
                Proxy proxy = TestProxy.before(source.address())
                        .halfClosed(Duration.ofHours(1))
                        .start(recorder)) {
            try (RawClient client = new RawClient(proxy.port())) {
                client.send(SEARCH);
                source.next();
                client.socket().setSoLinger(true, 0);
            }

            assertThat(sourceClosed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(recorder.next().whole().cutFor()).isEqualTo(CutReason.READ_CANCELLED);
        }
    }

    @Test
    void aSearchWhoseAnswerIsUnderWayIsCancelledToo() throws Exception {
        RawSource.Script endless = peer -> {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            try {
                while (true) {
                    peer.send("400\r\n" + "x".repeat(0x400) + "\r\n");
                }
            } finally {
                sourceClosed.countDown();
            }
        };
        try (RawSource source = new RawSource(endless);
                Proxy proxy = TestProxy.before(source.address()).start(recorder)) {
            try (RawClient client = new RawClient(proxy.port())) {
                client.send(SEARCH).read(100_000);
            }

            assertThat(sourceClosed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(recorder.next().whole().cutFor()).isEqualTo(CutReason.READ_CANCELLED);
        }
    }

    @Test
    void halfARequestIsCutAtTheSource() throws Exception {
        RawSource.Script untilCut = peer -> {
            peer.head();
            peer.in().transferTo(java.io.OutputStream.nullOutputStream());
            sourceClosed.countDown();
        };
        try (RawSource source = new RawSource(untilCut);
                Proxy proxy = TestProxy.before(source.address()).start(recorder)) {
            try (RawClient client = new RawClient(proxy.port())) {
                client.send("POST /_bulk HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
                recorderHasHalf();
            }

            assertThat(sourceClosed.await(10, TimeUnit.SECONDS)).isTrue();
            Recorded exchange = half;
            assertThat(exchange.whole().cutFor()).isEqualTo(CutReason.CLIENT_LEFT);
            assertThat(exchange.requestText()).isEqualTo("half");
            assertThat(exchange.isRequestWhole()).isFalse();
            assertThat(proxy.tally().requestsCut.sum()).isEqualTo(1);
        }
    }

    private Recorded half;

    private void recorderHasHalf() throws InterruptedException {
        half = recorder.next();
        half.whenRequestBegan();
    }

    @Test
    void aWriteThatWaitsForItsCaptureIsSentAllTheSame() throws Exception {
        recorder.manual = true;
        mayAnswer.countDown();
        try (RawSource source = new RawSource(slow);
                Proxy proxy = TestProxy.before(source.address()).onOneThread().start(recorder)) {
            Recorded exchange;
            try (RawClient client = new RawClient(proxy.port())) {
                client.send(WRITE);
                exchange = recorder.next();
                exchange.awaitAsked();
                client.socket().setSoLinger(true, 0);
            }
            Waiting.until(() -> proxy.tally().writesLeft.sum() == 1);
            exchange.letForward();

            assertThat(source.next().text()).isEqualTo("{}");
            exchange.whenAnswerWhole();
            Waiting.until(() -> proxy.gate().inFlight() == 0);
        }
    }
}
