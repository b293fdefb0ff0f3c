package io.sluice.backfill;

import io.sluice.backfill.LedgerState.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Once a version is released, its reader stays here and its bytes stay frozen in the test. */
final class LedgerStateSerializer implements SimpleVersionedSerializer<LedgerState> {

    static final int VERSION = 2;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(LedgerState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(4096);
        out.writeInt(state.shards().size());
        for (LedgerState.Shard shard : state.shards()) {
            out.writeUTF(shard.index());
            out.writeInt(shard.shard());
            out.writeUTF(shard.failure());
            out.writeInt(shard.ranges().size());
            for (LedgerState.Range range : shard.ranges()) {
                RangeSplitSerializer.write(range.split(), out);
                out.writeLong(range.live());
                out.writeUTF(range.phase().name());
                out.writeUTF(range.reason());
            }
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public LedgerState deserialize(int version, byte[] bytes) throws IOException {
        return switch (version) {
            case 1 -> read(new DataInputDeserializer(bytes), RangeSplitSerializer::readV1);
            case 2 -> read(new DataInputDeserializer(bytes), RangeSplitSerializer::read);
            default ->
                throw new IOException("Cannot restore a backfill ledger of version " + version
                        + ": this build reads versions 1 to " + VERSION + ". Restore with the build that wrote it.");
        };
    }

    /** Reads one range; what is around it has never changed. */
    @FunctionalInterface
    private interface RangeReader {
        RangeSplit read(DataInputView in) throws IOException;
    }

    private static LedgerState read(DataInputDeserializer in, RangeReader range) throws IOException {
        int shards = in.readInt();
        List<LedgerState.Shard> read = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            String index = in.readUTF();
            int shard = in.readInt();
            String failure = in.readUTF();
            int count = in.readInt();
            List<LedgerState.Range> ranges = new ArrayList<>();
            for (int r = 0; r < count; r++) {
                ranges.add(new LedgerState.Range(
                        range.read(in), in.readLong(), Phase.valueOf(in.readUTF()), in.readUTF()));
            }
            read.add(new LedgerState.Shard(index, shard, failure, ranges));
        }
        return new LedgerState(read);
    }
}
