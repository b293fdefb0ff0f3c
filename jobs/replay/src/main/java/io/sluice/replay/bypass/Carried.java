package io.sluice.replay.bypass;

import java.util.Map;

/**
 * What a snapshot holds, by the numbers of operations.
 *
 * @param snapshot which one; empty for none
 * @param isMarked whether it was taken between marks of the capture, so that an index that it lacks was made after them
 * @param numbers of each index of it, by UUID and shard, up to which number it holds every operation; without shards where that
 *     is not known
 */
public record Carried(String snapshot, boolean isMarked, Map<String, Map<Integer, Long>> numbers) {

    /** No snapshot. */
    public static final Carried NOTHING = new Carried("", false, Map.of());

    public Carried {
        numbers = Map.copyOf(numbers);
    }
}
