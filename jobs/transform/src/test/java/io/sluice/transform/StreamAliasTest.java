package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamAliasTest {

    @Test
    void theNewestIndexIsWrittenTo() throws JsonProcessingException {
        JsonNode there = json("""
                {".ds-l-000009": {"aliases": {"l": {"is_write_index": true}}},
                 "old-000077": {"aliases": {"l": {}}},
                 ".ds-l-1000000": {"aliases": {"l": {}}}}""");

        assertThat(StreamAlias.actions("l", there, List.of(".ds-l-000010"))).contains((ObjectNode) json("""
                        {"actions": [{"add": {"index": ".ds-l-000009", "alias": "l", "is_write_index": false}},
                                     {"add": {"index": ".ds-l-000010", "alias": "l", "is_write_index": false}},
                                     {"add": {"index": ".ds-l-1000000", "alias": "l", "is_write_index": true}}]}"""));
    }

    @Test
    void generationsCountAndNotDates() throws JsonProcessingException {
        assertThat(StreamAlias.actions("l", json("{}"), List.of(".ds-l-2026.12.01-000001", ".ds-l-2026.11.30-000002")))
                .contains((ObjectNode) json("""
                        {"actions": [{"add": {"index": ".ds-l-2026.12.01-000001", "alias": "l", "is_write_index": false}},
                                     {"add": {"index": ".ds-l-2026.11.30-000002", "alias": "l", "is_write_index": true}}]}"""));
    }

    @Test
    void nothingIsDoneTwice() throws JsonProcessingException {
        JsonNode there = json("""
                {".ds-l-000001": {"aliases": {"l": {"is_write_index": false}}},
                 ".ds-l-000002": {"aliases": {"l": {"is_write_index": true}}}}""");

        assertThat(StreamAlias.actions("l", there, List.of(".ds-l-000001"))).isEmpty();
        assertThat(StreamAlias.actions("l", json("{}"), List.of())).isEmpty();
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }
}
