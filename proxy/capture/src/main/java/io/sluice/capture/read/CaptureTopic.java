package io.sluice.capture.read;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** All partitions of a topic, from their beginnings on. Used by one thread. */
public final class CaptureTopic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Takes what lies in the topic; records of one partition come in their order. */
    public interface Sink {
        /** Takes one Kafka record. */
        void record(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value);
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    /**
     * @param kafka properties of Kafka's clients: {@code bootstrap.servers}, security
     */
    public CaptureTopic(Map<String, String> kafka, String topic) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("fetch.max.bytes", 8 << 20);
        properties.put("max.partition.fetch.bytes", 2 << 20);
        properties.putAll(kafka);
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("allow.auto.create.topics", false);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** How many partitions there are. */
    public int partitions() {
        return partitions.size();
    }

    /** Hands on everything from where the last call stopped to the ends of now. Fails with what Kafka's client throws. */
    public void readToEnd(Sink sink) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                sink.record(record.partition(), record.offset(), record.key(), record.value());
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
