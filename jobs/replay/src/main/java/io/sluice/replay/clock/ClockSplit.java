package io.sluice.replay.clock;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The clock's place.
 *
 * @param position capture time that went out, in microseconds since 1970
 * @param schedule where it should be, in the same unit
 * @param wall when that was, in milliseconds since 1970
 */
record ClockSplit(long position, long schedule, long wall) implements SourceSplit {

    private static final long MICROS = 1_000;

    /** A clock that begins at a moment of the capture. */
    static ClockSplit at(long captureMillis, long wallMillis) {
        return new ClockSplit(captureMillis * MICROS, captureMillis * MICROS, wallMillis);
    }

    @Override
    public String splitId() {
        return "clock";
    }

    /** Writes and reads it. */
    static final class Serializer implements SimpleVersionedSerializer<ClockSplit> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(ClockSplit split) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeLong(split.position);
            out.writeLong(split.schedule);
            out.writeLong(split.wall);
            return bytes.toByteArray();
        }

        @Override
        public ClockSplit deserialize(int version, byte[] serialized) throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
            return new ClockSplit(in.readLong(), in.readLong(), in.readLong());
        }
    }
}
