package io.sluice.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceIndicesTest {

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void anIndexThatIsMadeAnewIsAnotherOne() throws Exception {
        String settings = "{\"books\":{\"settings\":{\"index\":{\"uuid\":\"%s\",\"number_of_shards\":\"3\"}}}}";
        SourceIndices before = SourceIndices.of(json(settings.formatted("u1")));

        assertThat(before).isEqualTo(SourceIndices.of(json(settings.formatted("u1"))));
        assertThat(before).isNotEqualTo(SourceIndices.of(json(settings.formatted("u2"))));
        assertThat(before.shards("books")).isEqualTo(3);
        assertThat(before.shards("others")).isZero();
    }

    @Test
    void ofTheCopiesOfAShardThePrimaryCounts() throws Exception {
        String stats = """
                {"indices":{"books":{"shards":{
                "0":[{"routing":{"primary":false},"seq_no":{"max_seq_no":4}},{"routing":{"primary":true},"seq_no":{"max_seq_no":5}}],
                "1":[{"routing":{"primary":true},"seq_no":{"max_seq_no":-1}}],
                "2":[{"routing":{"primary":false},"seq_no":{"max_seq_no":9}}],
                "3":[{"routing":{"primary":true}}]}}}}
                """;

        assertThat(SourceIndices.highest(json(stats))).isEqualTo(Map.of("books", Map.of(0, 5L, 1, -1L)));
    }

    @Test
    void aRoutingThatLeadsToSeveralShardsTellsNone() throws Exception {
        assertThat(ShardFinder.parsed(json("{\"shards\":[[{\"shard\":3},{\"shard\":3}]]}")))
                .isEqualTo(3);
        assertThat(ShardFinder.parsed(json("{\"shards\":[[{\"shard\":3}],[{\"shard\":4}]]}")))
                .isEqualTo(ShardFinder.UNKNOWN);
        assertThat(ShardFinder.parsed(json("{}"))).isEqualTo(ShardFinder.UNKNOWN);
    }
}
