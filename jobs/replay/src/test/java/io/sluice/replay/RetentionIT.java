package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.capture.Recorder;
import io.sluice.replay.assemble.SavedPositions;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Kafka that deletes records which a replay has not read. */
class RetentionIT {

    private static KafkaProcess kafka;

    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws IOException {
        kafka.close();
    }

    @Test
    void aReplayThatWouldBeginBeforeTheOldestRecordFailsForGood() throws Exception {
        CaptureKafka capture = CaptureKafka.on(kafka, folder);
        try (Recorder recorder = capture.recorder()) {
            deleteAll(capture, 0);
            try (RunningReplay replay = RunningReplay.start(spec(capture), capture.state(), 2)) {
                assertNamesTheHole(replay.failure(), capture, "offset 0 of");
            }
            assertThat(recorder).isNotNull();
        }
    }

    @Test
    void aReplayThatWouldGoOnBeforeTheOldestRecordFailsForGood() throws Exception {
        CaptureKafka capture = CaptureKafka.on(kafka, folder);
        ReplaySpec spec = spec(capture);
        try (Recorder recorder = capture.recorder()) {
            Path savepoint;
            try (RunningReplay replay = RunningReplay.start(spec, capture.state(), 2)) {
                replay.await(status -> status.path("replayed_until").isTextual());
                savepoint = replay.savepoint();
            }
            Map<Integer, Long> ends = ends(capture);
            assertThat(SavedPositions.of(savepoint))
                    .hasSize(4)
                    .allSatisfy((partition, offset) -> assertThat(offset).isBetween(2L, ends.get(partition)));
            try (RunningReplay replay = RunningReplay.goingOn(spec, capture.state(), 2, savepoint)) {
                JsonNode status = replay.await(now -> now.path("replayed_until").isTextual());
                assertThat(status.path("state").asText()).as("nothing is gone").isEqualTo("running");
            }
            deleteAll(capture, ends.get(0) + 3);

            try (RunningReplay replay = RunningReplay.goingOn(spec, capture.state(), 2, savepoint)) {
                assertNamesTheHole(replay.failure(), capture, "--fresh");
            }
            assertThat(recorder).isNotNull();
        }
    }

    private static void assertNamesTheHole(String failure, CaptureKafka capture, String what) {
        assertThat(failure)
                .contains("Kafka no longer has ")
                .contains("of partition ", "of topic " + capture.topic())
                .contains("sluice snapshot create", "sluice replay start --fresh")
                .contains(what);
    }

    private ReplaySpec spec(CaptureKafka capture) {
        ReplaySpec spec = capture.spec(new SingleDocuments(), target, 1);
        return new ReplaySpec(
                spec.migration(),
                UUID.randomUUID().toString(),
                spec.state(),
                spec.kafka(),
                spec.topic(),
                spec.partitions(),
                Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L),
                spec.rewriting(),
                spec.source(),
                spec.target(),
                spec.delay(),
                spec.speed(),
                spec.catchUp(),
                spec.bounds());
    }

    /** Waits until partition 0 has so many records, and deletes everything there is. */
    private static void deleteAll(CaptureKafka capture, long least) throws Exception {
        Map<Integer, Long> ends = ends(capture);
        while (ends.get(0) <= least) {
            TimeUnit.MILLISECONDS.sleep(50);
            ends = ends(capture);
        }
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        ends.forEach((partition, end) ->
                all.put(new TopicPartition(capture.topic(), partition), RecordsToDelete.beforeOffset(end)));
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            admin.deleteRecords(all).all().get();
        }
    }

    private static Map<Integer, Long> ends(CaptureKafka capture) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = List.of(0, 1, 2, 3).stream()
                .collect(Collectors.toMap(
                        (Function<Integer, TopicPartition>) partition -> new TopicPartition(capture.topic(), partition),
                        partition -> OffsetSpec.latest()));
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            Map<TopicPartition, ListOffsetsResultInfo> found =
                    admin.listOffsets(latest).all().get();
            Map<Integer, Long> ends = new HashMap<>();
            found.forEach((partition, info) -> ends.put(partition.partition(), info.offset()));
            return ends;
        }
    }
}
