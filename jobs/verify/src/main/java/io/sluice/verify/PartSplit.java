package io.sluice.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A part of the plan on its way to a reader: by its number, as all know the plan. It has no position; see {@link PartReading}. */
record PartSplit(int number) implements SourceSplit {

    private static final int VERSION = 1;

    @Override
    public String splitId() {
        return String.valueOf(number);
    }

    /** Writes one. */
    static final class Serializer implements SimpleVersionedSerializer<PartSplit> {
        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(PartSplit split) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(split.number()).array();
        }

        @Override
        public PartSplit deserialize(int version, byte[] bytes) throws IOException {
            refuseOthers(version);
            return new PartSplit(ByteBuffer.wrap(bytes).getInt());
        }
    }

    /** Writes those that nobody has yet. */
    static final class ListSerializer implements SimpleVersionedSerializer<List<PartSplit>> {
        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(List<PartSplit> splits) {
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * splits.size());
            splits.forEach(split -> bytes.putInt(split.number()));
            return bytes.array();
        }

        @Override
        public List<PartSplit> deserialize(int version, byte[] bytes) throws IOException {
            refuseOthers(version);
            ByteBuffer in = ByteBuffer.wrap(bytes);
            List<PartSplit> splits = new ArrayList<>();
            while (in.hasRemaining()) {
                splits.add(new PartSplit(in.getInt()));
            }
            return splits;
        }
    }

    private static void refuseOthers(int version) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "parts of version %d, and this build knows %d; verify with --fresh".formatted(version, VERSION));
        }
    }
}
