package io.sluice.replay.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/** What exchanges of one kind ended with, and how long both clusters took for reads that both answered. */
public final class Tally implements Serializable {

    private static final long serialVersionUID = 1L;

    private final EnumMap<Result, Long> counts = new EnumMap<>(Result.class);
    private final Latencies source = new Latencies();
    private final Latencies target = new Latencies();

    void count(Result result) {
        counts.merge(result, 1L, Long::sum);
    }

    void took(long sourceMicros, long targetMicros) {
        source.add(sourceMicros);
        target.add(targetMicros);
    }

    void add(Tally other) {
        other.counts.forEach((result, count) -> counts.merge(result, count, Long::sum));
        source.add(other.source);
        target.add(other.target);
    }

    /** How many ended so. */
    public long of(Result result) {
        return counts.getOrDefault(result, 0L);
    }

    /** How long the source took. */
    public Latencies source() {
        return source;
    }

    /** How long the target took. */
    public Latencies target() {
        return target;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(counts.size());
        for (Map.Entry<Result, Long> count : counts.entrySet()) {
            out.writeUTF(count.getKey().name());
            out.writeLong(count.getValue());
        }
        source.writeTo(out);
        target.writeTo(out);
    }

    static Tally readFrom(DataInput in) throws IOException {
        Tally tally = new Tally();
        for (int results = in.readInt(); results > 0; results--) {
            tally.counts.put(Result.valueOf(in.readUTF()), in.readLong());
        }
        tally.source.readFrom(in);
        tally.target.readFrom(in);
        return tally;
    }
}
