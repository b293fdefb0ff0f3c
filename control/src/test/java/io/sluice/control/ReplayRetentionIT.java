package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.capture.read.Run;
import io.sluice.replay.mark.ProxyMark;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, and what is not, when Kafka has deleted records of a capture, on real clusters and a real Kafka. */
class ReplayRetentionIT {

    private static final String TOPIC = "sluice-books";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int RECORDS = 5;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeEach
    void wipe() throws IOException {
        Servers.wipe(source);
        Servers.wipe(target);
    }

    @Test
    void goingOnNeedsWhatWasNotReadAndNothingBeforeThat() throws Exception {
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            Files.writeString(folder.resolve("migration.yaml"), """
                    name: books
                    source: {endpoint: "%s"}
                    target: {endpoint: "%s"}
                    snapshot: {name: snap-1, repository: {fs: "%s"}}
                    capture: {brokers: "%s", partitions: 1}
                    """.formatted(
                            source, target, folder.resolve("repository"), kafka.address()));
            assertThat(run("capture", "create-topic").exitCode()).isZero();
            capture(kafka);
            marked(Instant.now());
            replayAll();

            deleteBefore(kafka, RECORDS);
            replayAll(); // what the marks ask for is gone, and was read before

            capture(kafka);
            deleteBefore(kafka, RECORDS + 2);
            CommandRun gone = run("replay", "start");
            assertThat(gone.exitCode()).as("%s", gone.err()).isEqualTo(ExitCode.FAILED);
            assertThat(String.join("\n", gone.err()))
                    .contains("Partition 0 of topic " + TOPIC + " is to be read from offset 5 on")
                    .contains("has offsets 7 to 10")
                    .contains("Kafka has deleted 2 records that were not read")
                    .contains("sluice snapshot create", "sluice backfill start", "sluice replay start --fresh");

            try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
                admin.deleteTopics(List.of(TOPIC)).all().get();
            }
            assertThat(run("capture", "create-topic").exitCode()).isZero();
            CommandRun anew = run("replay", "start");
            assertThat(anew.exitCode()).as("%s", anew.err()).isEqualTo(ExitCode.FAILED);
            assertThat(String.join("\n", anew.err())).contains("the topic was made anew");

            CommandRun fresh = run("replay", "start", "--fresh");
            assertThat(fresh.exitCode()).as("%s", fresh.err()).isEqualTo(ExitCode.FAILED);
            assertThat(String.join("\n", fresh.err())).contains("Take a new snapshot");
        }
    }

    private CommandRun run(String... command) throws IOException {
        return CommandRun.in(folder).run(command);
    }

    /** Starts the replay, and stops it when all was read. */
    private void replayAll() throws Exception {
        CompletableFuture<CommandRun> replay = CompletableFuture.supplyAsync(
                () -> CommandRun.in(folder).run("replay", "start"), task -> new Thread(task, "replay").start());
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!hasReadAll()) {
            if (replay.isDone() || System.nanoTime() > end) {
                throw new AssertionError("it did not read all: "
                        + (replay.isDone() ? replay.get().err() : ""));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        assertThat(run("replay", "stop").exitCode()).isZero();
        assertThat(replay.get(1, TimeUnit.MINUTES).exitCode()).isZero();
    }

    private boolean hasReadAll() throws IOException {
        JsonNode status = new ObjectMapper()
                .readTree(String.join("\n", run("replay", "status", "--json").out()));
        return status.path("state").asText().equals("running")
                && status.at("/exchanges/malformed").asInt() == RECORDS;
    }

    /** Records that are none: each is counted. */
    private static void capture(KafkaProcess kafka) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.address()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, 0, null, new byte[0])).get();
            }
        }
    }

    private static void deleteBefore(KafkaProcess kafka, long offset) throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        }
    }

    private void marked(Instant when) throws Exception {
        long stamp = TimeUnit.MILLISECONDS.toNanos(when.toEpochMilli());
        ProxyMark mark =
                new ProxyMark(new Run(UUID.randomUUID(), 1), List.of(new ProxyMark.InPartition(0, stamp, null)));
        Path record = Files.createDirectories(folder.resolve(".sluice/books")).resolve("snapshot.json");
        new ObjectMapper()
                .writeValue(
                        record.toFile(),
                        SnapshotRecord.marked(TOPIC, "snap-1", List.of(mark))
                                .taken("s", List.of(), List.of())
                                .toJson()
                                .put("number", 1));
    }
}
