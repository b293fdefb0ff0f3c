package io.sluice.replay.mark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.read.Run;
import io.sluice.replay.mark.SnapshotRecord.FailedShard;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SnapshotRecordTest {

    private static final Run RUN = new Run(UUID.fromString("0b0c0d0e-0000-4000-8000-000000000001"), 7);
    private static final Run OTHER = new Run(UUID.fromString("0b0c0d0e-0000-4000-8000-000000000002"), 8);
    private static final ProxyMark MARK = new ProxyMark(
            RUN, List.of(new ProxyMark.InPartition(0, 1_000, null), new ProxyMark.InPartition(1, 1_010, 900L)));
    private static final SnapshotRecord TAKEN = SnapshotRecord.marked("sluice-books", "snap-1", List.of(MARK))
            .begun()
            .taken(
                    "u",
                    List.of(new HeldIndex("books", "b", 1_700_000_000_000L, List.of(0, 2))),
                    List.of(new FailedShard("books", 1, "node left")));

    @Test
    void aWriteIsInTheSnapshotWhenItWasAnsweredBeforeTheMarkOfItsPartitionAndItsShardIsHeld() {
        SnapshotRecord.Contents contents = TAKEN.contents();

        assertThat(contents.isInSnapshot(RUN, 0, 999, "b", 0)).isTrue();
        assertThat(contents.isInSnapshot(RUN, 0, 1_000, "b", 0)).isFalse();
        assertThat(contents.isInSnapshot(RUN, 1, 1_005, "b", 2)).isTrue();
        assertThat(contents.isInSnapshot(RUN, 0, 999, "b", 1))
                .as("failed shard")
                .isFalse();
        assertThat(contents.isInSnapshot(RUN, 0, 999, "b2", 0))
                .as("another incarnation")
                .isFalse();
        assertThat(contents.isInSnapshot(OTHER, 0, 1, "b", 0)).as("no mark").isFalse();
        assertThat(contents.isInSnapshot(RUN, 2, 1, "b", 0))
                .as("no such partition")
                .isFalse();
    }

    @Test
    void nothingIsInASnapshotThatIsNotOver() {
        SnapshotRecord begun =
                SnapshotRecord.marked("sluice-books", "snap-1", List.of(MARK)).begun();

        assertThat(begun.contents().isInSnapshot(RUN, 0, 1, "b", 0)).isFalse();
    }

    @Test
    void theCaptureIsNeededFromTheOldestOpenExchangeOrElseTheOldestMark() {
        ProxyMark idle = new ProxyMark(OTHER, List.of(new ProxyMark.InPartition(0, 950, null)));

        assertThat(TAKEN.readFrom()).hasValue(900);
        assertThat(SnapshotRecord.marked("r", "s", List.of(idle)).readFrom()).hasValue(950);
        assertThat(SnapshotRecord.marked("r", "s", List.of()).readFrom()).isEmpty();
    }

    @Test
    void whereStampsAreAheadTheCaptureIsNeededFromAsLongBeforeTheMarksWereAskedFor() {
        Instant asked = Instant.ofEpochMilli(100_000);
        long ahead = TimeUnit.MINUTES.toNanos(10);
        long stamp = TimeUnit.SECONDS.toNanos(100) + ahead;
        long open = stamp - TimeUnit.SECONDS.toNanos(30);

        assertThat(marked(stamp, null).asked(asked).readFrom()).hasValue(stamp - ahead);
        assertThat(marked(stamp, open).asked(asked).begun().readFrom()).hasValue(open - ahead);
        assertThat(marked(stamp - 2 * ahead, null).asked(asked).readFrom())
                .as("behind")
                .hasValue(stamp - 2 * ahead);
        SnapshotRecord taken = marked(stamp, open).asked(asked).begun().taken("u", List.of(), List.of());
        assertThat(SnapshotRecord.of(taken.toJson())).isEqualTo(taken);
    }

    private static SnapshotRecord marked(long stamp, @Nullable Long oldestOpen) {
        ProxyMark mark = new ProxyMark(RUN, List.of(new ProxyMark.InPartition(0, stamp, oldestOpen)));
        return SnapshotRecord.marked("r", "s", List.of(mark));
    }

    @Test
    void whatIsWrittenIsReadAgainAndTheFormStaysAsItIs() throws Exception {
        String frozen = """
                {"version":1,"repository":"sluice-books","snapshot":"snap-1","uuid":"u","stage":"taken",
                "indices":[{"name":"books","uuid":"b","created":1700000000000,"shards":[0,2]}],
                "failed_shards":[{"index":"books","shard":1,"reason":"node left"}],
                "marks":[{"proxy":"0b0c0d0e-0000-4000-8000-000000000001","incarnation":7,
                "partitions":[{"partition":0,"stamp":1000,"oldest_open":null},
                {"partition":1,"stamp":1010,"oldest_open":900}]}]}""";
        JsonNode json = new ObjectMapper().readTree(frozen);

        assertThat(new ObjectMapper().readTree(TAKEN.toJson().toString())).isEqualTo(json);
        assertThat(SnapshotRecord.of(json)).isEqualTo(TAKEN);
        SnapshotRecord numbered = SnapshotRecord.marked("r", "s", List.of())
                .with(Map.of("b", Map.of(0, 17L, 2, -1L)))
                .begun()
                .taken("u", List.of(), List.of());
        assertThat(SnapshotRecord.of(numbered.toJson())).isEqualTo(numbered);
    }

    @Test
    void whatIsNoRecordIsRefused() throws Exception {
        ObjectNode later = TAKEN.toJson().put("version", 2);
        ObjectNode stampless = TAKEN.toJson();
        ((ObjectNode) stampless.at("/marks/0/partitions/1")).put("stamp", "soon");
        ObjectNode gap = TAKEN.toJson();
        ((ObjectNode) gap.at("/marks/0/partitions/1")).put("partition", 2);

        assertThatThrownBy(() -> SnapshotRecord.of(later)).hasMessageContaining("found version 2");
        assertThatThrownBy(() -> SnapshotRecord.of(stampless))
                .hasMessage("expected a whole number as stamp, found: \"soon\"");
        assertThatThrownBy(() -> SnapshotRecord.of(gap)).hasMessageContaining("found that of 2");
    }
}
