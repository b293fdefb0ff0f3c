package io.sluice.benchmarks;

import io.sluice.testkit.KafkaProcess;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a Kafka takes to acknowledge one record, when nothing else is under way. At a rate with pauses it takes longer than one
 * record after the other: every thread on the way has gone to sleep meanwhile.
 */
final class KafkaRoundTrip {

    private static final int RECORD_BYTES = 1_400;
    private static final int WARM_UP = 2_000;
    private static final int MEASURED = 2_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String TOPIC = "round-trip";

    private KafkaRoundTrip() {}

    /** The medians in milliseconds, of records as large as a captured write of 1 KB, acknowledged by all. */
    record Medians(double oneAfterTheOther, double atTheRate) {}

    /** Measures in a topic of its own. */
    static Medians measure(KafkaProcess kafka, double perSecond) throws IOException {
        ProxyRig.createTopic(kafka, TOPIC);
        String brokers = kafka.address();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", brokers, "acks", "all", "linger.ms", 0, "client.id", "round-trip");
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            median(producer, WARM_UP, 0);
            return new Medians(
                    median(producer, MEASURED, 0), median(producer, MEASURED, (long) (NANOS_PER_SECOND / perSecond)));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Kafka's round trip was measured", interrupted);
        } catch (ExecutionException refused) {
            throw new IOException("Kafka at " + brokers + " does not take a record", refused.getCause());
        }
    }

    private static double median(Producer<byte[], byte[]> producer, int records, long everyNanos)
            throws InterruptedException, ExecutionException {
        long[] nanos = new long[records];
        long due = System.nanoTime();
        for (int i = 0; i < records; i++) {
            for (long left = due - System.nanoTime(); everyNanos > 0 && left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            due += everyNanos;
            long began = System.nanoTime();
            producer.send(new ProducerRecord<>(TOPIC, new byte[RECORD_BYTES])).get();
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return nanos[records / 2] / 1e6;
    }
}
