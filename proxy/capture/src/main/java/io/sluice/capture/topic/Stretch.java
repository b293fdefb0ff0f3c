package io.sluice.capture.topic;

import org.apache.kafka.common.TopicPartition;

/**
 * Part of a partition.
 *
 * @param from the offset of its first record
 * @param to the offset behind its last
 */
record Stretch(TopicPartition partition, long from, long to) {

    boolean isEmpty() {
        return from >= to;
    }

    /** How many offsets it has; that many records, but for marks of Kafka's own. */
    long records() {
        return Math.max(0, to - from);
    }

    Stretch from(long offset) {
        return new Stretch(partition, Math.max(from, offset), to);
    }

    Stretch to(long offset) {
        return new Stretch(partition, from, Math.min(to, offset));
    }
}
