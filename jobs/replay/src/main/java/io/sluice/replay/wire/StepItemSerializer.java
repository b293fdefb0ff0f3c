package io.sluice.replay.wire;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** {@link StepItem}s, on the wire and in state. */
public final class StepItemSerializer extends WireSerializer<StepItem> {

    private static final long serialVersionUID = 1L;

    private static final StepItemSerializer INSTANCE = new StepItemSerializer();

    public static final WireType<StepItem> TYPE = new WireType<>(StepItem.class, INSTANCE);

    private static final int WRITE = 1;
    private static final int ASK = 2;
    private static final int CALL = 3;
    private static final int READ = 4;
    private static final int SWEEP = 5;
    private static final int BARRIER = 6;
    private static final int WHOLE = 7;
    private static final int NAMES = 8;

    @Override
    public void serialize(StepItem item, DataOutputView out) throws IOException {
        item.exchange().writeTo(out);
        Step step = item.step();
        if (step instanceof Step.Write write) {
            out.writeByte(WRITE);
            write(write, out);
        } else if (step instanceof Step.Ask ask) {
            out.writeByte(ASK);
            ask(ask, out);
        } else if (step instanceof Step.Sweep sweep) {
            out.writeByte(SWEEP);
            sweep(sweep, out);
        } else if (step instanceof Step.Call call) {
            out.writeByte(CALL);
            call(call, out);
        } else if (step instanceof Step.Barrier barrier) {
            out.writeByte(BARRIER);
            barrier(barrier, out);
        } else if (step instanceof Step.Whole whole) {
            out.writeByte(WHOLE);
            whole(whole, out);
        } else if (step instanceof Step.Names names) {
            out.writeByte(NAMES);
            out.writeInt(names.item());
            out.writeInt(names.domain());
            names.effects().writeTo(out);
        } else if (step instanceof Step.Read read) {
            out.writeByte(READ);
            out.writeInt(read.item());
            request(read.method(), read.target(), out);
            Text.write(read.contentType(), out);
            Text.write(read.body(), out);
            out.writeInt(read.answer().status());
            Text.write(read.answer().body(), out);
            out.writeLong(read.micros());
            CursorForm.write(read.cursor(), out);
        }
    }

    private static void write(Step.Write write, DataOutput out) throws IOException {
        out.writeInt(write.item());
        Text.write(write.index(), out);
        Text.write(write.sourceIndex(), out);
        document(write.type(), write.id(), write.routing(), out);
        out.writeLong(write.fence());
        Text.write(write.source(), out);
        Text.write(write.via(), out);
        out.writeLong(write.answered());
    }

    private static void ask(Step.Ask ask, DataOutput out) throws IOException {
        out.writeInt(ask.item());
        Text.write(ask.index(), out);
        Text.write(ask.sourceIndex(), out);
        out.writeBoolean(ask.concrete());
        document(ask.type(), ask.id(), ask.routing(), out);
        Text.write(ask.reason().name(), out);
        Text.write(ask.via(), out);
        out.writeLong(ask.answered());
        out.writeLong(ask.number());
    }

    private static void sweep(Step.Sweep sweep, DataOutput out) throws IOException {
        out.writeInt(sweep.item());
        Text.write(sweep.index(), out);
        Text.write(sweep.sourceIndex(), out);
        Text.write(sweep.reason().name(), out);
        out.writeBoolean(sweep.writes());
        out.writeBoolean(sweep.deletes());
        out.writeLong(sweep.ended());
        Text.write(sweep.task(), out);
    }

    private static void call(Step.Call call, DataOutput out) throws IOException {
        out.writeInt(call.item());
        scope(call.scope(), out);
        request(call.method(), call.target(), out);
        Text.write(call.contentType(), out);
        Text.write(call.body(), out);
    }

    private static void barrier(Step.Barrier barrier, DataOutput out) throws IOException {
        out.writeInt(barrier.item());
        out.writeInt(barrier.domain());
        scope(barrier.scope(), out);
        out.writeBoolean(barrier.waitsForBackfill());
        deletion(barrier.deletion(), out);
        out.writeBoolean(barrier.makesIndex());
        out.writeLong(barrier.answered());
        out.writeBoolean(barrier.called());
    }

    private static void deletion(Deletion deletion, DataOutput out) throws IOException {
        out.writeInt(deletion.parts().size());
        for (String part : deletion.parts()) {
            Text.write(part, out);
        }
    }

