package io.sluice.replay.rewrite;

import io.sluice.capture.read.Run;
import java.io.Serializable;
import java.util.Map;

/**
 * The moment before the snapshot that the backfill carries: what the source answered before it is in the snapshot.
 *
 * @param stamps of each run of a proxy the stamp of its mark, in nanoseconds since 1970
 * @param indices the indices of which the snapshot has every shard, each with its creation date in milliseconds since 1970, or 0 if
 *     that is not known
 */
public record SnapshotMark(Map<Run, Long> stamps, Map<String, Long> indices) implements Serializable {

    private static final long NANOS_PER_MILLI = 1_000_000;

    public SnapshotMark {
        stamps = Map.copyOf(stamps);
        indices = Map.copyOf(indices);
    }

    /** Whether an answer came before the mark. False of a run that wrote none. */
    boolean isBefore(Run run, long answered) {
        Long stamp = stamps.get(run);
        return stamp != null && answered != 0 && answered < stamp;
    }

    /** Whether an answer came before the index was made that is in the snapshot: it told of one of the same name before. */
    boolean isOfOlderIndex(String index, long answered) {
        Long created = indices.get(index);
        return created != null && answered != 0 && answered < created * NANOS_PER_MILLI;
    }
}
