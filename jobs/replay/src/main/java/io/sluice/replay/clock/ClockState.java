package io.sluice.replay.clock;

import java.nio.ByteBuffer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * What the coordinator of the clock keeps.
 *
 * @param started whether the clock was given its beginning
 * @param number of the last order that was followed
 * @param paused what it said
 * @param speed what it said
 */
record ClockState(boolean started, long number, boolean paused, double speed) {

    /** Writes and reads it. */
    static final class Serializer implements SimpleVersionedSerializer<ClockState> {

        private static final int BYTES = 2 + Long.BYTES + Double.BYTES;

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(ClockState state) {
            return ByteBuffer.allocate(BYTES)
                    .put((byte) (state.started ? 1 : 0))
                    .putLong(state.number)
                    .put((byte) (state.paused ? 1 : 0))
                    .putDouble(state.speed)
                    .array();
        }

        @Override
        public ClockState deserialize(int version, byte[] serialized) {
            ByteBuffer in = ByteBuffer.wrap(serialized);
            return new ClockState(in.get() == 1, in.getLong(), in.get() == 1, in.getDouble());
        }
    }
}
