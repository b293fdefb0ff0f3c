package io.sluice.capture;

import io.sluice.capture.read.Run;
import java.util.List;

/**
 * A mark that lies in every partition.
 *
 * @param name what it was called
 * @param run who wrote it
 * @param partitions where it lies, by partition
 */
public record MarkReceipt(String name, Run run, List<InPartition> partitions) {

    public MarkReceipt {
        partitions = List.copyOf(partitions);
    }

    /**
     * The mark of one partition.
     *
     * @param stamp the mark's own
     * @param open the exchanges that had begun and not ended there
     */
    public record InPartition(int partition, long stamp, List<Open> open) {

        public InPartition {
            open = List.copyOf(open);
        }
    }

    /**
     * An exchange that had begun and not ended.
     *
     * @param began the stamp of its first fragment
     */
    public record Open(long connection, long exchange, long began) {}
}
