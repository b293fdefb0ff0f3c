package io.sluice.capture.topic;

import static io.sluice.capture.topic.TopicFixtures.PARTITIONS;
import static io.sluice.capture.topic.TopicFixtures.proxy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.capture.file.CaptureFileReader;
import io.sluice.capture.file.CaptureFileRecord;
import io.sluice.capture.file.CaptureFileSums;
import io.sluice.capture.read.CaptureTopic;
import io.sluice.capture.read.ContractChecker;
import io.sluice.capture.read.Run;
import io.sluice.capture.topic.TopicFixtures.Proxy;
import io.sluice.capture.wire.Compromised;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicIT {

    private static final Instant MADE = Instant.parse("2026-11-29T12:00:00Z");
    private static final TopicProgress UNSEEN = (done, total) -> {};
    private static final AtomicInteger TOPICS = new AtomicInteger();

    private static KafkaProcess kafka;

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws Exception {
        kafka.close();
    }

    private static KafkaAccess access(String topic) {
        return new KafkaAccess(Map.of("bootstrap.servers", kafka.address()), topic);
    }

    private static KafkaAccess newTopic() throws Exception {
        KafkaAccess access = access("topic-" + TOPICS.incrementAndGet());
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            admin.create(TopicPlan.live(PARTITIONS, 1, Duration.ofDays(7)));
        }
        return access;
    }

    @Test
    void isCreatedAsPlannedAndOnce() throws Exception {
        KafkaAccess access = access("created");
        TopicPlan plan = TopicPlan.live(PARTITIONS, 1, Duration.ofDays(7));
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            assertThat(admin.brokers()).isEqualTo(1);
            assertThat(admin.find()).isEmpty();

            assertThat(admin.create(plan)).isTrue();

            assertThat(admin.create(plan)).isFalse();
            TopicShape shape = admin.find().orElseThrow();
            assertThat(shape.partitions()).isEqualTo(PARTITIONS);
            assertThat(plan.differences("created", shape)).isEmpty();
            assertThat(TopicPlan.live(PARTITIONS, 1, Duration.ofDays(8)).differences("created", shape))
                    .extracting(TopicDifference::what)
                    .containsExactly("retention.ms");
            assertThat(admin.records()).isZero();
        }
    }

    @Test
    void showsWhatItTakesOfTheDisks() throws Exception {
        KafkaAccess access = newTopic();
        new TopicFixtures(access).exchange(proxy(1, 1), 1, 1, "x".repeat(10_000));

        try (TopicAdmin admin = TopicAdmin.open(access)) {
            assertThat(admin.disks().orElseThrow()).singleElement().satisfies(disk -> {
                assertThat(disk.usable()).isPositive();
                assertThat(disk.total()).isGreaterThan(disk.usable());
                assertThat(disk.topic()).isPositive();
            });
        }
    }

    /** A topic of a capture has Kafka's own times, of which a test cannot have old ones. */
    private static void keepTimesOfSenders(KafkaAccess access) throws Exception {
        AlterConfigOp change = new AlterConfigOp(
                new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime"), AlterConfigOp.OpType.SET);
        try (Admin admin = access.admin()) {
            admin.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, access.topic()), List.of(change)))
                    .all()
                    .get();
        }
    }

    @Test
    void readingBeginsWellBeforeATimeAndNeverBehindWhatWasDeleted() throws Exception {
        KafkaAccess access = newTopic();
        keepTimesOfSenders(access);
        Instant from = Instant.now().minusSeconds(60);
        try (Producer<byte[], byte[]> producer = access.producer(1_000)) {
            for (int seconds : new int[] {-1_200, -360, -240, 10}) {
                send(producer, access.topic(), 0, from.plusSeconds(seconds));
            }
            send(producer, access.topic(), 1, from.minusSeconds(1_200));
        }

        assertThat(TopicStart.since(access, from))
                .as("what nothing came to since then may be of a clock that is behind")
                .isEqualTo(Map.of(0, 2L, 1, 0L, 2, 0L));

        try (Admin admin = access.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(access.topic(), 0), RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get();
        }
        assertThatThrownBy(() -> TopicStart.since(access, from))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("Partition 0 of topic " + access.topic() + " begins at ")
                .hasMessageContaining("needed from " + from)
                .hasMessageContaining("Take a new snapshot");
        assertThat(TopicStart.since(access, from.plusSeconds(10)))
                .as("all that is needed is there")
                .containsEntry(0, 3L);
    }

    private static void send(Producer<byte[], byte[]> producer, String topic, int partition, Instant at)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, at.toEpochMilli(), new byte[] {1}, new byte[] {2}))
                .get();
    }

    @Test
    void ofNothingHasNothingToTell() throws Exception {
        TopicSurvey survey = new Surveyor(newTopic(), Instant.now()).survey(Long.MAX_VALUE, UNSEEN);

        assertThat(survey).isEqualTo(new TopicSurvey(0, null, null, null, List.of(), List.of(), List.of(), null));
    }

    @Test
    void tellsWhoRecordsAndWhoDoesNotAnyMore() throws Exception {
        KafkaAccess access = newTopic();
        TopicFixtures topic = new TopicFixtures(access);
        Proxy live = proxy(1, 5);
        Proxy silent = proxy(2, 6);
        Proxy left = proxy(3, 7);
        topic.hello(silent);
        topic.hello(left);
        topic.hello(live);
        topic.heartbeat(silent);
        long promised = topic.stamp();
        topic.goodbye(left);
        topic.heartbeat(live, silent);
        Instant now = Instant.now();

        TopicSurvey survey = new Surveyor(access, now.plusSeconds(1)).survey(Long.MAX_VALUE, UNSEEN);

        assertThat(survey.proxies())
                .extracting(ProxySight::run, ProxySight::admin, ProxySight::state)
                .containsExactly(
                        tuple(live, ProxySight.State.LIVE),
                        tuple(silent, ProxySight.State.LIVE),
                        tuple(left, ProxySight.State.LEFT));
        assertThat(survey.readFrom()).isNull();
        assertThat(survey.first()).isBetween(now.minusSeconds(300), now);
        // The first of the silent one's promises, one for each partition, is the lowest.
        assertThat(survey.capturedUntil())
                .isEqualTo(Instant.ofEpochSecond(0, promised - (PARTITIONS - 1) * 1_000_000L));

        TopicSurvey later = new Surveyor(access, now.plusSeconds(60)).survey(Long.MAX_VALUE, UNSEEN);

        assertThat(later.proxies())
                .extracting(ProxySight::state)
                .containsExactly(ProxySight.State.SILENT, ProxySight.State.SILENT, ProxySight.State.LEFT);
    }

    private static org.assertj.core.groups.Tuple tuple(Proxy proxy, ProxySight.State state) {
        return org.assertj.core.api.Assertions.tuple(new Run(proxy.name(), proxy.incarnation()), proxy.admin(), state);
    }

    @Test
    void remembersWhatIsMarkedAndWhatIsCompromised() throws Exception {
        KafkaAccess access = newTopic();
        TopicFixtures topic = new TopicFixtures(access);
        Proxy proxy = proxy(1, 5);
        topic.hello(proxy);
        topic.mark(proxy, "before-snapshot");
        Compromised begun =
                Compromised.newBuilder().setSince(1_000).setReason("no room").build();
        topic.compromised(proxy, begun);
        topic.compromised(
                proxy,
                begun.toBuilder()
                        .setUntil(2_000_000_000L)
                        .setWrites(3)
                        .setReads(4)
                        .build());
        topic.heartbeat(proxy);

        TopicSurvey survey = new Surveyor(access, Instant.now()).survey(Long.MAX_VALUE, UNSEEN);

        assertThat(survey.marks()).singleElement().satisfies(mark -> {
            assertThat(mark.name()).isEqualTo("before-snapshot");
            assertThat(mark.properties()).isEqualTo(Map.of("snapshot", "s-1"));
            assertThat(mark.open()).isEqualTo(1);
        });
        assertThat(survey.compromised())
                .containsExactly(new CompromisedSight(
                        proxy.name(), Instant.ofEpochSecond(0, 1_000), Instant.ofEpochSecond(2), "no room", 3, 4));
    }

    @Test
    void saysHowFarBackItWasRead() throws Exception {
        KafkaAccess access = newTopic();
        TopicFixtures topic = new TopicFixtures(access);
        Proxy proxy = proxy(1, 5);
        topic.hello(proxy);
        topic.mark(proxy, "long-ago");
        topic.heartbeat(proxy);
        topic.heartbeat(proxy);

        TopicSurvey survey = new Surveyor(access, Instant.now()).survey(2, UNSEEN);

        assertThat(survey.readFrom()).isNotNull();
        assertThat(survey.marks()).isEmpty();
        assertThat(survey.proxies()).extracting(ProxySight::state).containsExactly(ProxySight.State.LIVE);
        assertThat(survey.records()).isEqualTo(4 * PARTITIONS);
    }

    @Test
    void forgetsAProxyInEveryPartition() throws Exception {
        KafkaAccess access = newTopic();
        TopicFixtures topic = new TopicFixtures(access);
        Proxy live = proxy(1, 5);
        Proxy silent = proxy(2, 6);
        topic.hello(silent);
        topic.hello(live);
        topic.heartbeat(silent);
        topic.heartbeat(live, silent);

        Forgetting.write(access, new Run(silent.name(), silent.incarnation()), Instant.now());

        topic.heartbeat(live);
        TopicSurvey survey = new Surveyor(access, Instant.now()).survey(Long.MAX_VALUE, UNSEEN);
        assertThat(survey.proxies())
                .extracting(ProxySight::run, ProxySight::admin, ProxySight::state)
                .containsExactly(tuple(live, ProxySight.State.LIVE), tuple(silent, ProxySight.State.FORGOTTEN));
        assertThat(survey.records()).isEqualTo(6 * PARTITIONS);
        ContractChecker checker = new ContractChecker();
        try (CaptureTopic read = new CaptureTopic(Map.of("bootstrap.servers", kafka.address()), access.topic())) {
            read.readToEnd(checker);
        }
        assertThat(checker.report().violations()).isEmpty();
    }

    @Test
    void comesBackFromAFileAsItWas() throws Exception {
        KafkaAccess access = newTopic();
        TopicFixtures topic = new TopicFixtures(access);
        topic.hello(proxy(1, 5));
        for (int exchange = 1; exchange <= 50; exchange++) {
            topic.exchange(proxy(1, 5), exchange % 7 + 1, exchange, "body ".repeat(exchange * 100));
        }
        topic.heartbeat(proxy(1, 5));
        byte[] file = export(access, null, null);

        KafkaAccess other = access("imported");
        try (TopicAdmin admin = TopicAdmin.open(other)) {
            admin.create(TopicPlan.imported(PARTITIONS, 1));
        }
        CaptureFileSums sums;
        try (CaptureFileReader reader = reader(file)) {
            sums = TopicImport.verify(reader);
        }
        try (CaptureFileReader reader = reader(file)) {
            TopicImport.write(other, reader, sums, UNSEEN);
        }

        assertThat(sums.records()).isEqualTo(100 + 2 * PARTITIONS);
        assertThat(byPartition(export(other, null, null))).isEqualTo(byPartition(file));
    }

    @Test
    void isExportedFromOneTimeToAnother() throws Exception {
        KafkaAccess access = access("timed");
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            admin.create(TopicPlan.imported(PARTITIONS, 1));
        }
        List<CaptureFileRecord> written = new ArrayList<>();
        try (var producer = access.producer(1_000)) {
            for (int i = 0; i < 30; i++) {
                long time = 1_000_000 + i * 1_000L;
                CaptureFileRecord record =
                        new CaptureFileRecord(i % 2, i / 2, time, new byte[] {1}, new byte[] {(byte) i});
                written.add(record);
                producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(
                                access.topic(), record.partition(), time, record.key(), record.value()))
                        .get();
            }
        }

        List<CaptureFileRecord> middle =
                records(export(access, Instant.ofEpochMilli(1_010_000), Instant.ofEpochMilli(1_020_000)));

        assertThat(middle).containsExactlyInAnyOrderElementsOf(written.subList(10, 20));
        assertThat(records(export(access, Instant.ofEpochMilli(2_000_000), null)))
                .isEmpty();
        assertThat(records(export(access, null, Instant.ofEpochMilli(2_000_000))))
                .hasSize(30);
        assertThat(records(export(access, null, Instant.ofEpochMilli(1_000)))).isEmpty();
    }

    private static byte[] export(KafkaAccess access, Instant from, Instant to) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        new TopicExport(from, to, MADE).write(access, file, UNSEEN);
        return file.toByteArray();
    }

    private static CaptureFileReader reader(byte[] file) throws IOException {
        return new CaptureFileReader(new ByteArrayInputStream(file));
    }

    private static List<CaptureFileRecord> records(byte[] file) throws IOException {
        List<CaptureFileRecord> records = new ArrayList<>();
        try (CaptureFileReader reader = reader(file)) {
            for (CaptureFileRecord record = reader.next(); record != null; record = reader.next()) {
                records.add(record);
            }
        }
        return records;
    }

    private static List<List<CaptureFileRecord>> byPartition(byte[] file) throws IOException {
        List<List<CaptureFileRecord>> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            int partition = i;
            partitions.add(records(file).stream()
                    .filter(record -> record.partition() == partition)
                    .toList());
        }
        return partitions;
    }

    @Test
    void thatIsNotThereIsNamed() {
        assertThatThrownBy(() -> export(access("nowhere"), null, null))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("There is no topic nowhere on Kafka at " + kafka.address())
                .hasMessageContaining("sluice capture create-topic");
    }
}
