package io.sluice.replay.assemble;

import java.io.IOException;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Kafka no longer has what comes next of the capture. A replay that went on would lack it and say nothing. */
final class LostRecords {

    private LostRecords() {}

    /**
     * What ends the job for good: no restart brings the records back.
     *
     * @param offset what was to be read
     * @param instead what was found there, to go on the sentence with; may be empty
     */
    static SuppressRestartsException of(String topic, int partition, long offset, String instead) {
        return new SuppressRestartsException(new IOException(message(topic, partition, offset, instead)));
    }

    private static String message(String topic, int partition, long offset, String instead) {
        return "Kafka no longer has offset %d of partition %d of topic %s, which the replay has not read%s: the records are past retention, were deleted, or the topic was made anew. What was written meanwhile cannot be replayed from here. Raise capture.retention, then sluice snapshot create, sluice backfill start, and sluice replay start --fresh"
                .formatted(offset, partition, topic, instead);
    }
}
