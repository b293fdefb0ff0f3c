package io.sluice.replay.assemble;

import io.sluice.replay.ReplaySpec;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * The capture as a source: all partitions from where the specification says. Nothing is ever left out in silence: where Kafka no longer
 * has what comes next, the job fails for good.
 */
public final class CaptureSource
        implements Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState>, ResultTypeQueryable<RawRecord> {

    private static final long serialVersionUID = 1L;

    /** By which its state is found again. */
    public static final String UID = "capture";

    /** All sources of the job: none runs ahead of the slowest by more than what may be read ahead. */
    public static final String ALIGNED = "replay";

    /** How often sources are told how far they may go. */
    public static final Duration ALIGN_EVERY = Duration.ofMillis(50);

    private final KafkaSource<RawRecord> source;

    /** Nothing is read before it runs. */
    public CaptureSource(ReplaySpec spec) {
        this.source = of(spec);
    }

    /** Fetches are small, as Flink holds several of them. */
    private static KafkaSource<RawRecord> of(ReplaySpec spec) {
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

    /** Each by its number: "the earliest" would be whatever Kafka still has, also after a restart before the first record. */
    @SuppressWarnings("deprecation") // the connector takes no other
    private static OffsetsInitializer offsets(ReplaySpec spec) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : spec.topicPartitions()) {
            offsets.put(partition, spec.startOffset(partition.partition()));
        }
        return OffsetsInitializer.offsets(offsets, OffsetResetStrategy.NONE);
    }

    @Override
    public Boundedness getBoundedness() {
        return source.getBoundedness();
    }

    @Override
    public SourceReader<RawRecord, KafkaPartitionSplit> createReader(SourceReaderContext context) throws Exception {
        return new CaptureReader(source.createReader(context));
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return source.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state) throws IOException {
        return source.restoreEnumerator(context, state);
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return source.getProducedType();
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
