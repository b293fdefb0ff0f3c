package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BulkAnswerTest {

    @Test
    void readsTheVerdictOfEachItem() throws IOException {
        BulkAnswer answer = parse("""
                {"took":3,"errors":true,"items":[
                 {"index":{"_id":"1","status":201}},
                 {"index":{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"newer"}}},
                 {"delete":{"status":404}},
                 {"index":{"status":400,"error":{"type":"mapper_parsing_exception","reason":"failed to parse",
                   "caused_by":{"type":"x","reason":"For input string: a"}}}}]}""", 4);

        assertThat(answer.verdict(0)).isEqualTo(ItemVerdict.APPLIED);
        assertThat(answer.verdict(1)).isEqualTo(ItemVerdict.SUPERSEDED);
        assertThat(answer.verdict(2)).as("the delete of what is not there").isEqualTo(ItemVerdict.APPLIED);
        assertThat(answer.verdict(3)).isEqualTo(ItemVerdict.REFUSED);
        assertThat(answer.errorReason(3)).isEqualTo("failed to parse: For input string: a");
        assertThat(answer.errorReason(0)).isEmpty();
    }

    @Test
    void believesNothingOfAnAnswerThatSpeaksOfFewerItems() {
        assertThatThrownBy(() -> parse("{\"errors\":false,\"items\":[{\"index\":{\"status\":201}}]}", 2))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("a bulk of 2 actions was answered with 1 items");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>Bad gateway</html>",
                "{\"errors\":false,\"items\":[{\"index\":{\"status\":2",
                "{\"items\":[{\"index\":{\"status\":201}},",
                "[]",
                "null",
                "{\"items\":{}}",
            })
    void refusesWhatIsNoAnswer(String body) {
        assertThatThrownBy(() -> parse(body, 1)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "200, '', '', APPLIED",
        "201, '', '', APPLIED",
        "400, mapper_parsing_exception, '', REFUSED",
        "400, illegal_argument_exception, id is too long, REFUSED",
        "401, '', '', RETRY",
        "403, cluster_block_exception, index [a] blocked by: [FORBIDDEN/8/index write (api)], INDEX_BLOCKED",
        "403, cluster_block_exception, index [a] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)], RETRY",
        "403, security_exception, no permissions, INDEX_BLOCKED",
        "404, index_not_found_exception, '', INDEX_MISSING",
        "404, '', '', REFUSED",
        "409, version_conflict_engine_exception, '', SUPERSEDED",
        "413, '', '', REFUSED",
        "429, es_rejected_execution_exception, '', RETRY",
        "429, cluster_block_exception, TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, RETRY",
        "503, unavailable_shards_exception, '', RETRY",
        "500, null_pointer_exception, '', RETRY",
    })
    void knowsWhatAnAnswerMeans(int status, String type, String reason, ItemVerdict expected) {
        assertThat(ItemVerdict.of(status, type, reason)).isEqualTo(expected);
    }

    @Test
    void saysWhyAWholeRequestWasRefused() {
        RawResponse blocked = new RawResponse(
                403,
                "{\"error\":{\"type\":\"cluster_block_exception\",\"reason\":\"no\"},\"status\":403}".getBytes(UTF_8));
        RawResponse page = new RawResponse(502, "<html>\n<h1>Bad gateway</h1>".getBytes(UTF_8));

        assertThat(BulkAnswer.reasonOf(blocked)).isEqualTo("cluster_block_exception: no");
        assertThat(BulkAnswer.verdictOf(blocked)).isEqualTo(ItemVerdict.INDEX_BLOCKED);
        assertThat(BulkAnswer.reasonOf(page)).isEqualTo("<html> <h1>Bad gateway</h1>");
        assertThat(BulkAnswer.verdictOf(page)).isEqualTo(ItemVerdict.RETRY);
    }

    private static BulkAnswer parse(String body, int items) throws IOException {
        return BulkAnswer.parse(body.getBytes(UTF_8), items);
    }
}
