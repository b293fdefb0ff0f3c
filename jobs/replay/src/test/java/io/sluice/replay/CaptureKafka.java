package io.sluice.replay;

import io.sluice.capture.KafkaRecorder;
import io.sluice.capture.Recorder;
import io.sluice.capture.RecorderSettings;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A topic of Kafka with an empty capture, and replays of it. */
record CaptureKafka(KafkaProcess kafka, String topic, Path folder) implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    static final Duration DELAY = Duration.ofMillis(500);
    static final int CATCH_UP = 4;

    private static final int PARTITIONS = 4;

    /**
     * Starts a Kafka, which ends with this.
     *
     * @param folder for the journal and the state
     */
    static CaptureKafka start(Path folder) throws Exception {
        KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single());
        try {
            return on(kafka, folder);
        } catch (Exception failed) {
            kafka.close();
            throw failed;
        }
    }

    /** Makes a topic of its own on a Kafka that others use, too: this is not to be closed. */
    static CaptureKafka on(KafkaProcess kafka, Path folder) throws Exception {
        String topic = "capture-" + UUID.randomUUID();
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 1))))
                    .all()
                    .get();
        }
        return new CaptureKafka(kafka, topic, folder);
    }

    Recorder recorder() throws Exception {
        return KafkaRecorder.open(RecorderSettings.of(
                        topic, PARTITIONS, Map.of("bootstrap.servers", kafka.address()), folder.resolve("journal"))
                .journalBytes(64 << 20)
                .build());
    }

    Path state() {
        return folder.resolve("state");
    }

    /** A replay that asks the target in the source's place. */
    ReplaySpec spec(Rewriting.Maker rewriting, URI target, double speed) {
        return spec(rewriting, target, target, speed);
    }

    ReplaySpec spec(Rewriting.Maker rewriting, URI source, URI target, double speed) {
        return spec(
                rewriting,
                new ClusterAddress(source, new Credentials.None(), TlsSettings.DEFAULT),
                new ClusterAddress(target, new Credentials.None(), TlsSettings.DEFAULT),
                speed);
    }

    ReplaySpec spec(Rewriting.Maker rewriting, ClusterAddress source, ClusterAddress target, double speed) {
        return new ReplaySpec(
                "test",
                UUID.randomUUID().toString(),
                state().toUri().toString(),
                Map.of("bootstrap.servers", kafka.address()),
                topic,
                PARTITIONS,
                Map.of(),
                rewriting,
                source,
                target,
                DELAY,
                speed,
                CATCH_UP,
                ReplayBounds.DEFAULT.lookingEvery(LOOK_EVERY));
    }

    @Override
    public void close() throws IOException {
        kafka.close();
    }
}
