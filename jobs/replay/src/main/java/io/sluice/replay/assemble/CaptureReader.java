package io.sluice.replay.assemble;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads as another one does, and ends the job for good when Kafka no longer has what is to be read. */
@SuppressWarnings("try") // Flink's readers declare that closing them may throw anything
final class CaptureReader implements SourceReader<RawRecord, KafkaPartitionSplit> {

    private final SourceReader<RawRecord, KafkaPartitionSplit> reader;

    CaptureReader(SourceReader<RawRecord, KafkaPartitionSplit> reader) {
        this.reader = reader;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RawRecord> output) throws Exception {
        try {
            return reader.pollNext(output);
        } catch (RuntimeException failed) {
            throw forGood(failed);
        }
    }

    /** What the failure is to Flink: the same, unless records are gone. */
    private static RuntimeException forGood(RuntimeException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof OffsetOutOfRangeException gone) {
                Map.Entry<TopicPartition, Long> first =
                        gone.offsetOutOfRangePartitions().entrySet().iterator().next();
                return LostRecords.of(first.getKey().topic(), first.getKey().partition(), first.getValue(), "");
            }
            if (cause instanceof NoOffsetForPartitionException gone) {
                TopicPartition first = gone.partitions().iterator().next();
                return LostRecords.of(first.topic(), first.partition(), 0, "");
            }
        }
        return failed;
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpoint) {
        return reader.snapshotState(checkpoint);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return reader.isAvailable();
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
        reader.addSplits(splits);
    }

    @Override
    public void notifyNoMoreSplits() {
        reader.notifyNoMoreSplits();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        reader.handleSourceEvents(event);
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws Exception {
        reader.notifyCheckpointComplete(checkpoint);
    }

    @Override
    public void notifyCheckpointAborted(long checkpoint) throws Exception {
        reader.notifyCheckpointAborted(checkpoint);
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
        reader.pauseOrResumeSplits(pause, resume);
    }

    @Override
    public void close() throws Exception {
        reader.close();
    }
}
