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

/** A Kafka with an empty capture, and replays of it into one target, which is asked in the source's place, too. */
record CaptureKafka(KafkaProcess kafka, Path folder) implements AutoCloseable {

    static final Duration DELAY = Duration.ofMillis(500);
    static final int CATCH_UP = 4;

    private static final int PARTITIONS = 4;

    /** @param folder for the journal and the state */
    static CaptureKafka start(Path folder) throws Exception {
        KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single());
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            admin.createTopics(List.of(new NewTopic("capture", Optional.of(PARTITIONS), Optional.of((short) 1))))
                    .all()
                    .get();
        } catch (Exception failed) {
            kafka.close();
            throw failed;
        }
        return new CaptureKafka(kafka, folder);
    }

    Recorder recorder() throws Exception {
        return KafkaRecorder.open(RecorderSettings.of(
                        "capture", PARTITIONS, Map.of("bootstrap.servers", kafka.address()), folder.resolve("journal"))
                .journalBytes(64 << 20)
                .build());
    }

    Path state() {
        return folder.resolve("state");
    }

    ReplaySpec spec(Rewriting.Maker rewriting, URI target, double speed) {
        return spec(rewriting, target, new Credentials.None(), speed);
    }

    ReplaySpec spec(Rewriting.Maker rewriting, URI target, Credentials credentials, double speed) {
        ClusterAddress address = new ClusterAddress(target, credentials, TlsSettings.DEFAULT);
        return new ReplaySpec(
                "test",
                UUID.randomUUID().toString(),
                state().toUri().toString(),
                Map.of("bootstrap.servers", kafka.address()),
                "capture",
                PARTITIONS,
                Map.of(),
                rewriting,
                address,
                address,
                DELAY,
                speed,
                CATCH_UP,
                ReplayBounds.DEFAULT);
    }

    @Override
    public void close() throws IOException {
        kafka.close();
    }
}
