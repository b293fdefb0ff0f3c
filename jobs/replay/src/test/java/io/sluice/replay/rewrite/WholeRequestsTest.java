package io.sluice.replay.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.capture.CredentialHeaders;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CapturedPart;
import io.sluice.capture.read.End;
import io.sluice.capture.read.ExchangeId;
import io.sluice.capture.read.Run;
import io.sluice.capture.wire.Cut;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import io.sluice.replay.wire.StepItemSerializer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class WholeRequestsTest {

    private static final String HEAD = "POST /books/_search?size=1 HTTP/1.1\r\n"
            + "Host: source:9200\r\n"
            + "Authorization: <redacted>\r\n"
            + "x-amz-date: 20261130T000000Z\r\n"
            + "X-Amzn-Oidc-Data: of.a.balancer\r\n"
            + "X-Api-Key: <redacted>\r\n"
            + "Connection: keep-alive\r\n"
            + "Content-Length: 2\r\n"
            + "Accept: application/vnd.elasticsearch+json;compatible-with=8\r\n"
            + "X-Opaque-Id: a\r\n"
            + "X-Opaque-Id: b\r\n"
            + "Content-Type: application/vnd.elasticsearch+x-ndjson; compatible-with=8\r\n\r\n";

    @Test
    void aRequestStaysAsItIsButForCredentialsConnectionAndMediaTypes() {
        Rewritten rewritten = new WholeRequests(1).rewrite(exchange(HEAD, true));

        assertThat(rewritten.settled()).isEmpty();
        assertThat(rewritten.steps())
                .containsExactly(new Step.Whole(
                        0,
                        "POST",
                        "/books/_search?size=1",
                        Map.of(
                                "accept", "application/json",
                                "content-type", "application/x-ndjson",
                                "x-opaque-id", "a, b"),
                        ByteString.copyFromUtf8("{}"),
                        404));
    }

    @Test
    void eachCopyIsAStepOfItsOwnThatTravels() throws Exception {
        Rewritten rewritten = new WholeRequests(3).rewrite(exchange(HEAD, true));

        assertThat(rewritten.steps()).extracting(Step::item).containsExactly(0, 1, 2);
        StepItem item = new StepItem(
                new ExchangeRef(0, 1, new UUID(1, 2), 1, 1), rewritten.steps().get(2));
        DataOutputSerializer out = new DataOutputSerializer(100);
        new StepItemSerializer().serialize(item, out);
        assertThat(new StepItemSerializer().deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                .isEqualTo(item);
    }

    @Test
    void whatIsNotThereAsAWholeIsSkipped() {
        assertThat(new WholeRequests(1).rewrite(exchange(HEAD, false)).settled())
                .containsExactly(new Settled(0, Settled.Kind.SKIPPED, "request_incomplete"));
        assertThat(new WholeRequests(1).rewrite(exchange("", true)).settled())
                .containsExactly(new Settled(0, Settled.Kind.SKIPPED, "request_head_missing"));
    }

    private static CapturedExchange exchange(String head, boolean whole) {
        return new CapturedExchange(
                new ExchangeId(new Run(new UUID(1, 2), 1), 1, 1),
                false,
                false,
                "",
                part(head, whole),
                part("HTTP/1.1 404 Not Found\r\n\r\n", true),
                End.ENDED,
                List.of());
    }

    private static CapturedPart part(String head, boolean whole) {
        ByteString body = ByteString.copyFromUtf8("{}");
        ByteString bytes = ByteString.copyFrom(head, StandardCharsets.ISO_8859_1);
        return new CapturedPart(bytes, body, ByteString.EMPTY, 1, 2, Cut.WHOLE, body.size(), true, whole);
    }

    @Test
    void noHeaderThatTheProxyTakesForASecretIsSentOn() {
        StringBuilder head = new StringBuilder("GET /books/_search HTTP/1.1\r\nX-Other: shown\r\n");
        for (String name : CredentialHeaders.NAMES) {
            head.append(name.toUpperCase(Locale.ROOT)).append(": hush\r\n");
        }
        Rewritten rewritten =
                new WholeRequests(1).rewrite(exchange(head.append("\r\n").toString(), true));

        assertThat(((Step.Whole) rewritten.steps().get(0)).headers()).containsExactly(Map.entry("x-other", "shown"));
    }

    @Test
    void aTargetWithCharactersThatServersTakeAndUrlsDoNotIsSentEscaped() {
        String head = "GET /a[1]/_search?q=\"x|{y}<z>\"&s=%41%4\u00e9[] HTTP/1.1\r\n\r\n";
        Step.Whole whole = (Step.Whole)
                new WholeRequests(1).rewrite(exchange(head, true)).steps().get(0);

        assertThat(whole.target()).isEqualTo("/a%5B1%5D/_search?q=%22x%7C%7By%7D%3Cz%3E%22&s=%41%254%E9[]");
        assertThat(URI.create("http://target" + whole.target()).getPath()).isEqualTo("/a[1]/_search");
    }
}
