package io.sluice.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentPageTest {

    private final DocumentPage page = new DocumentPage(JsonParser::skipChildren);
    private final List<String> sources = new ArrayList<>();

    private List<FoundDocument> read(String json) throws IOException {
        List<FoundDocument> hits = new ArrayList<>();
        page.read(json.getBytes(StandardCharsets.UTF_8), document -> {
            hits.add(document);
            sources.add(document.source() == null ? "" : document.source().toStringUtf8());
        });
        return hits;
    }

    @Test
    void aPageOfASearch() throws IOException {
        List<FoundDocument> hits = read("""
                {"_scroll_id": "s", "pit_id": "p", "timed_out": false, "_shards": {"total": 1, "failed": 0},
                 "hits": {"total": {"value": 3}, "hits": [
                  {"_index": "books", "_type": "_doc", "_id": "é", "_version": 4, "_seq_no": 7, "_primary_term": 2, "_routing": "r",
                   "_source": {"é": {"n": [8, {}]}}, "sort": [1, "x"]},
                  {"_index": "books", "_id": "2", "_source": {"é": {"n": [88, {}]}}, "sort": [2]},
                  {"_index": "books", "_type": "old", "_id": "3", "_parent": "up"}]}}
                """);

        assertThat(sources).containsExactly("{\"é\": {\"n\": [8, {}]}}", "{\"é\": {\"n\": [88, {}]}}", "");
        assertThat(hits).extracting(FoundDocument::id).containsExactly("é", "2", "3");
        assertThat(hits).extracting(FoundDocument::routing).containsExactly("r", null, "up");
        assertThat(hits).extracting(FoundDocument::type).containsExactly(null, null, "old");
        assertThat(hits).extracting(FoundDocument::version).containsExactly(4L, -1L, -1L);
        assertThat(hits).extracting(FoundDocument::seqNo).containsExactly(7L, -1L, -1L); // not what they are sorted by
        assertThat(hits).extracting(FoundDocument::primaryTerm).containsExactly(2L, -1L, -1L);
        assertThat(page.scrollId()).isEqualTo("s");
        assertThat(page.pitId()).isEqualTo("p");
        assertThat(page.lastSort()).isEqualTo("[2]");
        assertThat(page.hits()).isEqualTo(3);
        assertThat(page.isWhole()).isTrue();
    }

    @Test
    void aPageThatLacksAShardIsNotWhole() throws IOException {
        read("{\"timed_out\": false, \"_shards\": {\"failed\": 1, \"failures\": [{}]}, \"hits\": {\"hits\": []}}");
        assertThat(page.isWhole()).isFalse();

        read("{\"timed_out\": false, \"_shards\": {\"total\": 0, \"failed\": 0}, \"hits\": {\"hits\": []}}");
        assertThat(page.isWhole()).as("a frozen index is passed over").isFalse();

        read("{\"timed_out\": true, \"_shards\": {\"failed\": 0}, \"hits\": {\"hits\": []}}");
        assertThat(page.isWhole()).isFalse();
    }

    @Test
    void documentsThatWereAskedFor() throws IOException {
        List<FoundDocument> hits = read("""
                {"docs": [{"_index": "books", "_id": "1", "found": true, "_source": {"a": 1}},
                          {"_index": "books", "_id": "2", "found": false},
                          {"_index": "gone", "_id": "3", "error": {"root_cause": [{"type": "no"}], "type": "why",
                            "reason": {"type": "other"}}}]}
                """);

        assertThat(hits).extracting(FoundDocument::isFound).containsExactly(true, false, false);
        assertThat(hits).extracting(FoundDocument::error).containsExactly("", "", "why");
    }

    @Test
    void whatIsNoAnswerOrWasCutIsRefused() {
        assertThatThrownBy(() -> read("[]")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("{\"took\": 1}")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("{\"hits\": {\"hits\": [{\"_id\": \"1\", \"_source\": {\"a\""))
                .isInstanceOf(IOException.class);
    }
}
