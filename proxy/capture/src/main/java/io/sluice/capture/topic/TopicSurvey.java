package io.sluice.capture.topic;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a topic, at one moment.
 *
 * @param records how many, those of all partitions
 * @param first Kafka's time of the oldest; null when there is none
 * @param last Kafka's time of the newest; null when there is none
 * @param capturedUntil capture time before which everything is there, for all proxies on the roster; null when it cannot be
 *     told from what was read, or when there is no proxy
 * @param proxies those on the roster, and those that were seen to end
 * @param marks in the order of their time
 * @param compromised in the order of their time
 * @param readFrom Kafka's time from which on marks, compromised times and ends of proxies were looked for; null: from the
 *     beginning
 */
public record TopicSurvey(
        long records,
        @Nullable Instant first,
        @Nullable Instant last,
        @Nullable Instant capturedUntil,
        List<ProxySight> proxies,
        List<MarkSight> marks,
        List<CompromisedSight> compromised,
        @Nullable Instant readFrom) {

    /** Copies the lists. */
    public TopicSurvey {
        proxies = List.copyOf(proxies);
        marks = List.copyOf(marks);
        compromised = List.copyOf(compromised);
    }
}
