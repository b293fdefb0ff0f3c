package io.sluice.replay.assemble;

import io.sluice.replay.wire.Text;
import io.sluice.replay.wire.WireSerializer;
import io.sluice.replay.wire.WireType;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link RawRecord}s on the wire. */
public final class RawRecordSerializer extends WireSerializer<RawRecord> {

    private static final long serialVersionUID = 1L;

    private static final RawRecordSerializer INSTANCE = new RawRecordSerializer();

    static final WireType<RawRecord> TYPE = new WireType<>(RawRecord.class, INSTANCE);

    @Override
    public void serialize(RawRecord record, DataOutputView out) throws IOException {
        out.writeInt(record.partition());
        out.writeLong(record.offset());
        Text.writeBytes(record.key(), out);
        Text.writeBytes(record.value(), out);
    }

    @Override
    public RawRecord deserialize(DataInputView in) throws IOException {
        return new RawRecord(in.readInt(), in.readLong(), Text.readBytes(in), Text.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<RawRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serializer in a checkpoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<RawRecord> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
