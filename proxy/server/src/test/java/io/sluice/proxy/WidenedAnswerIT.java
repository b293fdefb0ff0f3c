package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.route.Answer;
import io.sluice.capture.route.Route;
import io.sluice.config.HostPort;
import io.sluice.proxy.MemoryRecorder.Recorded;
import io.sluice.proxy.answer.AnswerFilter;
import io.sluice.proxy.answer.SourceCalls;
import io.sluice.proxy.answer.SourceCalls.Call;
import io.sluice.proxy.answer.SourceCalls.Reply;
import io.sluice.proxy.answer.Widening;
import io.sluice.proxy.answer.WriteExchange;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Through a real proxy to a real cluster: the client gets what its filter leaves, the capture what a replay needs. */
@ExtendWith(LeakCheck.class)
class WidenedAnswerIT {

    /** Of all writes under all filters, each that is tried: every one takes a second. */
    private static final int STEP = Boolean.getBoolean("sluice.long") ? 1 : 11;

    private final MemoryRecorder recorder = new MemoryRecorder();

    static Stream<Distribution> sources() {
        return Stream.of(Distributions.ES_7_10_2, Distributions.OS_2_19_6);
    }

    private static TestProxy before(URI endpoint) {
        return TestProxy.before(new HostPort(endpoint.getHost(), endpoint.getPort()));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void clientsGetWhatTheirFilterLeavesAndTheCaptureHasAll(Distribution distribution) throws Exception {
        URI endpoint = SharedServers.of(distribution).endpoint();
        Servers.wipe(endpoint);
        SourceCalls source = new SourceCalls(endpoint);
        int widened = 0;
        int number = 3;
        try (Proxy proxy = before(endpoint).start(recorder)) {
            SourceCalls through = new SourceCalls(URI.create("http://127.0.0.1:" + proxy.port()));
            for (WriteExchange exchange : WriteExchange.all(distribution.hasTypes())) {
                for (String filterPath : exchange.filterPaths()) {
                    if (number++ % STEP == 0) {
                        String coding = number % 2 == 0 ? "gzip" : "identity";
                        widened += compare(source, through, exchange, filterPath, coding) ? 1 : 0;
                    }
                }
            }
        }
        assertThat(widened).isGreaterThan(10);
    }

    /** Whether the source was asked for more than the client asked for. */
    private boolean compare(
            SourceCalls source, SourceCalls through, WriteExchange exchange, String filterPath, String coding)
            throws Exception {
        Call call = exchange.call().with("filter_path=" + filterPath);
        source.sendAll(exchange.before());
        Reply direct = source.send(call, "Accept-Encoding", coding);
        source.sendAll(exchange.before());
        Reply filtered = through.send(call, "Accept-Encoding", coding);

        assertThat(WriteExchange.steady(filtered.text())).as("%s", call).isEqualTo(WriteExchange.steady(direct.text()));
        assertThat(filtered.status()).isEqualTo(direct.status());
        for (String name : new String[] {"Content-Type", "Content-Encoding", "Location"}) {
            assertThat(filtered.headers().of(name))
                    .as("%s of %s", name, call)
                    .isEqualTo(direct.headers().of(name));
        }
        if (filtered.body().length <= AnswerFilter.HELD_BYTES) {
            assertThat(filtered.headers().of("Content-Length")).containsExactly(filtered.body().length + "");
        }
        Recorded captured = recorder.next().whole();
        assertThat(captured.requestHead()).startsWith(call.method() + " " + call.target() + " HTTP/1.1\r\n");
        assertThat(captured.stripped).isFalse();
        Route route = Route.of(call.method(), call.target());
        boolean widened = Widening.of(route, call.target(), none -> List.of()) instanceof Widening.Widened;
        boolean tells = route.answer() == Answer.DOCUMENT || route.answer() == Answer.BULK;
        if (widened && tells && direct.status() < 300) {
            byte[] body = captured.answerText().getBytes(StandardCharsets.ISO_8859_1);
            assertThat(new Reply(direct.status(), direct.headers(), body).text())
                    .contains("_seq_no", "_primary_term");
        }
        return widened;
    }

    @ParameterizedTest
    @MethodSource("sources")
    void whatIsSignedPassesAsItIsAndIsMarked(Distribution distribution) throws Exception {
        URI endpoint = SharedServers.of(distribution).endpoint();
        Servers.wipe(endpoint);
        String signature =
                "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/es/aws4_request, SignedHeaders=host, Signature=00";
        try (Proxy proxy = before(endpoint).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            String answer = client.ask("PUT /books/_doc/1?filter_path=result HTTP/1.1\r\nHost: a\r\nAuthorization: "
                    + signature + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

            assertThat(answer).endsWith("\r\n\r\n{\"result\":\"created\"}");
            Recorded captured = recorder.next().whole();
            assertThat(captured.stripped).isTrue();
            assertThat(captured.answerHead() + captured.answerText()).isEqualTo(answer);
            assertThat(proxy.tally().stripped()).containsEntry("signature", 1L);
        }
    }
}
