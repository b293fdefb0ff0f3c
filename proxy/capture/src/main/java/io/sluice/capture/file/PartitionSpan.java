package io.sluice.capture.file;

/**
 * What a capture file holds of one partition.
 *
 * @param records how many; when there are none, everything else is 0
 * @param firstOffset of the first record
 * @param lastOffset of the last record
 * @param firstTimestamp the lowest, in milliseconds since 1970
 * @param lastTimestamp the highest
 */
public record PartitionSpan(long records, long firstOffset, long lastOffset, long firstTimestamp, long lastTimestamp) {

    static final PartitionSpan NOTHING = new PartitionSpan(0, 0, 0, 0, 0);

    PartitionSpan with(CaptureFileRecord record) {
        return records == 0
                ? new PartitionSpan(1, record.offset(), record.offset(), record.timestamp(), record.timestamp())
                : new PartitionSpan(
                        records + 1,
                        firstOffset,
                        record.offset(),
                        Math.min(firstTimestamp, record.timestamp()),
                        Math.max(lastTimestamp, record.timestamp()));
    }

    boolean mayFollow(long offset) {
        return offset >= 0 && (records == 0 || offset > lastOffset);
    }
}
