package io.sluice.replay.assemble;

import org.jspecify.annotations.Nullable;

/** A record of Kafka, as it lies there. */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on, never compared or changed
public record RawRecord(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {

    /** Whether it can be something else than a fragment: those have no key, and they alone move time. */
    boolean mayMoveTime() {
        return key == null || key.length == 0;
    }
}
