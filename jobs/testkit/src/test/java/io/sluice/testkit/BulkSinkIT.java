package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkSinkIT {

    private static final String ACTION = "{\"index\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{\"text\":\"x\"}\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4096, 4097, 100_000})
    void answersEveryActionOfABulk(int actions) throws Exception {
        try (BulkSink sink = BulkSink.start(1)) {
            String bulk = ACTION.repeat(actions);

            JsonNode answer = Servers.succeed(sink.endpoint(), "POST", "/_bulk?pipeline=_none", bulk);

            assertThat(answer.path("errors").asBoolean()).isFalse();
            assertThat(answer.path("items")).hasSize(actions);
            assertThat(answer.at("/items/0/index/status").asInt()).isEqualTo(201);
            assertThat(sink.counts()).isEqualTo(new SinkCounts(1, actions, bulk.length()));
        }
    }

    @Test
    void countsACompressedBulkAndOneWithoutItsLastLineEnd() throws Exception {
        try (BulkSink sink = BulkSink.start(1)) {
            ByteArrayOutputStream compressed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
                gzip.write((ACTION + ACTION.strip()).getBytes(StandardCharsets.UTF_8));
            }
            HttpRequest request = HttpRequest.newBuilder(sink.endpoint().resolve("/a/_bulk"))
                    .header("Content-Encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(compressed.toByteArray()))
                    .build();

            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(sink.counts().documents()).isEqualTo(2);
        }
    }

    @Test
    void looksLikeAnEmptyOpenSearchInWhichIndicesCanBeCreated() throws Exception {
        try (BulkSink sink = BulkSink.start(1)) {
            URI at = sink.endpoint();

            assertThat(Servers.succeed(at, "GET", "/", "").at("/version/number").asText())
                    .isEqualTo("2.19.6");
            assertThat(Servers.call(at, "HEAD", "/books")).isEqualTo(new Answer(404, ""));

            Servers.succeed(
                    at,
                    "PUT",
                    "/books",
                    "{\"settings\":{\"number_of_shards\":3},\"mappings\":{\"_meta\":{\"sluice\":\"m\"}}}");

            JsonNode index = Servers.succeed(at, "GET", "/books", "");
            assertThat(index.at("/books/settings/index/number_of_shards").asText())
                    .isEqualTo("3");
            assertThat(index.at("/books/mappings/_meta/sluice").asText()).isEqualTo("m");
            assertThat(Servers.call(at, "PUT", "/books").status()).isEqualTo(400);
            assertThat(Servers.call(at, "HEAD", "/books").status()).isEqualTo(200);
            assertThat(Servers.succeed(at, "GET", "/_nodes/http", "")
                            .at("/nodes/sink/version")
                            .asText())
                    .isEqualTo("2.19.6");
        }
    }

    @Test
    void runsInAProcessOfItsOwn() throws Exception {
        try (BulkSinkProcess sink = BulkSinkProcess.start(1)) {
            Servers.succeed(sink.endpoint(), "POST", "/_bulk", ACTION.repeat(10));

            SinkCounts counts = sink.counts();
            sink.reset();

            assertThat(counts.documents()).isEqualTo(10);
            assertThat(sink.counts()).isEqualTo(new SinkCounts(0, 0, 0));
            assertThat(sink.pid()).isNotEqualTo(ProcessHandle.current().pid());
        }
    }
}
