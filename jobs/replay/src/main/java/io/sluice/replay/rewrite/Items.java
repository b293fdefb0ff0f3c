package io.sluice.replay.rewrite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what becomes of the items of an exchange. */
final class Items {

    private final List<Step> steps;
    private final List<Settled> settled;

    Items() {
        this.steps = new ArrayList<>(1);
        this.settled = new ArrayList<>(1);
    }

    void add(Step step) {
        steps.add(step);
    }

    void refused(int item, String rule) {
        settled.add(new Settled(item, Settled.Kind.REFUSED_AT_SOURCE, rule));
    }

    void inSnapshot(int item) {
        settled.add(new Settled(item, Settled.Kind.IN_SNAPSHOT, "in_snapshot"));
    }

    void skipped(int item, String rule) {
        settled.add(new Settled(item, Settled.Kind.SKIPPED, rule));
    }

    void unknown(int item, String rule) {
        settled.add(new Settled(item, Settled.Kind.UNKNOWN, rule));
    }

    boolean isEmpty() {
        return steps.isEmpty() && settled.isEmpty();
    }

    void clear() {
        steps.clear();
        settled.clear();
    }

    /** What became of an exchange of a route. */
    Rewritten of(String route, @Nullable String index, int status) {
        return new Rewritten(route, index == null ? "" : index, status, steps, settled);
    }
}
