package io.sluice.capture.topic;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where a reader must begin, so that it misses nothing that was captured from a time on. */
public final class TopicStart {

    /**
     * How much earlier reading begins than it must by Kafka's times. Those are of another clock than the stamps of the capture: the
     * broker's, or the proxy's after it was set.
     */
    static final Duration MARGIN = Duration.ofMinutes(5);

    private TopicStart() {}

    /**
     * The offset of each partition. A record is sent to Kafka after it is stamped, so what is stamped from that time on lies
     * at or behind the first record that Kafka took since then. A partition that took none since then is read from its beginning: where
     * proxies record there are heartbeats, so either nobody did, or the clocks are further apart than is allowed for.
     *
     * @throws TopicException also when retention has deleted records that are needed
     */
    public static Map<Integer, Long> since(KafkaAccess access, Instant from) throws TopicException {
        try (TopicReading topic = TopicReading.open(access)) {
            List<Stretch> all = topic.all(); // first: what comes meanwhile lies behind these ends
            Map<Integer, Long> offsets = new HashMap<>();
            Map<TopicPartition, OffsetAndTimestamp> found =
                    topic.at(from.minus(MARGIN).toEpochMilli());
            for (Stretch stretch : all) {
                OffsetAndTimestamp first = found.get(stretch.partition());
                if (first != null) {
                    refuseGone(access, stretch, first, from);
                } else if (stretch.from() > 0 && stretch.from() == stretch.to()) {
                    throw new TopicException(
                            "Partition %d of topic %s is empty, but had records: Kafka may have deleted some that came after %s, from when on the capture is needed. Take a new snapshot, and raise capture.retention before."
                                    .formatted(stretch.partition().partition(), access.topic(), from));
                }
                offsets.put(stretch.partition().partition(), first == null ? stretch.from() : first.offset());
            }
            return offsets;
        }
    }

    /** Where each partition begins: the offset of its oldest record, or of the next where there is none. */
    public static Map<Integer, Long> beginnings(KafkaAccess access) throws TopicException {
        try (TopicReading topic = TopicReading.open(access)) {
            return topic.all().stream()
                    .collect(Collectors.toMap(stretch -> stretch.partition().partition(), Stretch::from));
        }
    }

    /**
     * Refuses to go on where records are gone that were not read.
     *
     * @param offsets by partition, the first that was not read
     * @throws TopicException when Kafka has deleted it, or never had it, as the topic was made anew
     */
    public static void refuseGone(KafkaAccess access, Map<Integer, Long> offsets) throws TopicException {
        try (TopicReading topic = TopicReading.open(access)) {
            for (Stretch stretch : topic.all()) {
                Long wanted = offsets.get(stretch.partition().partition());
                if (wanted != null && (wanted < stretch.from() || wanted > stretch.to())) {
                    OffsetAndTimestamp oldest = topic.at(0).get(stretch.partition());
                    throw new TopicException(gone(access, stretch, wanted, oldest));
                }
            }
        }
    }

    private static String gone(KafkaAccess access, Stretch stretch, long wanted, @Nullable OffsetAndTimestamp oldest) {
        String since = oldest == null
                ? "there are none since"
                : "the oldest that there is is of " + Instant.ofEpochMilli(oldest.timestamp());
        return "Partition %d of topic %s is to be read from offset %d on, but has offsets %d to %d (%s): %s. What was captured there cannot be replayed any more. Raise capture.retention, then sluice snapshot create, sluice backfill start, and sluice replay start --fresh."
                .formatted(
                        stretch.partition().partition(),
                        access.topic(),
                        wanted,
                        stretch.from(),
                        stretch.to(),
                        since,
                        wanted < stretch.from()
                                ? "Kafka has deleted %d records that were not read".formatted(stretch.from() - wanted)
                                : "the topic was made anew");
    }

    /** Kafka's time of the oldest record that there is; empty when there is none. */
    public static Optional<Instant> oldest(KafkaAccess access) throws TopicException {
        try (TopicReading topic = TopicReading.open(access)) {
            return topic.at(0).values().stream()
                    .map(first -> Instant.ofEpochMilli(first.timestamp()))
                    .min(Instant::compareTo);
        }
    }

    private static void refuseGone(KafkaAccess access, Stretch stretch, OffsetAndTimestamp first, Instant from)
            throws TopicException {
        boolean isOldest = first.offset() <= stretch.from();
        // Where nothing was deleted it is the first word of a proxy, by another clock; unless the topic was made anew.
        Instant allowed = stretch.from() > 0 ? from : from.plus(MARGIN);
        if (isOldest && first.timestamp() > allowed.toEpochMilli()) {
            throw new TopicException(
                    "Partition %d of topic %s begins at %s, but the capture is needed from %s on: Kafka has deleted what lies between, or the topic was made anew. Take a new snapshot, and raise capture.retention before."
                            .formatted(
                                    stretch.partition().partition(),
                                    access.topic(),
                                    Instant.ofEpochMilli(first.timestamp()),
                                    from));
        }
    }
}
