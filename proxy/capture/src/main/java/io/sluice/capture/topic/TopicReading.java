package io.sluice.capture.topic;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Finds out where the partitions of a topic begin and end, and reads stretches of them. */
final class TopicReading implements AutoCloseable {

    /** Takes what lies there; fails with its own failure. */
    interface Sink<E extends Exception> {
        void take(ConsumerRecord<byte[], byte[]> record) throws E;
    }

    private interface Question<T> {
        T ask();
    }

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaAccess access;
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    private TopicReading(KafkaAccess access, Consumer<byte[], byte[]> consumer) throws TopicException {
        this.access = access;
        this.consumer = consumer;
        this.partitions = find();
    }

    /** @throws TopicException when there is no such topic, or Kafka does not answer */
    static TopicReading open(KafkaAccess access) throws TopicException {
        Consumer<byte[], byte[]> consumer = access.consumer();
        try {
            return new TopicReading(access, consumer);
        } catch (TopicException failed) {
            consumer.close();
            throw failed;
        }
    }

    private List<TopicPartition> find() throws TopicException {
        List<PartitionInfo> found = ask("find topic " + access.topic(), () -> consumer.partitionsFor(access.topic()));
        if (found == null || found.isEmpty()) {
            throw new TopicException(access.missing());
        }
        return found.stream()
                .map(one -> new TopicPartition(one.topic(), one.partition()))
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .toList();
    }

    private <T> T ask(String doing, Question<T> question) throws TopicException {
        try {
            return question.ask();
        } catch (KafkaException failed) {
            throw access.failed(doing, failed);
        }
    }

    int partitions() {
        return partitions.size();
    }

    /** Everything there is now, one stretch for each partition. */
    List<Stretch> all() throws TopicException {
        Map<TopicPartition, Long> begins =
                ask("find the beginnings of the partitions", () -> consumer.beginningOffsets(partitions));
        Map<TopicPartition, Long> ends = ask("find the ends of the partitions", () -> consumer.endOffsets(partitions));
        return partitions.stream()
                .map(one -> new Stretch(one, begins.getOrDefault(one, 0L), ends.getOrDefault(one, 0L)))
                .toList();
    }

    /**
     * The first record of each partition at or after a time.
     *
     * @param times in milliseconds since 1970
     * @return no entry for a partition where there is none
     */
    Map<TopicPartition, OffsetAndTimestamp> at(Map<TopicPartition, Long> times) throws TopicException {
        Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
        ask("find records by their time", () -> consumer.offsetsForTimes(times)).forEach((partition, offset) -> {
            if (offset != null) {
                found.put(partition, offset);
            }
        });
        return found;
    }

    /** The same time for all partitions. */
    Map<TopicPartition, OffsetAndTimestamp> at(long time) throws TopicException {
        return at(partitions.stream().collect(Collectors.toMap(Function.identity(), one -> time)));
    }

    /**
     * Hands on every record of some stretches.
     *
     * @throws TopicException when records of them are gone, or Kafka gives none for longer than it is allowed to
     */
    <E extends Exception> void read(Collection<Stretch> stretches, TopicProgress progress, Sink<E> sink)
            throws E, TopicException {
        Map<TopicPartition, Stretch> left = stretches.stream()
                .filter(stretch -> !stretch.isEmpty())
                .collect(Collectors.toMap(Stretch::partition, Function.identity()));
        long total = left.values().stream().mapToLong(Stretch::records).sum();
        consumer.assign(left.keySet());
        consumer.resume(
                left.keySet()); // what an earlier call has read to its end is paused, and stays so while it is assigned
        left.values().forEach(stretch -> consumer.seek(stretch.partition(), stretch.from()));
        long done = 0;
        long heard = System.nanoTime();
        while (!left.isEmpty()) {
            ConsumerRecords<byte[], byte[]> records = poll();
            for (TopicPartition partition : records.partitions()) {
                Stretch stretch = left.get(partition);
                for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                    if (stretch != null && record.offset() < stretch.to()) {
                        sink.take(record);
                        done++;
                    }
                }
            }
            boolean ended = dropEnded(left);
            heard = records.isEmpty() && !ended ? heard : System.nanoTime();
            if (System.nanoTime() - heard > access.patience().toNanos()) {
                throw access.failed(
                        "read topic " + access.topic(),
                        new org.apache.kafka.common.errors.TimeoutException("nothing came of " + left.keySet()));
            }
            progress.at(done, total);
        }
    }

    private ConsumerRecords<byte[], byte[]> poll() throws TopicException {
        try {
            return consumer.poll(POLL);
        } catch (OffsetOutOfRangeException gone) {
            throw new TopicException(
                    "Records of topic %s were deleted while they were read (%s): retention is too short for it. Start again, or raise retention.ms first."
                            .formatted(access.topic(), gone.offsetOutOfRangePartitions()),
                    gone);
        } catch (KafkaException failed) {
            throw access.failed("read topic " + access.topic(), failed);
        }
    }

    /** By position, not by the last record: what is no record, such as a mark of Kafka's own, may stand at the end. */
    private boolean dropEnded(Map<TopicPartition, Stretch> left) throws TopicException {
        Set<TopicPartition> ended = ask(
                "read topic " + access.topic(),
                () -> left.values().stream()
                        .filter(stretch -> consumer.position(stretch.partition()) >= stretch.to())
                        .map(Stretch::partition)
                        .collect(Collectors.toSet()));
        left.keySet().removeAll(ended);
        consumer.pause(ended);
        return !ended.isEmpty();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
