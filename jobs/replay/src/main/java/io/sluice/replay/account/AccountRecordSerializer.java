package io.sluice.replay.account;

import io.sluice.replay.account.AccountRecord.Compared;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Progress;
import io.sluice.replay.account.AccountRecord.Reached;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.account.AccountRecord.Unreadable;
import io.sluice.replay.account.AccountRecord.WaitsFor;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.Text;
import io.sluice.replay.wire.WireSerializer;
import io.sluice.replay.wire.WireType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link AccountRecord}s on the wire. */
public final class AccountRecordSerializer extends WireSerializer<AccountRecord> {

    private static final long serialVersionUID = 1L;

    private static final AccountRecordSerializer INSTANCE = new AccountRecordSerializer();

    public static final WireType<AccountRecord> TYPE = new WireType<>(AccountRecord.class, INSTANCE);

    private static final int SEEN = 1;
    private static final int OUTCOME = 2;
    private static final int PROGRESS = 3;
    private static final int NOTED = 4;
    private static final int COMPARED = 5;
    private static final int REACHED = 6;
    private static final int UNREADABLE = 7;
    private static final int WAITS_FOR = 8;

    @Override
    public void serialize(AccountRecord record, DataOutputView out) throws IOException {
        if (record instanceof Seen seen) {
            out.writeByte(SEEN);
            seen.exchange().writeTo(out);
            out.writeInt(seen.steps());
            out.writeInt(seen.settled().size());
            for (Ruled ruled : seen.settled()) {
                write(ruled, out);
            }
            seen.about().writeTo(out);
            out.writeBoolean(seen.sweeps());
        } else if (record instanceof Outcome outcome) {
            out.writeByte(OUTCOME);
            outcome.exchange().writeTo(out);
            write(outcome.ruled(), out);
            out.writeBoolean(outcome.failure() != null);
            if (outcome.failure() != null) {
                outcome.failure().writeTo(out);
            }
        } else if (record instanceof Compared compared) {
            out.writeByte(COMPARED);
            compared.exchange().writeTo(out);
            write(compared.ruled(), out);
            out.writeBoolean(compared.answered() != null);
            if (compared.answered() != null) {
                compared.answered().writeTo(out);
            }
        } else if (record instanceof Progress progress) {
            out.writeByte(PROGRESS);
            out.writeInt(progress.partition());
            out.writeLong(progress.time());
            out.writeLong(progress.floor());
        } else if (record instanceof Reached reached) {
            out.writeByte(REACHED);
            out.writeInt(reached.partition());
            out.writeLong(reached.offset());
            out.writeLong(reached.end());
        } else if (record instanceof Noted noted) {
            out.writeByte(NOTED);
            out.writeInt(noted.partition());
            Text.write(noted.what(), out);
        } else if (record instanceof Unreadable unreadable) {
            out.writeByte(UNREADABLE);
            out.writeInt(unreadable.partition());
            out.writeLong(unreadable.offset());
            Text.write(unreadable.reason(), out);
        } else if (record instanceof WaitsFor waits) {
            out.writeByte(WAITS_FOR);
            out.writeInt(waits.partition());
            out.writeInt(waits.proxies().size());
            for (UUID proxy : waits.proxies()) {
                out.writeLong(proxy.getMostSignificantBits());
                out.writeLong(proxy.getLeastSignificantBits());
            }
        }
    }

    private static void write(Ruled ruled, DataOutput out) throws IOException {
        Text.write(ruled.verdict().name(), out);
        Text.write(ruled.rule(), out);
    }

    @Override
    public AccountRecord deserialize(DataInputView in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case SEEN ->
                new Seen(
                        ExchangeRef.readFrom(in),
                        in.readInt(),
                        ruled(in, in.readInt()),
                        About.readFrom(in),
                        in.readBoolean());
            case OUTCOME ->
                new Outcome(ExchangeRef.readFrom(in), ruled(in), in.readBoolean() ? Failure.readFrom(in) : null);
            case COMPARED ->
                new Compared(ExchangeRef.readFrom(in), ruled(in), in.readBoolean() ? Answered.readFrom(in) : null);
            case PROGRESS -> new Progress(in.readInt(), in.readLong(), in.readLong());
            case REACHED -> new Reached(in.readInt(), in.readLong(), in.readLong());
            case NOTED -> new Noted(in.readInt(), Text.read(in));
            case UNREADABLE -> new Unreadable(in.readInt(), in.readLong(), Text.read(in));
            case WAITS_FOR -> new WaitsFor(in.readInt(), proxies(in, in.readInt()));
            default -> throw new IOException("an account record of kind " + kind);
        };
    }

    private static List<UUID> proxies(DataInput in, int count) throws IOException {
        List<UUID> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(new UUID(in.readLong(), in.readLong()));
        }
        return all;
    }

    private static List<Ruled> ruled(DataInput in, int count) throws IOException {
        List<Ruled> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(ruled(in));
        }
        return all;
    }

    private static Ruled ruled(DataInput in) throws IOException {
        return new Ruled(Verdict.valueOf(Text.read(in)), Text.read(in));
    }

    @Override
    public TypeSerializerSnapshot<AccountRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serializer in a checkpoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<AccountRecord> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
