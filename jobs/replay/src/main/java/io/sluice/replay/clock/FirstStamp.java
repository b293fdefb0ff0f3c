package io.sluice.replay.clock;

import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.replay.ReplaySpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a capture begins in time. */
final class FirstStamp {

    private static final Logger LOG = LoggerFactory.getLogger(FirstStamp.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private FirstStamp() {}

    /**
     * The lowest time of the first readable records of all partitions, in milliseconds since 1970; now, if there is no record.
     * Fails with what Kafka's client throws.
     */
    static long millis(ReplaySpec spec) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(spec)) {
            List<TopicPartition> partitions = spec.topicPartitions();
            consumer.assign(partitions);
            partitions.forEach(one -> consumer.seek(one, spec.startOffset(one.partition())));
            return lowest(consumer, partitions);
        }
    }

    /** One that reads from the beginning, and is nowhere written down. */
    static KafkaConsumer<byte[], byte[]> consumer(ReplaySpec spec) {
        Map<String, Object> properties = new HashMap<>(spec.kafka());
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("max.poll.records", 10);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static long lowest(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Set<TopicPartition> seen = new HashSet<>();
        long lowest = System.currentTimeMillis();
        while (partitions.stream()
                .anyMatch(partition ->
                        !seen.contains(partition) && consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                try {
                    long stamp =
                            RecordDecoder.decode(record.key(), record.value()).getStamp();
                    lowest = Math.min(lowest, Math.floorDiv(stamp, NANOS_PER_MILLI));
                    seen.add(new TopicPartition(record.topic(), record.partition()));
                } catch (UnreadableRecordException e) {
                    LOG.debug("not the beginning: offset {} of partition {}", record.offset(), record.partition(), e);
                }
            }
        }
        return lowest;
    }
}
