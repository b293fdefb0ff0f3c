package io.sluice.capture.topic;

import io.sluice.capture.file.CaptureFileHeader;
import io.sluice.capture.file.CaptureFileRecord;
import io.sluice.capture.file.CaptureFileSums;
import io.sluice.capture.file.CaptureFileWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes what lies in a topic into a file.
 *
 * @param from records of Kafka's time from this on; null: from the beginning
 * @param to records of Kafka's time before this; null: up to the end there is when it starts
 * @param made when
 */
public record TopicExport(@Nullable Instant from, @Nullable Instant to, Instant made) {

    /**
     * Writes the file.
     *
     * @param file buffered by the caller, and closed by this
     * @throws IOException when the file cannot be written, or as a {@link TopicException}
     */
    public CaptureFileSums write(KafkaAccess access, OutputStream file, TopicProgress progress) throws IOException {
        try (TopicReading topic = TopicReading.open(access);
                CaptureFileWriter writer = new CaptureFileWriter(file, header(access, topic))) {
            List<Stretch> wanted = topic.all();
            wanted = from == null ? wanted : cut(topic, wanted, from, Stretch::from, true);
            wanted = to == null ? wanted : cut(topic, wanted, to, Stretch::to, false);
            topic.<IOException>read(wanted, progress, record -> writer.write(copy(record)));
            return writer.finish();
        }
    }

    private CaptureFileHeader header(KafkaAccess access, TopicReading topic) throws TopicException {
        Map<String, String> properties = new HashMap<>();
        properties.put("topic", access.topic());
        properties.put("made", made.toString());
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            properties.put("cluster", admin.cluster());
        }
        if (from != null) {
            properties.put("from", from.toString());
        }
        if (to != null) {
            properties.put("to", to.toString());
        }
        return new CaptureFileHeader(topic.partitions(), properties);
    }

    private interface Cut {
        Stretch at(Stretch stretch, long offset);
    }

    /** @param orAll whether a partition without a record at or after that time is cut at its end */
    private static List<Stretch> cut(TopicReading topic, List<Stretch> stretches, Instant time, Cut cut, boolean orAll)
            throws TopicException {
        Map<TopicPartition, OffsetAndTimestamp> found = topic.at(time.toEpochMilli());
        return stretches.stream()
                .map(stretch -> {
                    OffsetAndTimestamp first = found.get(stretch.partition());
                    if (first == null) {
                        return orAll ? cut.at(stretch, stretch.to()) : stretch;
                    }
                    return cut.at(stretch, first.offset());
                })
                .toList();
    }

    private static CaptureFileRecord copy(ConsumerRecord<byte[], byte[]> record) {
        return new CaptureFileRecord(
                record.partition(), record.offset(), record.timestamp(), record.key(), record.value());
    }
}
