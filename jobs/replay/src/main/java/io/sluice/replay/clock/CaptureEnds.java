package io.sluice.replay.clock;

import io.sluice.replay.ReplaySpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Where a capture ends now. */
final class CaptureEnds {

    private CaptureEnds() {}

    /** Behind the last record of each partition that has any to be read. Fails with what Kafka's client throws. */
    static Map<Integer, Long> of(ReplaySpec spec) {
        try (KafkaConsumer<byte[], byte[]> consumer = FirstStamp.consumer(spec)) {
            return of(spec, consumer);
        }
    }

    /** The same by a consumer that is there. */
    static Map<Integer, Long> of(ReplaySpec spec, KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = spec.topicPartitions();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<Integer, Long> ends = new TreeMap<>();
        consumer.endOffsets(partitions).forEach((partition, end) -> {
            long begin = Math.max(begins.getOrDefault(partition, 0L), spec.startOffset(partition.partition()));
            if (end > begin) {
                ends.put(partition.partition(), end);
            }
        });
        return ends;
    }

    /** Behind the last record that each partition has or had. Fails when Kafka does not answer in time. */
    static Map<Integer, Long> now(ReplaySpec spec, KafkaConsumer<byte[], byte[]> consumer, Duration patience) {
        Map<Integer, Long> ends = new TreeMap<>();
        consumer.endOffsets(spec.topicPartitions(), patience)
                .forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }
}