    private static Deletion deletion(DataInput in) throws IOException {
        List<String> parts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            parts.add(Text.read(in));
        }
        return new Deletion(parts);
    }

    private static void whole(Step.Whole whole, DataOutput out) throws IOException {
        out.writeInt(whole.item());
        request(whole.method(), whole.target(), out);
        out.writeInt(whole.headers().size());
        for (Map.Entry<String, String> header : whole.headers().entrySet()) {
            Text.write(header.getKey(), out);
            Text.write(header.getValue(), out);
        }
        Text.write(whole.body(), out);
        out.writeInt(whole.status());
    }

    private static Map<String, String> headers(DataInput in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            headers.put(Text.read(in), Text.read(in));
        }
        return headers;
    }

    private static void scope(Scope scope, DataOutput out) throws IOException {
        out.writeBoolean(scope.everything());
        out.writeInt(scope.indices().size());
        for (String index : scope.indices()) {
            Text.write(index, out);
        }
    }

    private static void document(@Nullable String type, String id, @Nullable String routing, DataOutput out)
            throws IOException {
        Text.write(type, out);
        Text.write(id, out);
        Text.write(routing, out);
    }

    private static void request(String method, String target, DataOutput out) throws IOException {
        Text.write(method, out);
        Text.write(target, out);
    }

    @Override
    public StepItem deserialize(DataInputView in) throws IOException {
        ExchangeRef exchange = ExchangeRef.readFrom(in);
        int kind = in.readByte();
        int item = in.readInt();
        return new StepItem(
                exchange,
                switch (kind) {
                    case WRITE ->
                        new Step.Write(
                                item,
                                Text.read(in),
                                Text.read(in),
                                Text.readNullable(in),
                                Text.read(in),
                                Text.readNullable(in),
                                in.readLong(),
                                Text.readByteString(in),
                                Text.readNullable(in),
                                in.readLong());
                    case ASK ->
                        new Step.Ask(
                                item,
                                Text.read(in),
                                Text.read(in),
                                in.readBoolean(),
                                Text.readNullable(in),
                                Text.read(in),
                                Text.readNullable(in),
                                AskReason.valueOf(Text.read(in)),
                                Text.readNullable(in),
                                in.readLong(),
                                in.readLong());
                    case SWEEP -> sweep(item, in);
                    case CALL ->
                        new Step.Call(item, scope(in), Text.read(in), Text.read(in), Text.readNullable(in), body(in));
                    case BARRIER ->
                        new Step.Barrier(
                                item,
                                in.readInt(),
                                scope(in),
                                in.readBoolean(),
                                deletion(in),
                                in.readBoolean(),
                                in.readLong(),
                                in.readBoolean());
                    case WHOLE ->
                        new Step.Whole(item, Text.read(in), Text.read(in), headers(in), body(in), in.readInt());
                    case NAMES -> new Step.Names(item, in.readInt(), NameEffects.readFrom(in));
                    case READ ->
                        new Step.Read(
                                item,
                                Text.read(in),
                                Text.read(in),
                                Text.readNullable(in),
                                body(in),
                                new ReadAnswer(in.readInt(), body(in)),
                                in.readLong(),
                                CursorForm.read(in));
                    default -> throw new IOException("a step of kind " + kind);
                });
    }

    private static Step.Sweep sweep(int item, DataInput in) throws IOException {
        return new Step.Sweep(
                item,
                Text.read(in),
                Text.read(in),
                AskReason.valueOf(Text.read(in)),
                in.readBoolean(),
                in.readBoolean(),
                in.readLong(),
                Text.readNullable(in));
    }

    private static Scope scope(DataInput in) throws IOException {
        boolean everything = in.readBoolean();
        Set<String> indices = new HashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            indices.add(Text.read(in));
        }
        return new Scope(everything, indices);
    }

    private static ByteString body(DataInput in) throws IOException {
        ByteString body = Text.readByteString(in);
        return body == null ? ByteString.EMPTY : body;
    }

    @Override
    public TypeSerializerSnapshot<StepItem> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serializer, and the form of what it writes, in a checkpoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<StepItem> {
        public Snapshot() {
            super(() -> INSTANCE);
        }

        @Override
        public int getCurrentVersion() {
            return StateForm.NUMBER;
        }

        @Override
        public void readSnapshot(int version, DataInputView in, ClassLoader loader) throws IOException {
            StateForm.expect(version);
        }
    }
}
