package io.sluice.replay;

import io.sluice.capture.KafkaRecorder;
import io.sluice.capture.Recorder;
import io.sluice.capture.RecorderSettings;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.testkit.KafkaProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A topic with a recorder, between clients of a source and a replay. */
final class CaptureBed {

    private static final int PARTITIONS = 4;

    private final Path folder;
    private final KafkaProcess kafka;
    private final String topic;
    private final Recorder recorder;

    private CaptureBed(Path folder, KafkaProcess kafka, String topic, Recorder recorder) {
        this.folder = folder;
        this.kafka = kafka;
        this.topic = topic;
        this.recorder = recorder;
    }

    /** Makes a topic of its own. */
    static CaptureBed on(KafkaProcess kafka, Path folder) throws Exception {
        String topic = "capture-" + UUID.randomUUID();
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 1))))
                    .all()
                    .get();
        }
        Recorder recorder = KafkaRecorder.open(RecorderSettings.of(
                        topic, PARTITIONS, Map.of("bootstrap.servers", kafka.address()), folder.resolve("journal"))
                .journalBytes(64 << 20)
                .build());
        return new CaptureBed(folder, kafka, topic, recorder);
    }

    /** The folder of the replay's state. */
    Path state() {
        return folder.resolve("state");
    }

    CapturedClient client(URI source, int number) {
        return new CapturedClient(recorder, source, number);
    }

    /** A replay of what was recorded. */
    RunningReplay replay(Rewriting.Maker rewriting, URI source, URI target) throws Exception {
        ReplaySpec spec = new ReplaySpec(
                "test",
                UUID.randomUUID().toString(),
                state().toUri().toString(),
                Map.of("bootstrap.servers", kafka.address()),
                topic,
                PARTITIONS,
                Map.of(),
                rewriting,
                address(source),
                address(target),
                Duration.ofMillis(500),
                1,
                4,
                ReplayBounds.DEFAULT);
        return RunningReplay.start(spec, state(), 2);
    }

    private static ClusterAddress address(URI endpoint) {
        return new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT);
    }

    void end() throws Exception {
        recorder.close();
    }
}
