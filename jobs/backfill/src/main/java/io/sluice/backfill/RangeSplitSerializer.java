package io.sluice.backfill;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.RangeChecksum;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Once a version is released, its reader stays here and its bytes stay frozen in the test. */
final class RangeSplitSerializer implements SimpleVersionedSerializer<RangeSplit> {

    static final int VERSION = 2;

    /** The count of rebuilt documents travels beside those of the rules, where no rule has this name, and only when there are any. */
    private static final String REBUILT = "rebuilt";

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(RangeSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(128);
        write(split, out);
        return out.getCopyOfBuffer();
    }

    @Override
    public RangeSplit deserialize(int version, byte[] bytes) throws IOException {
        return switch (version) {
            case 1 -> readV1(new DataInputDeserializer(bytes));
            case 2 -> read(new DataInputDeserializer(bytes));
            default ->
                throw new IOException("Cannot restore a document range of version " + version
                        + ": this build reads versions 1 to " + VERSION + ". Restore with the build that wrote it.");
        };
    }

    static void write(RangeSplit split, DataOutputView out) throws IOException {
        out.writeUTF(split.index());
        out.writeInt(split.shard());
        out.writeUTF(split.segment());
        out.writeInt(split.from());
        out.writeInt(split.to());
        out.writeInt(split.next());
        write(split.account(), out);
        write(split.checksum(), out);
    }

    static RangeSplit read(DataInputView in) throws IOException {
        RangeSplit split = readV1(in);
        RangeChecksum checksum = readChecksum(in);
        return checksum == null ? split : split.read(checksum);
    }

    /** A range of a build that kept no checksums: its bytes are read again for them. */
    static RangeSplit readV1(DataInputView in) throws IOException {
        return new RangeSplit(
                in.readUTF(),
                in.readInt(),
                in.readUTF(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                readAccount(in),
                null);
    }

    private static void write(@Nullable RangeChecksum checksum, DataOutputView out) throws IOException {
        out.writeBoolean(checksum != null);
        if (checksum != null) {
            out.writeLong(checksum.bytes().crc());
            out.writeLong(checksum.bytes().length());
            FileChecksum file = checksum.file();
            out.writeBoolean(file != null);
            if (file != null) {
                out.writeUTF(file.file());
                out.writeLong(file.at());
                out.writeLong(file.crc());
            }
        }
    }

    private static @Nullable RangeChecksum readChecksum(DataInputView in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        ByteChecksum bytes = new ByteChecksum(in.readLong(), in.readLong());
        FileChecksum file = in.readBoolean() ? new FileChecksum(in.readUTF(), in.readLong(), in.readLong()) : null;
        return new RangeChecksum(bytes, file);
    }

    static void write(Account account, DataOutputView out) throws IOException {
        out.writeLong(account.carried());
        out.writeLong(account.superseded());
        out.writeLong(account.failed());
        out.writeLong(account.sourceBytes());
        Map<String, Long> leftOut = new TreeMap<>(account.leftOut());
        if (account.rebuilt() > 0) {
            leftOut.put(REBUILT, account.rebuilt());
        }
        out.writeInt(leftOut.size());
        for (Map.Entry<String, Long> rule : leftOut.entrySet()) {
            out.writeUTF(rule.getKey());
            out.writeLong(rule.getValue());
        }
    }

    static Account readAccount(DataInputView in) throws IOException {
        long carried = in.readLong();
        long superseded = in.readLong();
        long failed = in.readLong();
        long sourceBytes = in.readLong();
        int rules = in.readInt();
        Map<String, Long> leftOut = new TreeMap<>();
        for (int i = 0; i < rules; i++) {
            leftOut.put(in.readUTF(), in.readLong());
        }
        Long rebuilt = leftOut.remove(REBUILT);
        return new Account(carried, superseded, failed, leftOut, sourceBytes, rebuilt == null ? 0 : rebuilt);
    }
}
