package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.sluice.capture.wire.Compromised;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Record;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureCommandIT {

    private static final int PARTITIONS = 2;
    private static final UUID PROXY = UUID.fromString("0b0c0d0e-0000-4000-8000-000000000001");
    private static final AtomicInteger TOPICS = new AtomicInteger();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static KafkaProcess kafka;

    @TempDir
    private Path folder;

    private String topic = "";
    private long stamp = Instant.now().getEpochSecond() * 1_000_000_000L;

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws Exception {
        kafka.close();
    }

    @BeforeEach
    void configureAnotherTopic() throws Exception {
        topic = "capture-" + TOPICS.incrementAndGet();
        configure(topic, PARTITIONS, kafka.address());
    }

    private void configure(String name, int partitions, String brokers) throws Exception {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: books
                capture: {brokers: "%s", topic: %s, partitions: %d}
                """.formatted(brokers, name, partitions));
    }

    private CommandRun run(String... arguments) {
        return CommandRun.in(folder).run(arguments);
    }

    private JsonNode json(CommandRun run) throws Exception {
        assertThat(run.out()).as("%s", run.err()).hasSize(1);
        return JSON.readTree(run.out().get(0));
    }

    private void everywhere(Kind kind) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.address()), new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                Record.Builder record = Record.newBuilder()
                        .setVersion(1)
                        .setProxy(bytes())
                        .setIncarnation(7)
                        .setStamp(stamp += 1_000);
                byte[] value = kind.of(record).build().toByteArray();
                sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    private interface Kind {
        Record.Builder of(Record.Builder record);
    }

    private static ByteString bytes() {
        return ByteString.copyFrom(ByteBuffer.allocate(16)
                .putLong(PROXY.getMostSignificantBits())
                .putLong(PROXY.getLeastSignificantBits())
                .flip());
    }

    private static Member member() {
        return Member.newBuilder()
                .setProxy(bytes())
                .setIncarnation(7)
                .setAdmin("proxy-1:9299")
                .build();
    }

    private void proxyBeats() throws Exception {
        everywhere(record -> record.setHello(Hello.newBuilder().setMember(member())));
        everywhere(record -> record.setHeartbeat(Heartbeat.newBuilder().addRoster(member())));
    }

    @Test
    void createTopicCreatesItOnceAndSaysWhatItIs() throws Exception {
        CommandRun first = run("capture", "create-topic", "--json");
        CommandRun second = run("capture", "create-topic");

        JsonNode document = json(first);
        assertThat(first.exitCode()).isZero();
        assertThat(document.path("created").asBoolean()).isTrue();
        assertThat(document.path("partitions").asInt()).isEqualTo(PARTITIONS);
        assertThat(document.at("/settings/retention.ms").asText()).isEqualTo("604800000");
        assertThat(document.at("/headroom/room_bytes").asLong()).isPositive();
        assertThat(document.at("/headroom/backfill_seconds").isNull()).isTrue();
        assertThat(document.path("differences")).isEmpty();
        assertThat(first.err())
                .singleElement()
                .asString()
                .isEqualTo(
                        "sluice: warning: 1 broker can keep only 1 copy of the capture: if its disk is lost, so is the capture. Three brokers are wanted.");
        assertThat(second.exitCode()).isZero();
        assertThat(second.out().get(0)).isEqualTo("topic " + topic + " is there already: 2 partitions, copies: 1");
    }

    @Test
    void createTopicNamesWhatIsDifferentAndChangesNothing() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.address()))) {
            NewTopic other = new NewTopic(topic, 5, (short) 1).configs(Map.of("retention.ms", "3600000"));
            admin.createTopics(List.of(other)).all().get();
        }

        CommandRun run = run("capture", "create-topic");
        CommandRun again = run("capture", "create-topic");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .filteredOn(line -> !line.contains("warning"))
                .hasSize(3)
                .anyMatch(
                        line -> line.startsWith("sluice: topic " + topic + ": partitions is 5, expected 2: the number"))
                .anyMatch(line -> line.endsWith("--add-config retention.ms=604800000"))
                .anyMatch(line -> line.contains("message.timestamp.type is CreateTime, expected LogAppendTime"));
        assertThat(again.err()).isEqualTo(run.err());
    }

    @Test
    void createTopicWarnsWhenDisksDoNotSuffice() {
        CommandRun run = run("capture", "create-topic", "--traffic", "100gb/s");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .anyMatch(
                        line -> line.matches(
                                "sluice: warning: the brokers' disks hold .* of capture, which at 100\\.0gb/s is full after .*: they shall keep 168h 0m\\. .*"));
    }

    @Test
    void createTopicRefusesTrafficThatIsNoRateOfBytes() {
        CommandRun run = run("capture", "create-topic", "--traffic", "5 docs/s");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).singleElement().asString().contains("RATE must be bytes per second, such as 5mb/s");
    }

    @Test
    void statusIsNotReadyWithoutATopicAndFineWithAnEmptyOne() throws Exception {
        CommandRun without = run("capture", "status");
        run("capture", "create-topic");
        CommandRun empty = run("capture", "status");

        assertThat(without.exitCode()).isEqualTo(4);
        assertThat(without.err())
                .singleElement()
                .asString()
                .contains("there is no topic " + topic)
                .contains("sluice capture create-topic");
        assertThat(empty.exitCode()).isZero();
        assertThat(empty.out()).contains("no records", "no proxy has said hello");
    }

    @Test
    void statusShowsWhoRecordsAndWhatIsMissing() throws Exception {
        run("capture", "create-topic");
        proxyBeats();
        CommandRun fine = run("capture", "status", "--json");
        everywhere(record -> record.setCompromised(Compromised.newBuilder()
                .setSince(stamp - 10)
                .setReason("the journal has no room")
                .setWrites(2)));
        CommandRun compromised = run("capture", "status", "--scan");

        JsonNode proxy = json(fine).at("/proxies/0");
        assertThat(fine.exitCode()).isZero();
        assertThat(proxy.path("proxy").asText()).isEqualTo(PROXY.toString());
        assertThat(proxy.path("admin").asText()).isEqualTo("proxy-1:9299");
        assertThat(proxy.path("state").asText()).isEqualTo("live");
        assertThat(json(fine).path("captured_until").asText()).isNotEmpty();
        assertThat(json(fine).path("records").asInt()).isEqualTo(4);
        assertThat(json(fine).path("differences")).isEmpty();
        assertThat(compromised.exitCode()).isEqualTo(3);
        assertThat(compromised.out())
                .anyMatch(line -> line.contains("at proxy " + PROXY + ": the journal has no room (2 writes, 0 reads)"));
    }

    @Test
    void forgetRefusesAProxyThatLivesAndOneThatIsUnknown() throws Exception {
        run("capture", "create-topic");
        proxyBeats();

        CommandRun live = run("capture", "forget", "0b0c", "--yes");
        CommandRun unknown = run("capture", "forget", "ffff", "--yes");

        assertThat(live.exitCode()).isEqualTo(1);
        assertThat(live.err()).singleElement().asString().contains("proxy " + PROXY + " lives");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err())
                .singleElement()
                .asString()
                .contains("no proxy is called ffff. There are: " + PROXY + " proxy-1:9299");
    }

    @Test
    void forgetTellsWhatItMeansAndForgetsASilentProxyOnlyWhenAgreed() throws Exception {
        run("capture", "create-topic");
        proxyBeats();
        Instant later = Instant.now().plusSeconds(90);

        CommandRun unasked = CommandRun.in(folder).at(later).run("capture", "forget", "proxy-1:9299");
        CommandRun silent = CommandRun.in(folder).at(later).run("capture", "status");
        CommandRun agreed = CommandRun.in(folder).at(later).run("capture", "forget", "proxy-1:9299", "--yes");
        CommandRun after = CommandRun.in(folder).at(later).run("capture", "status");
        CommandRun again = CommandRun.in(folder).at(later).run("capture", "forget", PROXY.toString(), "--yes");

        assertThat(unasked.exitCode()).isEqualTo(2);
        assertThat(unasked.err()).singleElement().asString().contains("Nobody is there to answer: add --yes.");
        assertThat(silent.exitCode()).isEqualTo(4);
        assertThat(agreed.exitCode()).isZero();
        assertThat(agreed.out())
                .anyMatch(line -> line.startsWith("proxy " + PROXY + " (proxy-1:9299) has been silent for 1m "))
                .contains("forgotten: replay waits for it no more");
        assertThat(after.exitCode()).isZero();
        assertThat(after.out()).anyMatch(line -> line.contains("forgotten"));
        assertThat(again.out()).contains("nothing to do: proxy " + PROXY + " has been forgotten before");
    }

    @Test
    void exportAndImportGiveTheSameRecords() throws Exception {
        run("capture", "create-topic");
        proxyBeats();

        CommandRun export = run("capture", "export", "one.capture", "--json");
        configure(topic + "-copy", PARTITIONS, kafka.address());
        CommandRun imported = run("capture", "import", "one.capture", "--json");
        CommandRun twice = run("capture", "import", "one.capture");
        CommandRun exportedAgain = run("capture", "export", "two.capture", "--json");

        assertThat(export.exitCode()).isZero();
        assertThat(json(export).path("records").asInt()).isEqualTo(4);
        assertThat(json(export).path("partitions").toString()).isEqualTo("[2,2]");
        assertThat(imported.exitCode()).as("%s", imported.err()).isZero();
        assertThat(json(imported).path("records").asInt()).isEqualTo(4);
        assertThat(twice.exitCode()).isEqualTo(1);
        assertThat(twice.err()).singleElement().asString().contains("holds 4 records");
        assertThat(json(exportedAgain).path("bytes")).isEqualTo(json(export).path("bytes"));
        assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".partial"));
    }

    @Test
    void exportOverwritesNothingAndImportTakesNothingThatIsDamaged() throws Exception {
        run("capture", "create-topic");
        proxyBeats();
        run("capture", "export", "one.capture");
        byte[] file = Files.readAllBytes(folder.resolve("one.capture"));
        Files.write(folder.resolve("cut.capture"), java.util.Arrays.copyOf(file, file.length - 1));

        CommandRun again = run("capture", "export", "one.capture");
        configure("untouched", PARTITIONS, kafka.address());
        CommandRun cut = run("capture", "import", "cut.capture");
        CommandRun status = run("capture", "status");
        configure("untouched", 7, kafka.address());
        CommandRun other = run("capture", "import", "one.capture");

        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).singleElement().asString().contains("exists. Name another file, or delete it.");
        assertThat(cut.exitCode()).isEqualTo(1);
        assertThat(cut.err()).singleElement().asString().contains("It was cut after 4 records");
        assertThat(status.exitCode()).isEqualTo(4);
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).singleElement().asString().contains("Set capture.partitions: 2.");
    }

    @Test
    void everythingNeedsACaptureAndAKafka() throws Exception {
        configure(topic, PARTITIONS, "127.0.0.1:1");
        CommandRun unreachable = run("capture", "status");
        Files.writeString(folder.resolve("migration.yaml"), "name: books\n");
        CommandRun without = run("capture", "status");

        assertThat(unreachable.exitCode()).isEqualTo(1);
        assertThat(unreachable.err())
                .singleElement()
                .asString()
                .startsWith("sluice capture status: Kafka at 127.0.0.1:1 does not answer");
        assertThat(without.exitCode()).isEqualTo(2);
        assertThat(without.err()).singleElement().asString().contains("has no capture. Add the section, with brokers.");
    }
}
