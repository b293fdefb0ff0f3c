package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.backfill.FailureLine.Cause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureLineTest {

    private static final RangeSplit RANGE = RangeSplit.unread("books", 2, "_0", 0, 10);
    private static final Cause CAUSE = new Cause(400, "mapper_parsing_exception", "not a date: \"n/a\"");

    @Test
    void keepsTheWholeRequestAndWhereTheDocumentLies() throws IOException {
        String line = FailureLine.of(RANGE, "books-v2", 7, CAUSE, action("{\"title\": \"Ü\"}"));

        JsonNode json = new ObjectMapper().readTree(line);

        assertThat(line).doesNotContain("\n");
        assertThat(json.get("index").asText()).isEqualTo("books");
        assertThat(json.get("target").asText()).isEqualTo("books-v2");
        assertThat(json.get("shard").asInt()).isEqualTo(2);
        assertThat(json.get("document").asInt()).isEqualTo(7);
        assertThat(json.get("reason").asText()).isEqualTo("not a date: \"n/a\"");
        assertThat(json.at("/action/index/_id").asText()).isEqualTo("1");
        assertThat(json.get("source").asText()).isEqualTo("{\"title\": \"Ü\"}");
    }

    @Test
    void keepsOnlyTheLengthOfALongSource() throws IOException {
        String source = "{\"t\": \"" + "x".repeat(FailureLine.LONGEST_SOURCE) + "\"}";

        JsonNode json = new ObjectMapper().readTree(FailureLine.of(RANGE, "books", 7, CAUSE, action(source)));

        assertThat(json.has("source")).isFalse();
        assertThat(json.get("source_bytes").asInt()).isEqualTo(source.length());
    }

    @Test
    void hasNoSourceForADelete() throws IOException {
        ByteBuffer delete =
                ByteBuffer.wrap("{\"delete\":{\"_id\":\"1\",\"version\":5}}\n".getBytes(StandardCharsets.UTF_8));

        JsonNode json = new ObjectMapper().readTree(FailureLine.of(RANGE, "books", 7, CAUSE, List.of(delete)));

        assertThat(json.at("/action/delete/_id").asText()).isEqualTo("1");
        assertThat(json.has("source")).isFalse();
        assertThat(json.has("source_bytes")).isFalse();
    }

    private static List<ByteBuffer> action(String source) {
        return List.of(
                ByteBuffer.wrap("{\"index\":{\"_id\":\"1\",\"version\":5}}\n".getBytes(StandardCharsets.UTF_8)),
                ByteBuffer.wrap((source + "\n").getBytes(StandardCharsets.UTF_8)));
    }
}
