package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Record;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replay of a real Kafka says of itself when its capture stands. */
class StandingIT {

    private static final UUID PROXY = UUID.randomUUID();

    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @Test
    void saysWhichProxyIsSilentAndThatKafkaDoesNotAnswer() throws Exception {
        try (CaptureKafka capture = CaptureKafka.start(folder)) {
            ReplaySpec spec = capture.spec(new SingleDocuments(), target, 1);
            oneWord(capture, spec.partitions());
            try (RunningReplay replay = RunningReplay.start(spec, capture.state(), 2)) {
                String silent = replay.await(
                                status -> says(status.path("waiting_for").asText(), "is silent"))
                        .path("waiting_for")
                        .asText();
                assertThat(silent).contains("proxy " + PROXY, "sluice capture forget " + PROXY);

                capture.kafka().kill();
                replay.await(status -> says(status.path("waiting_for").asText(), "Kafka does not answer"));
            }
        }
    }

    private static boolean says(String text, String what) {
        return text.contains(what);
    }

    /** Of a proxy that dies right afterwards. */
    private static void oneWord(CaptureKafka capture, int partitions) throws Exception {
        ByteString proxy = ByteString.copyFrom(ByteBuffer.allocate(16)
                .putLong(PROXY.getMostSignificantBits())
                .putLong(PROXY.getLeastSignificantBits())
                .flip());
        long stamp = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        Record.Builder record =
                Record.newBuilder().setVersion(1).setProxy(proxy).setIncarnation(7);
        Member member = Member.newBuilder().setProxy(proxy).setIncarnation(7).build();
        Record hello = record.setStamp(stamp)
                .setHello(Hello.newBuilder().setMember(member))
                .build();
        Record heartbeat = record.setStamp(stamp + 1)
                .setHeartbeat(Heartbeat.newBuilder().addRoster(member))
                .build();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", capture.kafka().address()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int partition = 0; partition < partitions; partition++) {
                for (Record one : new Record[] {hello, heartbeat}) {
                    producer.send(new ProducerRecord<>(capture.topic(), partition, null, one.toByteArray()))
                            .get();
                }
            }
        }
    }
}
