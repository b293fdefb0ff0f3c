package io.sluice.capture;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes Kafka's clients the way the contract of the capture needs them. */
final class KafkaClients {

    private static final int BATCH = 128 << 10;
    private static final int OVERHEAD = 16 << 10;

    private final RecorderSettings settings;
    private final String name;

    KafkaClients(RecorderSettings settings, String name) {
        this.settings = settings;
        this.name = name;
    }

    private Map<String, Object> common(String use) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("client.id", name + "-" + use);
        properties.put("reconnect.backoff.max.ms", 500);
        properties.put("retry.backoff.max.ms", 500);
        properties.put("enable.metrics.push", false);
        properties.put("metric.reporters", "");
        properties.putAll(settings.kafka());
        return properties;
    }

    /**
     * A producer that tries each batch until it is closed, in order: only that keeps a later record from standing where an
     * earlier one is missing.
     */
    Producer<byte[], byte[]> producer() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("compression.type", "lz4");
        properties.put("batch.size", BATCH);
        properties.put("linger.ms", 0);
        properties.put("buffer.memory", 4 * Publisher.MOST_BYTES_IN_FLIGHT);
        properties.put("request.timeout.ms", 10_000);
        properties.put("max.request.size", 1 << 20);
        properties.putAll(common("producer"));
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("max.in.flight.requests.per.connection", 5);
        properties.put("retries", Integer.MAX_VALUE);
        properties.put("delivery.timeout.ms", Integer.MAX_VALUE);
        properties.put("max.block.ms", 1_000);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A consumer without a group. */
    Consumer<byte[], byte[]> consumer(String use) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("fetch.max.bytes", 4 << 20);
        properties.put("max.partition.fetch.bytes", 1 << 20);
        properties.put("default.api.timeout.ms", 10_000);
        properties.put("request.timeout.ms", 10_000);
        properties.putAll(common(use));
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("allow.auto.create.topics", false);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    Admin admin() {
        Map<String, Object> properties = common("admin");
        properties.putIfAbsent("default.api.timeout.ms", 10_000);
        properties.putIfAbsent("request.timeout.ms", 10_000);
        return Admin.create(properties);
    }

    /** The largest batch that a topic must take. */
    int largestMessage() {
        return Math.max(BATCH, settings.recordBytes()) + OVERHEAD;
    }
}
