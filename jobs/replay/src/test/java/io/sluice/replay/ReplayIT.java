package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.capture.KafkaRecorder;
import io.sluice.capture.Recorder;
import io.sluice.capture.RecorderSettings;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real source, a real Kafka, a real target, and writers who do not wait for each other. */
class ReplayIT {

    private static final int PARTITIONS = 4;
    private static final int WRITERS = 6;
    private static final int WRITES = 150;
    private static final int DOCUMENTS = 40;
    private static final long SEED = 20_261_130;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeEach
    void makeIndices() throws Exception {
        for (URI cluster : List.of(source, target)) {
            Servers.wipe(cluster);
            Servers.succeed(
                    cluster, "PUT", "/books", "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
        }
    }

    @Test
    void convergesWhileWritersWriteAndTheJobCrashesAndCountsEachExchangeOnce() throws Exception {
        Path state = folder.resolve("state");
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            ReplaySpec spec = spec(kafka, state);
            makeTopic(kafka);
            try (Recorder recorder = recorder(kafka);
                    RunningReplay replay = RunningReplay.start(spec, state, 2)) {
                replay.await(status -> status.path("replayed_until").isTextual());
                SingleDocuments.BEFORE_CRASH.set(WRITERS * WRITES / 3);

                writeFromAllSides(recorder);

                Instant end = Instant.now();
                assertThat(SingleDocuments.BEFORE_CRASH).as("no crash came").hasValue(-1);
                SingleDocuments.BEFORE_CRASH.set(
                        WRITES / 10); // one more, while nothing but the last writes is under way
                writeFromAllSides(recorder);
                Instant veryEnd = Instant.now();
                JsonNode status = replay.await(now -> isBehind(now, veryEnd));

                assertThat(DocumentComparison.of(source, target, "books"))
                        .as("seed %d, %s", SEED, status)
                        .matches(DocumentComparison::isEqual);
                assertThat(status.at("/exchanges/captured").asInt()).isEqualTo(2 * WRITERS * WRITES);
                assertThat(status.at("/items/captured").asInt()).isEqualTo(2 * WRITERS * WRITES);
                assertThat(SingleDocuments.BEFORE_CRASH)
                        .as("no second crash came")
                        .hasValue(-1);
                assertThat(status.at("/exchanges/held").asInt()).isZero();
                assertThat(status.at("/exchanges/failed").asInt()).isZero();
                assertThat(status.at("/exchanges/unknown").asInt()).isZero();
            }
        } finally {
            SingleDocuments.BEFORE_CRASH.set(-1);
        }
    }

    private static boolean isBehind(JsonNode status, Instant end) {
        return status.path("replayed_until").isTextual()
                && Instant.parse(status.get("replayed_until").asText()).isAfter(end);
    }

    private void writeFromAllSides(Recorder recorder) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int number = i + 1;
                all.add(() -> write(recorder, number));
            }
            for (Future<Void> writer : writers.invokeAll(all)) {
                writer.get();
            }
        } finally {
            writers.shutdown();
        }
    }

    private Void write(Recorder recorder, int number) throws Exception {
        Random random = new Random(SEED + number);
        try (CapturedClient client = new CapturedClient(recorder, source, number)) {
            for (int i = 0; i < WRITES; i++) {
                String path = "/books/_doc/" + random.nextInt(DOCUMENTS);
                if (random.nextInt(4) == 0) {
                    client.write("DELETE", path, "");
                } else {
                    client.write("PUT", path, "{\"writer\":%d,\"number\":%d}".formatted(number, i));
                }
            }
        }
        return null;
    }

    private static void makeTopic(KafkaProcess kafka) throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            admin.createTopics(List.of(new NewTopic("capture", Optional.of(PARTITIONS), Optional.of((short) 1))))
                    .all()
                    .get();
        }
    }

    private Recorder recorder(KafkaProcess kafka) throws Exception {
        return KafkaRecorder.open(RecorderSettings.of(
                        "capture", PARTITIONS, Map.of("bootstrap.servers", kafka.address()), folder.resolve("journal"))
                .journalBytes(64 << 20)
                .build());
    }

    private ReplaySpec spec(KafkaProcess kafka, Path state) {
        return new ReplaySpec(
                "test",
                UUID.randomUUID().toString(),
                state.toUri().toString(),
                Map.of("bootstrap.servers", kafka.address()),
                "capture",
                PARTITIONS,
                Map.of(),
                new SingleDocuments(),
                address(source),
                address(target),
                Duration.ofMillis(500),
                1,
                4,
                ReplayBounds.DEFAULT);
    }

    private static ClusterAddress address(URI endpoint) {
        return new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT);
    }
}
