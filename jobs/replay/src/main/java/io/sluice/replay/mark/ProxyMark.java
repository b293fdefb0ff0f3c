package io.sluice.replay.mark;

import io.sluice.capture.read.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mark of one run of one proxy, which Kafka has in every partition.
 *
 * @param partitions by number, from 0, without gaps
 */
public record ProxyMark(Run run, List<InPartition> partitions) {

    /** Checks the partitions, and copies them. */
    public ProxyMark {
        partitions = List.copyOf(partitions);
        for (int i = 0; i < partitions.size(); i++) {
            if (partitions.get(i).partition() != i) {
                throw new IllegalArgumentException("expected the mark of partition %d in place %d, found that of %d"
                        .formatted(i, i, partitions.get(i).partition()));
            }
        }
    }

    /**
     * The mark in one partition.
     *
     * @param stamp the mark's own, capture time in nanoseconds
     * @param oldestOpen when the oldest exchange began that was open there; null: none was
     */
    public record InPartition(
            int partition, long stamp, @Nullable Long oldestOpen) {

        /** The first stamp that may belong to something that the snapshot lacks. */
        long needed() {
            return oldestOpen == null ? stamp : Math.min(oldestOpen, stamp);
        }
    }

    /** Whether a record of this run lies in front of the mark. */
    boolean isBefore(int partition, long stamp) {
        return partition < partitions.size()
                && stamp < partitions.get(partition).stamp();
    }
}
