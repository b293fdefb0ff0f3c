package io.sluice.replay.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** How long answers took, in steps of about √2: what it says is right to a quarter. */
public final class Latencies implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Two for each power of two, up to 2³¹ µs. */
    private static final int BUCKETS = 64;

    private static final double MICROS_PER_MILLI = 1_000;

    /** Null until there is something to count: most names have no reads. */
    private long @Nullable [] counts;

    private long total;

    void add(long micros) {
        if (micros >= 0) {
            counts()[bucket(micros)]++;
            total++;
        }
    }

    private long[] counts() {
        if (counts == null) {
            counts = new long[BUCKETS];
        }
        return counts;
    }

    /** Whose lower bound is 1 or 1.5 times a power of two. */
    private static int bucket(long micros) {
        long least = Math.max(2, micros);
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(least);
        int half = (int) (least >>> (power - 1)) & 1;
        return Math.min(BUCKETS - 1, 2 * power + half);
    }

    void add(Latencies other) {
        if (other.counts != null) {
            long[] sum = counts();
            for (int i = 0; i < BUCKETS; i++) {
                sum[i] += other.counts[i];
            }
            total += other.total;
        }
    }

    /** How many there are. */
    public long total() {
        return total;
    }

    /**
     * What a part of them stays below.
     *
     * @param part 0 to 1
     * @return in milliseconds; 0 if there are none
     */
    public double millis(double part) {
        if (counts == null) {
            return 0;
        }
        long rank = Math.max(1, (long) Math.ceil(part * total));
        long below = 0;
        for (int i = 0; i < BUCKETS; i++) {
            below += counts[i];
            if (below >= rank) {
                double lower = (1L << (i / 2)) * (i % 2 == 0 ? 1 : 1.5);
                double upper = (1L << (i / 2)) * (i % 2 == 0 ? 1.5 : 2);
                return Math.sqrt(lower * upper) / MICROS_PER_MILLI;
            }
        }
        return 0;
    }

    void writeTo(DataOutput out) throws IOException {
        for (int i = 0; counts != null && i < BUCKETS; i++) {
            if (counts[i] > 0) {
                out.writeByte(i);
                out.writeLong(counts[i]);
            }
        }
        out.writeByte(-1);
    }

    void readFrom(DataInput in) throws IOException {
        for (int i = in.readByte(); i >= 0; i = in.readByte()) {
            long count = in.readLong();
            counts()[i] = count;
            total += count;
        }
    }
}
