package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The forms in which servers of different age tell of a snapshot. */
class SnapshotSightTest {

    private static final Instant NOW = Instant.ofEpochMilli(110_000);

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void oneThatIsUnderWayHasAPaceAndATimeToGo() throws Exception {
        JsonNode status = json("""
                {"snapshot":"s","uuid":"u","state":"STARTED","shards_stats":{"initializing":1,"started":1,"done":2,"failed":0,"total":4},
                 "stats":{"incremental":{"file_count":8,"size_in_bytes":4000},"processed":{"file_count":2,"size_in_bytes":1000},
                          "total":{"file_count":9,"size_in_bytes":5000},"start_time_in_millis":100000},"indices":{"a":{},"b":{}}}""");

        SnapshotSight sight = SnapshotSight.of(MissingNode.getInstance(), status);

        assertThat(sight.state()).isEqualTo("IN_PROGRESS");
        assertThat(sight.percent()).isEqualTo(25);
        assertThat(sight.left(NOW)).isEqualTo(Duration.ofSeconds(30));
        assertThat(SnapshotReport.exitCode(sight)).isEqualTo(ExitCode.NOT_READY);
        assertThat(SnapshotReport.line(sight, NOW))
                .isEqualTo("IN_PROGRESS, 2 indices, 2 of 4 shards, 1000b of 3.9kb written (25 %) in 10s, 30s to go");
    }

    @Test
    void whatIsWrittenIsLeftOutWhenItIsAll() throws Exception {
        JsonNode found = json("""
                {"snapshot":"s","uuid":"u","state":"SUCCESS","indices":["a"],"start_time_in_millis":100000,"end_time_in_millis":103000,
                 "shards":{"total":1,"failed":0,"successful":1},"failures":[]}""");
        JsonNode status = json("""
                {"snapshot":"s","uuid":"u","state":"SUCCESS","shards_stats":{"done":1,"failed":0,"total":1},
                 "stats":{"incremental":{"size_in_bytes":4000},"total":{"size_in_bytes":5000}}}""");

        SnapshotSight sight = SnapshotSight.of(found, status);

        assertThat(sight.bytesDone()).isEqualTo(4000);
        assertThat(sight.bytesAll()).isEqualTo(5000);
        assertThat(sight.took(NOW)).isEqualTo(Duration.ofSeconds(3));
        assertThat(sight.left(NOW)).isNull();
    }

    @Test
    void oneThatIsOverIsWrittenWhateverIsStillToldOfItsProgress() throws Exception {
        JsonNode found = json("""
                {"snapshot":"s","uuid":"u","state":"SUCCESS","indices":["a"],"shards":{"total":1,"failed":0,"successful":1}}""");
        JsonNode status = json("""
                {"snapshot":"s","uuid":"u","state":"SUCCESS","shards_stats":{"done":1,"failed":0,"total":1},
                 "stats":{"incremental":{"size_in_bytes":3511},"processed":{"size_in_bytes":2595},"total":{"size_in_bytes":3511}}}""");

        assertThat(SnapshotSight.of(found, status).bytesDone()).isEqualTo(3511);
    }

    @Test
    void theOlderFormHasOneSizeAndNoUuid() throws Exception {
        JsonNode status = json("""
                {"snapshot":"s","state":"STARTED","shards_stats":{"done":0,"failed":0,"total":1},
                 "stats":{"number_of_files":8,"processed_files":4,"total_size_in_bytes":4000,"processed_size_in_bytes":2000,
                          "start_time_in_millis":100000,"time_in_millis":0}}""");

        SnapshotSight sight = SnapshotSight.of(MissingNode.getInstance(), status);

        assertThat(sight.uuid()).isEmpty();
        assertThat(sight.bytes()).isEqualTo(4000);
        assertThat(sight.percent()).isEqualTo(50);
    }

    @Test
    void aPartOfASnapshotNamesWhatItLacks() throws Exception {
        JsonNode found = json("""
                {"snapshot":"s","state":"PARTIAL","indices":["a"],"shards":{"total":2,"failed":1,"successful":1},
                 "failures":[{"index":"a","shard_id":1,"reason":"node left"}]}""");

        SnapshotSight sight = SnapshotSight.of(found, MissingNode.getInstance());

        assertThat(sight.failures()).containsExactly(new SnapshotSight.Failure("a", 1, "node left"));
        assertThat(sight.bytesAll()).isEqualTo(-1);
        assertThat(SnapshotReport.exitCode(sight)).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
    }
}
