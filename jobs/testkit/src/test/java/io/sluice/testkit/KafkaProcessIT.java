package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaProcessIT {

    private static final int RECORDS = 500;
    private static final String TOPIC = "records";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void keepsWhatItAcknowledgedAndItsAddressWhenKilledAndRestarted() throws Exception {
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            String before = kafka.address();
            long pid = kafka.pid();
            createTopic(plain(before), 1);
            List<String> sent = produce(plain(before), "first");

            kafka.kill();

            assertThat(ProcessHandle.of(pid)).isEmpty();

            kafka.restart();

            assertThat(kafka.address()).isEqualTo(before);
            assertThat(read(plain(before), sent.size())).isEqualTo(sent);
            List<String> all = new ArrayList<>(sent);
            all.addAll(produce(plain(before), "second"));
            assertThat(read(plain(before), all.size())).isEqualTo(all);
        }
    }

    @Test
    void endsInOrderAndOpensTheDataOfAGivenFolderAgain(@TempDir Path folder) throws Exception {
        KafkaSetup setup = KafkaSetup.single().withFolder(folder);
        List<String> sent;
        try (KafkaProcess kafka = KafkaProcess.start(setup)) {
            createTopic(plain(kafka.address()), 1);
            sent = produce(plain(kafka.address()), "first");
        }

        try (KafkaProcess kafka = KafkaProcess.start(setup)) {
            assertThat(read(plain(kafka.address()), sent.size())).isEqualTo(sent);
        }
        assertThat(folder.resolve("kafka.log")).content().contains("shut down completed");
    }

    @Test
    void acknowledgesNothingWhileSuspendedAndGoesOnWhenResumed() throws Exception {
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            createTopic(plain(kafka.address()), 1);
            Map<String, Object> impatient = new HashMap<>(plain(kafka.address()));
            impatient.put("delivery.timeout.ms", 1500);
            impatient.put("request.timeout.ms", 1000);
            impatient.put("linger.ms", 0);
            impatient.put("max.block.ms", 1500);
            produce(plain(kafka.address()), "first");

            kafka.suspend();

            assertThatThrownBy(() -> produce(impatient, "never", 1))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);

            kafka.resume();

            assertThat(produce(plain(kafka.address()), "second")).hasSize(RECORDS);
        }
    }

    @Test
    void letsInByTlsOnlyWhoKnowsThePassword(@TempDir Path folder) throws Exception {
        Identity server = Identity.make(folder, "server", "EC", "ip:127.0.0.1");
        KafkaSetup setup = KafkaSetup.single()
                .withTls(Path.of(server.keyAndCertificate()))
                .withUser("capture", "a secret; of = sorts");
        try (KafkaProcess kafka = KafkaProcess.start(setup)) {
            createTopic(plain(kafka.insideAddress()), 1);
            Map<String, Object> right = secured(kafka, server.certificate(), "a secret; of = sorts");

            List<String> sent = produce(right, "first");

            assertThat(read(right, sent.size())).isEqualTo(sent);
            Map<String, Object> wrong = secured(kafka, server.certificate(), "wrong");
            wrong.put("max.block.ms", 20_000);
            assertThatThrownBy(() -> produce(wrong, "never", 1))
                    .hasRootCauseInstanceOf(SaslAuthenticationException.class);
            assertThat(setup.toString()).doesNotContain("secret");
        }
    }

    @Test
    void threeOfThemMakeAClusterThatKeepsThreeCopies() throws Exception {
        try (KafkaProcess first = KafkaProcess.start(KafkaSetup.single());
                KafkaProcess second = KafkaProcess.start(KafkaSetup.joining(first, 2));
                KafkaProcess third = KafkaProcess.start(KafkaSetup.joining(first, 3))) {
            createTopic(plain(first.address()), 3);
            List<String> sent = produce(plain(second.address()), "first");

            second.kill();

            assertThat(read(plain(third.address()), sent.size())).isEqualTo(sent);
        }
    }

    @Test
    void saysWhyItDoesNotStart(@TempDir Path folder) {
        KafkaSetup setup = KafkaSetup.single().withFolder(folder).withSetting("num.io.threads", "none");

        assertThatThrownBy(() -> KafkaProcess.start(setup))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("Cannot start Kafka")
                .hasMessageContaining("ended with exit code 1")
                .hasMessageContaining("num.io.threads");
    }

    private static Map<String, Object> plain(String address) {
        return Map.of("bootstrap.servers", address);
    }

    private static Map<String, Object> secured(KafkaProcess kafka, String certificate, String password) {
        Map<String, Object> client = new HashMap<>(plain(kafka.address()));
        client.put("security.protocol", "SASL_SSL");
        client.put("ssl.truststore.type", "PEM");
        client.put("ssl.truststore.location", certificate);
        client.put("sasl.mechanism", "SCRAM-SHA-512");
        client.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"capture\" password=\""
                        + password + "\";");
        return client;
    }

    private static void createTopic(Map<String, Object> client, int copies) throws Exception {
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) copies)))
                    .all()
                    .get();
        }
    }

    private static List<String> produce(Map<String, Object> client, String name) throws Exception {
        return produce(client, name, RECORDS);
    }

    private static List<String> produce(Map<String, Object> client, String name, int records) throws Exception {
        List<String> values =
                IntStream.range(0, records).mapToObj(i -> name + "-" + i).toList();
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
            for (String value : values) {
                acknowledged.add(producer.send(new ProducerRecord<>(TOPIC, value)));
            }
            for (Future<RecordMetadata> one : acknowledged) {
                one.get();
            }
        }
        return values;
    }

    private static List<String> read(Map<String, Object> client, int expected) {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (values.size() < expected && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(one -> values.add(one.value()));
            }
            return values;
        }
    }
}
