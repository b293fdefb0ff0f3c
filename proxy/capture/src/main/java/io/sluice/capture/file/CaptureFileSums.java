package io.sluice.capture.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a capture file holds in all; it stands at its end, so that a file that was cut shows.
 *
 * @param bytes of all keys and values
 * @param largest the most bytes that key and value of one record have together
 * @param spans one for each partition
 */
public record CaptureFileSums(long records, long bytes, int largest, List<PartitionSpan> spans) {

    /** Copies the list. */
    public CaptureFileSums {
        spans = List.copyOf(spans);
    }

    /** Adds up records, one by one. */
    static final class Counter {
        private final PartitionSpan[] spans;
        private long records;
        private long bytes;
        private int largest;

        Counter(int partitions) {
            spans = new PartitionSpan[partitions];
            Arrays.fill(spans, PartitionSpan.NOTHING);
        }

        /** Why a record cannot come next; empty when it can. */
        String refusal(int partition, long offset) {
            if (partition < 0 || partition >= spans.length) {
                return "partition " + Integer.toUnsignedString(partition) + " of " + spans.length;
            }
            return spans[partition].mayFollow(offset)
                    ? ""
                    : "offset " + offset + " of partition " + partition + " after offset "
                            + spans[partition].lastOffset();
        }

        void add(CaptureFileRecord record) {
            spans[record.partition()] = spans[record.partition()].with(record);
            records++;
            bytes += record.size();
            largest = Math.max(largest, record.size());
        }

        CaptureFileSums sums() {
            return new CaptureFileSums(records, bytes, largest, new ArrayList<>(Arrays.asList(spans)));
        }
    }
}
