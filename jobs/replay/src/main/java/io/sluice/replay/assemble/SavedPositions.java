package io.sluice.replay.assemble;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle.StateMetaInfo;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/** Where in the capture a job goes on that starts from a checkpoint or savepoint. */
public final class SavedPositions {

    /** As Flink calls what a source's reader keeps. */
    private static final String SPLITS = "SourceReaderState";

    private SavedPositions() {}

    /**
     * The first offset of each partition that was not read. No entry for a partition that nobody had begun to read.
     *
     * @param restorePoint the folder of a complete checkpoint or savepoint
     * @throws IOException when it is none of a replay, or cannot be read
     */
    public static Map<Integer, Long> of(Path restorePoint) throws IOException {
        String pointer = restorePoint.toUri().toString();
        CompletedCheckpointStorageLocation location =
                AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(pointer);
        CheckpointMetadata metadata;
        try (DataInputStream in =
                new DataInputStream(location.getMetadataHandle().openInputStream())) {
            metadata = Checkpoints.loadCheckpointMetadata(in, SavedPositions.class.getClassLoader(), pointer);
        }
        Map<Integer, Long> positions = new HashMap<>();
        for (OperatorState operator : metadata.getOperatorStates()) {
            if (operator.getOperatorUid().filter(CaptureSource.UID::equals).isPresent()) {
                for (OperatorSubtaskState subtask : operator.getStates()) {
                    for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
                        read(handle, positions);
                    }
                }
            }
        }
        return positions;
    }

    private static void read(OperatorStateHandle handle, Map<Integer, Long> into) throws IOException {
        StateMetaInfo splits = handle.getStateNameToPartitionOffsets().get(SPLITS);
        if (splits == null) {
            return;
        }
        try (FSDataInputStream in = handle.openInputStream()) {
            for (long offset : splits.getOffsets()) {
                in.seek(offset);
                byte[] bytes = BytePrimitiveArraySerializer.INSTANCE.deserialize(new DataInputViewStreamWrapper(in));
                KafkaPartitionSplit split = SimpleVersionedSerialization.readVersionAndDeSerialize(
                        new KafkaPartitionSplitSerializer(), bytes);
                into.put(split.getPartition(), split.getStartingOffset());
            }
        }
    }
}
