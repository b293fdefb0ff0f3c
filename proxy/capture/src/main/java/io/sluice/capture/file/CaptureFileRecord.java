package io.sluice.capture.file;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One record of Kafka's, as it lay in its topic. A value; its arrays are given in and out as they are, so nobody may change them. */
public final class CaptureFileRecord {

    /** Partition, offset, timestamp and two lengths. */
    static final int FRAME = Integer.BYTES + 2 * Long.BYTES + 2 * Integer.BYTES;

    private final int partition;
    private final long offset;
    private final long timestamp;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;

    /**
     * Holds a record.
     *
     * @param offset where it lay; a topic into which it is imported gives it another one
     * @param timestamp Kafka's, in milliseconds since 1970
     */
    public CaptureFileRecord(
            int partition, long offset, long timestamp, byte @Nullable [] key, byte @Nullable [] value) {
        this.partition = partition;
        this.offset = offset;
        this.timestamp = timestamp;
        this.key = key;
        this.value = value;
    }

    public int partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    public long timestamp() {
        return timestamp;
    }

    public byte @Nullable [] key() {
        return key;
    }

    public byte @Nullable [] value() {
        return value;
    }

    /** The bytes of key and value. */
    public int size() {
        return length(key) + length(value);
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CaptureFileRecord that
                && partition == that.partition
                && offset == that.offset
                && timestamp == that.timestamp
                && Arrays.equals(key, that.key)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(partition, offset, timestamp, Arrays.hashCode(key), Arrays.hashCode(value));
    }

    /** Says where it lies and how large it is, not what is in it. */
    @Override
    public String toString() {
        return "offset %d of partition %d, %d bytes".formatted(offset, partition, size());
    }
}
