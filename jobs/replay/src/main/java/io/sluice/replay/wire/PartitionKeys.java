package io.sluice.replay.wire;

import java.io.Serializable;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Keys for numbers from 0 on that lie evenly over all subtasks, at any parallelism. Flink spreads keys by their hash, and a few
 * dozens of them fall where they will: four partitions on four subtasks would leave one or two idle.
 */
public final class PartitionKeys implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int[] keys;

    /**
     * @param count how many keys
     * @param maxParallelism of the job
     */
    public PartitionKeys(int count, int maxParallelism) {
        keys = new int[count];
        int candidate = 0;
        for (int i = 0; i < count; i++) {
            int group = (int) ((long) i * maxParallelism / count);
            while (KeyGroupRangeAssignment.assignToKeyGroup(candidate, maxParallelism) != group) {
                candidate++;
            }
            keys[i] = candidate++;
        }
    }

    /** The key of a number. */
    public int of(int number) {
        return keys[number];
    }

    /** How many there are. */
    public int count() {
        return keys.length;
    }
}
