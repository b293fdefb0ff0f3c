package io.sluice.capture;

import io.sluice.capture.wire.Record;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The ends of all partitions, as a proxy reads them before it takes clients: which heartbeats are there, who is on the
 * roster, and later whether its own hello is above all of them.
 *
 * <p>Read back until there is a heartbeat, and two seconds of the topic's own time: every live proxy beats ten times a
 * second. Used by one thread.
 */
final class Tails implements AutoCloseable {

    private static final int FIRST_WINDOW = 500;
    private static final int WIDER = 8;
    private static final long WINDOW_MILLIS = 2_000;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Roster roster;
    private final FleetClock clock;
    private final long[] heartbeats;
    private final long[] firstTime;
    private final long[] lastTime;
    /** By how much our clock is ahead of the brokers', by the hello that says least; null where they do not tell. */
    private @Nullable Duration ahead;

    Tails(Consumer<byte[], byte[]> consumer, String topic, int partitions, Roster roster, FleetClock clock) {
        this.consumer = consumer;
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        this.roster = roster;
        this.clock = clock;
        this.heartbeats = new long[partitions];
        this.firstTime = new long[partitions];
        this.lastTime = new long[partitions];
    }

    /** Reads until the ends of now. Fails with what Kafka's client throws. */
    void read(long deadlineNanos) throws CaptureException {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Set<Integer> left = all();
        for (long window = FIRST_WINDOW; !left.isEmpty(); window *= WIDER) {
            consumer.assign(left.stream().map(partitions::get).toList());
            for (int partition : left) {
                TopicPartition at = partitions.get(partition);
                consumer.seek(at, Math.max(offset(begins, at), offset(ends, at) - window));
                firstTime[partition] = 0;
            }
            readTo(left, ends, deadlineNanos);
            long width = window;
            left.removeIf(partition -> {
                TopicPartition at = partitions.get(partition);
                return offset(ends, at) - width <= offset(begins, at)
                        || (heartbeats[partition] != 0 && lastTime[partition] - firstTime[partition] >= WINDOW_MILLIS);
            });
        }
        consumer.assign(partitions);
        ends.forEach(consumer::seek);
    }

    private void readTo(Set<Integer> wanted, Map<TopicPartition, Long> ends, long deadlineNanos)
            throws CaptureException {
        while (wanted.stream()
                .anyMatch(partition ->
                        consumer.position(partitions.get(partition)) < offset(ends, partitions.get(partition)))) {
            requireTime(deadlineNanos, "reading the ends of the partitions");
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (firstTime[record.partition()] == 0) {
                    firstTime[record.partition()] = record.timestamp();
                }
                lastTime[record.partition()] = record.timestamp();
                if (isControl(record)) {
                    heard(record.partition(), decode(record));
                }
            }
        }
    }

    private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition));
    }

    private void heard(int partition, Record record) {
        roster.heard(record, System.nanoTime());
        if (record.getKindCase() == Record.KindCase.HEARTBEAT) {
            heartbeats[partition] = Math.max(heartbeats[partition], record.getStamp());
            clock.heard(Envelope.uuid(record.getProxy()), record.getStamp());
        }
    }

    /** Up to where a partition was read. */
    long position(TopicPartition partition) {
        return consumer.position(partition);
    }

    /** The highest heartbeat of any partition so far. */
    long highest() {
        return Arrays.stream(heartbeats).max().orElse(0);
    }

    /**
     * Goes on until a hello was seen in each of some partitions.
     *
     * @param stamps the hellos' stamps by partition; 0 where there is none to wait for
     * @return the partitions where a heartbeat in front of the hello is not below it
     */
    Set<Integer> verify(long[] stamps, Envelope envelope, long deadlineNanos) throws CaptureException {
        Set<Integer> overtaken = new TreeSet<>();
        Set<Integer> left = all();
        left.removeIf(partition -> stamps[partition] == 0);
        while (!left.isEmpty()) {
            requireTime(deadlineNanos, "reading back its own hello");
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (!isControl(record)) {
                    continue;
                }
                Record control = decode(record);
                boolean ours = control.getKindCase() == Record.KindCase.HELLO
                        && control.getIncarnation() == envelope.incarnation()
                        && control.getStamp() == stamps[record.partition()];
                if (ours && left.remove(record.partition()) && heartbeats[record.partition()] >= control.getStamp()) {
                    overtaken.add(record.partition());
                }
                if (ours && record.timestampType() == TimestampType.LOG_APPEND_TIME) {
                    appended(Instant.ofEpochMilli(record.timestamp()));
                }
                heard(record.partition(), control);
            }
        }
        return overtaken;
    }

    /** Reading it back took some time, by which we seem to be ahead. */
    private void appended(Instant there) {
        Duration seems = clock.aheadOf(there);
        ahead = ahead == null || seems.abs().compareTo(ahead.abs()) < 0 ? seems : ahead;
    }

    /** By how much our clock is ahead of the brokers', as far as hellos that were {@linkplain #verify read back} tell. */
    Duration ahead() {
        return ahead == null ? Duration.ZERO : ahead;
    }

    private Set<Integer> all() {
        return new TreeSet<>(IntStream.range(0, partitions.size()).boxed().toList());
    }

    private static void requireTime(long deadlineNanos, String what) throws CaptureException {
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new CaptureException(
                    "The capture did not begin in time: Kafka did not answer while %s.".formatted(what));
        }
    }

    private static boolean isControl(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null || record.key().length == 0;
    }

    /** A record that is none of ours counts as one that says nothing. */
    private static Record decode(ConsumerRecord<byte[], byte[]> record) {
        return RosterTail.decode(record);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
