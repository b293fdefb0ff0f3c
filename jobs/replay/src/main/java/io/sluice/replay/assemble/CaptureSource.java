package io.sluice.replay.assemble;

import io.sluice.replay.ReplaySpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The capture as a source. */
public final class CaptureSource {

    /** All sources of the job: none runs ahead of the slowest by more than what may be read ahead. */
    public static final String ALIGNED = "replay";

    /** How often sources are told how far they may go. */
    public static final Duration ALIGN_EVERY = Duration.ofMillis(50);

    private CaptureSource() {}

    /** All partitions from where the specification says. Fetches are small, as Flink holds several of them. */
    public static KafkaSource<RawRecord> of(ReplaySpec spec) {
        KafkaSourceBuilder<RawRecord> builder = KafkaSource.<RawRecord>builder()
                .setPartitions(new HashSet<>(spec.topicPartitions()))
                .setGroupId("sluice-replay-" + spec.migration())
                .setStartingOffsets(offsets(spec))
                .setDeserializer(new AsTheyAre());
        spec.kafka().forEach(builder::setProperty);
        return builder.setBootstrapServers(spec.kafka().getOrDefault("bootstrap.servers", ""))
                .setProperty("partition.discovery.interval.ms", "-1")
                .setProperty("commit.offsets.on.checkpoint", "false")
                .setProperty("fetch.max.bytes", String.valueOf(8 << 20))
                .setProperty("max.partition.fetch.bytes", String.valueOf(512 << 10))
                .setProperty("fetch.max.wait.ms", "20")
                .build();
    }

    private static OffsetsInitializer offsets(ReplaySpec spec) {
        if (spec.startOffsets().isEmpty()) {
            return OffsetsInitializer.earliest();
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        spec.startOffsets().forEach((partition, offset) -> offsets.put(spec.topicPartition(partition), offset));
        return OffsetsInitializer.offsets(offsets);
    }

    /** Time is what proxies promise; records do not move it, and a quiet partition holds it. */
    public static WatermarkStrategy<RawRecord> time(ReplaySpec spec) {
        return WatermarkStrategy.<RawRecord>forGenerator(context -> new CaptureTime())
                .withTimestampAssigner((record, kafkaTime) -> kafkaTime)
                .withWatermarkAlignment(ALIGNED, spec.bounds().readAhead(), ALIGN_EVERY);
    }

    /** Takes nothing apart: that is done where it runs in parallel. */
    private static final class AsTheyAre implements KafkaRecordDeserializationSchema<RawRecord> {

        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawRecord> out) {
            out.collect(new RawRecord(record.partition(), record.offset(), record.key(), record.value()));
        }

        @Override
        public TypeInformation<RawRecord> getProducedType() {
            return RawRecordSerializer.TYPE;
        }
    }
}
