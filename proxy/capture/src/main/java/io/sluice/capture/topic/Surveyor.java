package io.sluice.capture.topic;

import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.capture.wire.Record;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Surveys a topic without reading all of it. Who writes, what is marked and what is compromised stands in every partition, so
 * the one with the fewest records is read, as far back as is allowed; of all others only the ends, where the promises stand.
 */
public final class Surveyor {

    /** Proxies beat ten times a second; Kafka or a collector may hold one up for a moment. */
    private static final Duration SILENT = Duration.ofSeconds(5);

    private static final long TAIL_MILLIS = 1_000;
    private static final int WIDER = 8;
    private static final long WIDEST_MILLIS = 512 * TAIL_MILLIS;

    private final KafkaAccess access;
    private final Instant now;

    /** @param now compared with Kafka's times */
    public Surveyor(KafkaAccess access, Instant now) {
        this.access = access;
        this.now = now;
    }

    /**
     * Reads.
     *
     * @param most how many records of the partition are read, from its end back
     */
    public TopicSurvey survey(long most, TopicProgress progress) throws TopicException {
        try (TopicReading topic = TopicReading.open(access)) {
            List<Stretch> all = topic.all();
            Fleet fleet = new Fleet();
            Map<TopicPartition, Long> lasts = lastTimes(topic, all);
            Instant readFrom = readOne(topic, smallest(all), most, fleet, progress);
            readTails(topic, all, lasts, fleet);
            return new TopicSurvey(
                    all.stream().mapToLong(Stretch::records).sum(),
                    firstTime(topic),
                    lasts.values().stream()
                            .max(Comparator.naturalOrder())
                            .map(Instant::ofEpochMilli)
                            .orElse(null),
                    fleet.capturedUntil(topic.partitions()),
                    fleet.proxies(now, SILENT),
                    fleet.marks(),
                    fleet.compromised(),
                    readFrom);
        }
    }

    private static @Nullable Instant firstTime(TopicReading topic) throws TopicException {
        return topic.at(0).values().stream()
                .map(first -> Instant.ofEpochMilli(first.timestamp()))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static Map<TopicPartition, Long> lastTimes(TopicReading topic, List<Stretch> all) throws TopicException {
        Map<TopicPartition, Long> lasts = new HashMap<>();
        List<Stretch> last =
                all.stream().map(stretch -> stretch.from(stretch.to() - 1)).toList();
        topic.<TopicException>read(
                last,
                (done, total) -> {},
                record -> lasts.put(new TopicPartition(record.topic(), record.partition()), record.timestamp()));
        return lasts;
    }

    private static Stretch smallest(List<Stretch> all) {
        return all.stream().min(Comparator.comparingLong(Stretch::records)).orElseThrow();
    }

    /** Returns from when on it was read; null: from its beginning. */
    private static @Nullable Instant readOne(
            TopicReading topic, Stretch whole, long most, Fleet fleet, TopicProgress progress) throws TopicException {
        Stretch read = whole.from(whole.to() - most);
        AtomicLong first = new AtomicLong(-1);
        topic.<TopicException>read(List.of(read), progress, record -> {
            first.compareAndSet(-1, record.timestamp());
            hear(record, fleet::heard);
        });
        return read.equals(whole) || first.get() < 0 ? null : Instant.ofEpochMilli(first.get());
    }

    /** Goes back from the end of each partition until there is a heartbeat. */
    private static void readTails(TopicReading topic, List<Stretch> all, Map<TopicPartition, Long> lasts, Fleet fleet)
            throws TopicException {
        Map<TopicPartition, Long> left = new HashMap<>(lasts);
        for (long window = TAIL_MILLIS; !left.isEmpty() && window <= WIDEST_MILLIS; window *= WIDER) {
            long back = window;
            Map<TopicPartition, Long> times = new HashMap<>(left);
            times.replaceAll((partition, last) -> Math.max(0, last - back));
            Map<TopicPartition, OffsetAndTimestamp> starts = topic.at(times);
            List<Stretch> tails = new ArrayList<>();
            for (Stretch stretch : all) {
                OffsetAndTimestamp start = starts.get(stretch.partition());
                if (start != null) {
                    tails.add(stretch.from(start.offset()));
                }
            }
            topic.<TopicException>read(tails, (done, total) -> {}, record -> hear(record, fleet::promised));
            left.keySet().removeIf(partition -> fleet.hasPromise(partition.partition()));
        }
    }

    private interface Hearing {
        void heard(int partition, long time, Record record);
    }

    /** Fragments have keys, all else has none; what is no record of a capture says nothing. */
    private static void hear(ConsumerRecord<byte[], byte[]> record, Hearing hearing) {
        if (record.key() != null && record.key().length > 0) {
            return;
        }
        try {
            hearing.heard(record.partition(), record.timestamp(), RecordDecoder.decode(record.key(), record.value()));
        } catch (UnreadableRecordException unknown) {
            // sluice capture does not judge records; whoever replays them does, and names them
        }
    }
}
