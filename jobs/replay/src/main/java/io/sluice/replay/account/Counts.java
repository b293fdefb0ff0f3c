package io.sluice.replay.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How many, by verdict: of exchanges or of items. Adds up: what was captured is settled or held. */
public final class Counts implements Serializable {

    private static final long serialVersionUID = 1L;

    private final EnumMap<Verdict, Long> settled = new EnumMap<>(Verdict.class);
    private final TreeMap<String, Long> skipped = new TreeMap<>();
    private long captured;

    /** So many more were captured. */
    public void captured(int more) {
        captured += more;
    }

    void settled(Verdict verdict, String rule) {
        settled.merge(verdict, 1L, Long::sum);
        if (verdict == Verdict.SKIPPED) {
            skipped.merge(rule, 1L, Long::sum);
        }
    }

    /** Adds other ones to these. */
    public void add(Counts other) {
        captured += other.captured;
        other.settled.forEach((verdict, count) -> settled.merge(verdict, count, Long::sum));
        other.skipped.forEach((rule, count) -> skipped.merge(rule, count, Long::sum));
    }

    Counts copy() {
        Counts copy = new Counts();
        copy.add(this);
        return copy;
    }

    /** How many there are. */
    public long captured() {
        return captured;
    }

    /** How many are settled in this way. */
    public long settled(Verdict verdict) {
        return settled.getOrDefault(verdict, 0L);
    }

    /** How many were left out, by rule. */
    public Map<String, Long> skipped() {
        return Map.copyOf(skipped);
    }

    /** How many are not settled yet. */
    public long held() {
        long open = captured;
        for (long count : settled.values()) {
            open -= count;
        }
        return open;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(captured);
        out.writeInt(settled.size());
        for (Map.Entry<Verdict, Long> count : settled.entrySet()) {
            out.writeUTF(count.getKey().name());
            out.writeLong(count.getValue());
        }
        out.writeInt(skipped.size());
        for (Map.Entry<String, Long> rule : skipped.entrySet()) {
            out.writeUTF(rule.getKey());
            out.writeLong(rule.getValue());
        }
    }

    void readFrom(DataInput in) throws IOException {
        captured = in.readLong();
        for (int verdicts = in.readInt(); verdicts > 0; verdicts--) {
            settled.put(Verdict.valueOf(in.readUTF()), in.readLong());
        }
        for (int rules = in.readInt(); rules > 0; rules--) {
            skipped.put(in.readUTF(), in.readLong());
        }
    }
}
