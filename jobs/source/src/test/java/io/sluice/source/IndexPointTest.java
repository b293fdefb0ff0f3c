package io.sluice.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.source.IndexPoint.Shard;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexPointTest {

    /** Of Elasticsearch 7, and of one that has an index of Elasticsearch 5. */
    private static final String STATS = """
            {"indices": {
              "books": {"shards": {
                "0": [{"routing": {"primary": false}, "docs": {"count": 3}, "commit": {"user_data": {"history_uuid": "h"}},
                       "seq_no": {"max_seq_no": 9, "local_checkpoint": 9, "global_checkpoint": 6}},
                      {"routing": {"primary": true}, "docs": {"count": 3}, "commit": {"user_data": {"history_uuid": "h"}},
                       "seq_no": {"max_seq_no": 9, "local_checkpoint": 9, "global_checkpoint": 7}}],
                "1": [{"routing": {"primary": true}, "docs": {"count": 0}, "commit": {"user_data": {"history_uuid": "i"}},
                       "seq_no": {"max_seq_no": -1, "local_checkpoint": -1, "global_checkpoint": -1}}]}},
              "old": {"shards": {
                "0": [{"routing": {"primary": true}, "docs": {"count": 3}, "commit": {"user_data": {"history_uuid": "k"}},
                       "seq_no": {"max_seq_no": -1, "local_checkpoint": -1, "global_checkpoint": -1}}]}}}}""";

    @Test
    void isWhatEveryCopyHadByThePrimary() throws Exception {
        assertThat(IndexPoint.of(new ObjectMapper().readTree(STATS)))
                .isEqualTo(Map.of("books", new IndexPoint(Map.of(0, new Shard("h", 7), 1, new Shard("i", -1)))));
    }

    @Test
    void goesOnInTheSameHistoryOnly() {
        IndexPoint before = new IndexPoint(Map.of(0, new Shard("h", 7)));

        assertThat(before.isBefore(before)).isTrue();
        assertThat(before.isBefore(new IndexPoint(Map.of(0, new Shard("h", 8)))))
                .isTrue();
        assertThat(before.isBefore(new IndexPoint(Map.of(0, new Shard("restored", 8)))))
                .isFalse();
        assertThat(before.isBefore(new IndexPoint(Map.of(0, new Shard("h", 6)))))
                .isFalse();
        assertThat(before.isBefore(new IndexPoint(Map.of()))).isFalse();
        assertThat(new IndexPoint(Map.of(0, new Shard("", 7))).isBefore(new IndexPoint(Map.of(0, new Shard("", 7)))))
                .as("a server that does not tell its history")
                .isFalse();
    }
}
