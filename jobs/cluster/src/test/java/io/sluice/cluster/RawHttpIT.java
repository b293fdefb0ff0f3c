package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bulks into a real OpenSearch 2. */
class RawHttpIT {

    private static final int NONE = -1;

    private final URI endpoint = SharedServers.openSearch2().endpoint();
    private final BulkBody body = new BulkBody(64 << 10);

    @BeforeEach
    void wipe() throws Exception {
        Servers.wipe(endpoint);
        Servers.succeed(endpoint, "PUT", "/books", "{\"mappings\":{\"properties\":{\"n\":{\"type\":\"integer\"}}}}");
    }

    private RawHttp open(GzipPolicy gzip) throws Exception {
        return RawHttps.open(
                new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT),
                RawHttpOptions.DEFAULT.withGzip(gzip));
    }

    private void index(String id, long fence, String source) {
        byte[] idBytes = id.getBytes(UTF_8);
        byte[] sourceBytes = source.getBytes(UTF_8);
        body.index(idBytes, idBytes.length, idBytes, NONE, fence, sourceBytes, 0, sourceBytes.length);
    }

    private static RawResponse bulk(RawHttp http, List<ByteBuffer> content) throws Exception {
        RawRequest request =
                new RawRequest("POST", BulkBody.path("books"), "application/x-ndjson", content, Duration.ofSeconds(60));
        return http.send(request).get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(
            value = GzipPolicy.class,
            names = {"OFF", "ON"})
    void tellsItemByItemWhatTheClusterDidWithAFencedBulk(GzipPolicy gzip) throws Exception {
        for (int i = 0; i < 1000; i++) {
            index("id-" + i, 7, "{\n  \"n\": " + i + "\n}");
        }
        index("id-0", 6, "{\"n\":-1}");
        index("odd", 7, "{\"n\":\"not a number\"}");
        try (RawHttp http = open(gzip)) {
            RawResponse response = bulk(http, body.content());

            assertThat(response.status()).isEqualTo(200);
            BulkAnswer answer = BulkAnswer.parse(response.body(), 1002);
            assertThat(answer.verdict(0)).isEqualTo(ItemVerdict.APPLIED);
            assertThat(answer.verdict(999)).isEqualTo(ItemVerdict.APPLIED);
            assertThat(answer.verdict(1000)).isEqualTo(ItemVerdict.SUPERSEDED);
            assertThat(answer.verdict(1001)).isEqualTo(ItemVerdict.REFUSED);
            assertThat(Servers.succeed(endpoint, "GET", "/books/_doc/id-0", "")
                            .at("/_source/n")
                            .asInt())
                    .isZero();
        }
    }

    @Test
    void deliversTheAnswerToABodyThatIsTooLargeForTheCluster() throws Exception {
        ByteBuffer megabyte = ByteBuffer.wrap(" ".repeat(1 << 20).getBytes(UTF_8));
        try (RawHttp http = open(GzipPolicy.OFF)) {
            RawResponse response = bulk(http, Collections.nCopies(101, megabyte));

            assertThat(response.status()).isEqualTo(413);
        }
    }
}
