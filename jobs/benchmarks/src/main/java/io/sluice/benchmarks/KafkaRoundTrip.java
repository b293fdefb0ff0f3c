package io.sluice.benchmarks;

import io.sluice.testkit.KafkaProcess;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What a Kafka takes to acknowledge one record, when nothing else is under way. */
final class KafkaRoundTrip {

    private static final int RECORD_BYTES = 1_400;
    private static final int WARM_UP = 2_000;
    private static final int MEASURED = 3_000;
    private static final String TOPIC = "round-trip";

    private KafkaRoundTrip() {}

    /** The median in milliseconds, of records as large as a captured write of 1 KB, acknowledged by all. */
    static double medianMillis(KafkaProcess kafka) throws IOException {
        ProxyRig.createTopic(kafka, TOPIC);
        String brokers = kafka.address();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", brokers, "acks", "all", "linger.ms", 0, "client.id", "round-trip");
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            long[] nanos = new long[WARM_UP + MEASURED];
            for (int i = 0; i < nanos.length; i++) {
                long began = System.nanoTime();
                producer.send(new ProducerRecord<>(TOPIC, new byte[RECORD_BYTES]))
                        .get();
                nanos[i] = System.nanoTime() - began;
            }
            long[] measured = Arrays.copyOfRange(nanos, WARM_UP, nanos.length);
            Arrays.sort(measured);
            return measured[MEASURED / 2] / 1e6;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Kafka's round trip was measured", interrupted);
        } catch (ExecutionException refused) {
            throw new IOException("Kafka at " + brokers + " does not take a record", refused.getCause());
        }
    }
}
