package io.sluice.replay.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/** What settled exchanges ended with, all of them, by route and by index. */
public final class Breakdown implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Tally all = new Tally();
    private final Tallies routes = new Tallies();
    private final Tallies indices = new Tallies();

    void count(About about, Result result, long targetMicros) {
        count(all, about, result, targetMicros);
        if (!about.route().isEmpty()) {
            count(routes.of(about.route()), about, result, targetMicros);
        }
        if (!about.index().isEmpty()) {
            count(indices.of(about.index()), about, result, targetMicros);
        }
    }

    private static void count(Tally tally, About about, Result result, long targetMicros) {
        tally.count(result);
        if (result.isComparison() && targetMicros >= 0) {
            tally.took(about.micros(), targetMicros);
        }
    }

    /** Adds another to this. */
    public void add(Breakdown other) {
        all.add(other.all);
        routes.add(other.routes);
        indices.add(other.indices);
    }

    Breakdown copy() {
        Breakdown copy = new Breakdown();
        copy.add(this);
        return copy;
    }

    /** Of all exchanges. */
    public Tally all() {
        return all;
    }

    /** By route. */
    public Tallies routes() {
        return routes;
    }

    /** By index, as requests name it. */
    public Tallies indices() {
        return indices;
    }

    void writeTo(DataOutput out) throws IOException {
        all.writeTo(out);
        routes.writeTo(out);
        indices.writeTo(out);
    }

    void readFrom(DataInput in) throws IOException {
        all.add(Tally.readFrom(in));
        routes.readFrom(in);
        indices.readFrom(in);
    }
}
