package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.Admission;
import io.sluice.capture.CutReason;
import io.sluice.proxy.MemoryRecorder.Recorded;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is recorded of an exchange, and what waits for that. */
@ExtendWith(LeakCheck.class)
class CaptureTest {

    private static final String WRITE = "PUT /books/_doc/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
    private static final String READ = "GET /books/_doc/1 HTTP/1.1\r\nHost: a\r\n\r\n";

    private final MemoryRecorder recorder = new MemoryRecorder();

    @Test
    void headsAreRecordedAsSentAndBodiesWithoutChunks() throws Exception {
        String head = "POST /_bulk HTTP/1.1\r\nhost: a\r\nX-Opaque-Id: 7\r\nTransfer-Encoding: chunked\r\n\r\n";
        String answerHead = "HTTP/1.1 200 Fine\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (RawSource source = RawSource.answering(answerHead + "2\r\nhi\r\n1\r\n!\r\n0\r\nT: 1\r\n\r\n");
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(head + "3\r\nabc\r\n2\r\nde\r\n0\r\nSum: 5\r\n\r\n").head();

            Recorded exchange = recorder.next().whole();
            assertThat(exchange.write).isTrue();
            assertThat(exchange.requestHead()).isEqualTo(head);
            assertThat(exchange.requestText()).isEqualTo("abcde");
            assertThat(exchange.requestTrailers()).isEqualTo("Sum: 5\r\n");
            assertThat(exchange.answerHead()).isEqualTo(answerHead);
            assertThat(exchange.answerText()).isEqualTo("hi!");
            assertThat(exchange.answerTrailers()).isEqualTo("T: 1\r\n");
            assertThat(exchange.cutFor()).isNull();
            assertThat(exchange.mistakes()).isEmpty();
        }
    }

    @Test
    void secretsAreNotRecordedAndPassAllTheSame() throws Exception {
        String answer =
                "HTTP/1.1 200 OK\r\nSet-Cookie: sid=s3cret\r\nSet-Cookie: b=s3cret\r\ncontent-length: 0\r\n\r\n";
        String head = "GET / HTTP/1.1\r\nHost: a\r\nauthorization: Basic s3cret\r\nCOOKIE: s3cret\r\n"
                + "X-Amz-Security-Token: s3cret\r\nes-security-runas-user: s3cret\r\nX-API-Key: s3cret\r\nAccept: a\r\n\r\n";
        try (RawSource source = RawSource.answering(answer);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(head)).isEqualTo(answer);

            Recorded exchange = recorder.next().whole();
            assertThat(exchange.requestHead()).isEqualTo(head.replaceAll("Basic s3cret|s3cret", "<redacted>"));
            assertThat(exchange.answerHead()).isEqualTo(answer.replaceAll("(sid|b)=s3cret", "<redacted>"));
            assertThat(source.next().head()).isEqualTo(head);
        }
    }

    @Test
    void secretsAreRecordedWhenTheyAreToBeKept() throws Exception {
        String head = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic s3cret\r\n\r\n";
        try (RawSource source = RawSource.answering(RawSource.ok(""));
                Proxy proxy =
                        TestProxy.before(source.address()).keepingCredentials().start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.ask(head);

            assertThat(recorder.next().whole().requestHead()).isEqualTo(head);
        }
    }

    @Test
    void whatTheClientSentIsRecordedNotWhatTheSourceGot() throws Exception {
        String head = "GET / HTTP/1.1\r\nHost: a\r\nX-Tenant: mine\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n";
        try (RawSource source = RawSource.answering(RawSource.ok(""));
                Proxy proxy = TestProxy.before(source.address())
                        .setting(Map.of("X-Tenant", "other"))
                        .start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.ask(head);

            assertThat(recorder.next().whole().requestHead()).isEqualTo(head);
            assertThat(source.next().head()).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nX-Tenant: other\r\n\r\n");
        }
    }

    @Test
    void theEndOfAWriteWaitsUntilItMayGo() throws Exception {
        recorder.manual = true;
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(WRITE);
            Recorded exchange = recorder.next();
            assertNothingComes(client);
            assertThat(source.unasked()).isZero();

            exchange.letForward();
            assertThat(source.next().text()).isEqualTo("{}");
            assertNothingComes(client);

            exchange.letBegin();
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
            assertNothingComes(client);

            exchange.letComplete();
            assertThat(client.read(1)).isEqualTo("x");
        }
    }

    @Test
    void aWriteWhoseEndMayNotGoIsRefusedAndCutAtTheSource() throws Exception {
        recorder.manual = true;
        RawSource.Script script = peer -> {
            peer.requests().add(new RawSource.Request(peer.head(), new byte[0], ""));
            peer.in().transferTo(java.io.OutputStream.nullOutputStream());
            peer.requests().add(new RawSource.Request("closed", new byte[0], ""));
        };
        String head = "POST /_bulk HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(head + "2\r\n{}\r\n0\r\n\r\n");
            Recorded exchange = recorder.next();
            assertThat(source.next().head()).isEqualTo(head);
            exchange.letNotForward();

            assertThat(client.answer()).startsWith("HTTP/1.1 503 ").contains("Kafka does not acknowledge");
            assertThat(exchange.cutFor()).isEqualTo(CutReason.REFUSED_BY_PROXY);
            assertThat(source.next().head()).isEqualTo("closed");
            assertThat(proxy.gate().inFlight()).isZero();
        }
    }

    @Test
    void allButTheLastOfAnAnswerGoesWhenItMayBegin() throws Exception {
        recorder.manual = true;
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n";
        try (RawSource source = RawSource.answering(answer + "0\r\n\r\n");
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(WRITE);
            Recorded exchange = recorder.next();
            exchange.letForward();
            exchange.whenAnswerWhole();
            assertNothingComes(client);

            exchange.letBegin();
            assertThat(client.read(answer.length())).isEqualTo(answer);
            assertNothingComes(client);

            exchange.letComplete();
            assertThat(client.read(5)).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void readsAreNeverHeld() throws Exception {
        recorder.manual = true;
        String search = "POST /books/_search HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(search)).isEqualTo(RawSource.ok("x"));

            assertThat(recorder.next().whole().write).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"KAFKA_FAILS, Kafka", "JOURNAL_FULL, full", "JOURNAL_BROKEN, cannot be written"})
    void aWriteThatMayNotBeginIsRefusedAndReadsGoOn(Admission admission, String why) throws Exception {
        recorder.admission = admission;
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(WRITE)).startsWith("HTTP/1.1 503 ").contains(why);
            assertThat(client.ask(READ)).isEqualTo(RawSource.ok("x"));

            recorder.admission = Admission.ADMITTED;
            assertThat(client.ask(WRITE)).isEqualTo(RawSource.ok("x"));
            assertThat(source.next().line()).startsWith("GET");
            assertThat(source.next().line()).startsWith("PUT");
        }
    }

    @Test
    void aWriteThatCannotBeRecordedIsNotPassedOn() throws Exception {
        recorder.takesRequests = false;
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(WRITE)).startsWith("HTTP/1.1 503 ").contains("journal");

            assertThat(recorder.next().whole().cutFor()).isEqualTo(CutReason.REFUSED_BY_PROXY);
            assertThat(source.unasked()).isZero();
            assertThat(client.ask(READ)).isEqualTo(RawSource.ok("x"));
        }
    }

    @Test
    void aWriteThatCannotBeRecordedToItsEndIsCutAtTheSource() throws Exception {
        RawSource.Script script = peer -> {
            peer.head();
            peer.in().transferTo(java.io.OutputStream.nullOutputStream());
            peer.requests().add(new RawSource.Request("closed", new byte[0], ""));
        };
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send("PUT /books/_doc/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
            Recorded exchange = recorder.next();
            exchange.whenRequestBegan();
            recorder.takesRequests = false;
            client.send("cd");

            assertThat(client.answer()).startsWith("HTTP/1.1 503 ");
            assertThat(exchange.whole().cutFor()).isEqualTo(CutReason.REFUSED_BY_PROXY);
            assertThat(source.next().head()).isEqualTo("closed");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT /books/*         | true",
                "* /books/_doc/1      | true",
                "POST /books/*        | false",
                "PUT /books           | false",
                "header X-Skip        | true",
                "header X-Skip: YES   | true",
                "header X-Skip: no    | false",
                "class write          | true",
                "class read           | false",
            })
    void whatIsSuppressedPassesWithoutBeingRecorded(String rule, boolean suppressed) throws Exception {
        String write = WRITE.replace("Host: a", "Host: a\r\nX-Skip: yes").replace("_doc/1", "_doc/1?refresh");
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy =
                        TestProxy.before(source.address()).suppressing(rule).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(write)).isEqualTo(RawSource.ok("x"));

            assertThat(recorder.unasked()).isEqualTo(suppressed ? 0 : 1);
            assertThat(proxy.tally().suppressed.sum()).isEqualTo(suppressed ? 1 : 0);
        }
    }

    @Test
    void anAnswerThatRefusesHalfAWriteIsNotHeld() throws Exception {
        recorder.manual = true;
        String no = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
        RawSource.Script script = peer -> {
            peer.head();
            peer.send(no);
            peer.in().transferTo(java.io.OutputStream.nullOutputStream());
        };
        try (RawSource source = new RawSource(script);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send("PUT /a/_doc/1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");

            assertThat(client.answer()).isEqualTo(no);
            Recorded exchange = recorder.next().whole();
            assertThat(exchange.isRequestWhole()).isFalse();
            assertThat(exchange.answerText()).isEqualTo("no");
            assertThat(exchange.cutFor()).isEqualTo(CutReason.CLIENT_LEFT);
        }
    }

    @Test
    void theSourceIsAskedForAllAndTheClientGetsWhatItAskedFor() throws Exception {
        String items =
                "{\"took\":3,\"errors\":false,\"items\":[{\"index\":{\"_index\":\"a\",\"_id\":\"1\",\"_seq_no\":7,\"status\":201}}]}";
        String head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: %d\r\nX: y\r\n\r\n";
        String answer = head.formatted(items.length()) + items;
        String bulk = "POST /_bulk?filter_path=errors%s HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n{}\n";
        try (RawSource source = RawSource.answering(answer);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.ask(bulk.formatted("&refresh"))).isEqualTo(head.formatted(16) + "{\"errors\":false}");

                assertThat(source.next().line()).isEqualTo("POST /_bulk?refresh HTTP/1.1");
                Recorded exchange = recorder.next().whole();
                assertThat(exchange.requestHead()).startsWith("POST /_bulk?filter_path=errors&refresh HTTP/1.1");
                assertThat(exchange.answerHead() + exchange.answerText()).isEqualTo(answer);
                assertThat(exchange.stripped).isFalse();
            }
        }
    }

    @Test
    void aSignedRequestIsNotTouchedAndItsExchangeIsMarked() throws Exception {
        String bulk =
                "POST /_bulk?filter_path=errors HTTP/1.1\r\nHost: a\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a\r\n"
                        + "Content-Length: 3\r\n\r\n{}\n";
        try (RawSource source = RawSource.answering(RawSource.ok("{\"errors\":false}"));
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.ask(bulk);

            assertThat(source.next().line()).isEqualTo("POST /_bulk?filter_path=errors HTTP/1.1");
            assertThat(recorder.next().whole().stripped).isTrue();
            assertThat(proxy.tally().stripped()).containsEntry("signature", 1L);
        }
    }

    @Test
    void anAnswerThatCannotBeFilteredEndsTheConnectionAndIsRecorded() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{\"errors\"";
        String bulk = "POST /_bulk?filter_path=errors HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n{}\n";
        try (RawSource source = RawSource.answering(answer);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.send(bulk).rest()).isIn("", "<reset>");

            assertThat(recorder.next().whole().answerText()).isEqualTo("{\"errors\"");
            assertThat(proxy.tally().answersUnreadable.sum()).isEqualTo(1);
            Waiting.until(() -> proxy.gate().inFlight() == 0 && proxy.clients() == 0);
        }
    }

    /** For long enough that it would have come if nothing held it. */
    private static void assertNothingComes(RawClient client) throws IOException {
        client.socket().setSoTimeout(100);
        try {
            assertThat(client.in().read()).as("nothing").isEqualTo(-2);
        } catch (SocketTimeoutException expected) {
            client.socket().setSoTimeout(10_000);
        }
    }
}
