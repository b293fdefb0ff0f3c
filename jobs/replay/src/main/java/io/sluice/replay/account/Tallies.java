package io.sluice.replay.account;

import io.sluice.replay.wire.Text;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** A {@link Tally} for each of a bounded number of names, and one for all others together. */
public final class Tallies implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What comes first has a tally of its own. */
    static final int MOST_NAMES = 50;

    /** How those are called together that have none. */
    public static final String OTHER = "other";

    private final TreeMap<String, Tally> byName = new TreeMap<>();

    Tally of(String name) {
        Tally known = byName.get(name);
        if (known != null) {
            return known;
        }
        return byName.computeIfAbsent(byName.size() < MOST_NAMES ? name : OTHER, fresh -> new Tally());
    }

    /** Adds other ones to these, under the names that they have there. */
    public void add(Tallies other) {
        other.byName.forEach((name, tally) ->
                byName.computeIfAbsent(name, fresh -> new Tally()).add(tally));
    }

    /** By name. */
    public Map<String, Tally> byName() {
        return Collections.unmodifiableMap(byName);
    }

    Tallies copy() {
        Tallies copy = new Tallies();
        copy.add(this);
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(byName.size());
        for (Map.Entry<String, Tally> tally : byName.entrySet()) {
            Text.write(tally.getKey(), out);
            tally.getValue().writeTo(out);
        }
    }

    void readFrom(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            byName.put(Text.read(in), Tally.readFrom(in));
        }
    }
}
