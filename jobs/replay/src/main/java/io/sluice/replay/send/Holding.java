package io.sluice.replay.send;

import io.sluice.replay.conduct.Amount;
import io.sluice.replay.conduct.HeldBarriers.Held;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a sender knows of barriers: what waits behind them, and whether all before them is settled. Belongs to the task's thread.
 *
 * <p>A definition, of a template, a pipeline or a script, concerns indices to come alone. It takes its turn among calls, but passes
 * those that wait for a backfill; and no write waits for it, as indices are made by the source's word.
 *
 * <p>While there is no barrier, a step costs no more than a count by its index.
 */
final class Holding {

    /** More are not reported at a time; those behind them wait for them. */
    private static final int MOST_REPORTED = 200;

    /** Names a barrier, in the order of time. */
    private record Place(ExchangeRef exchange, int item) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int order = exchange.compareTo(other.exchange);
            return order != 0 ? order : Integer.compare(item, other.item);
        }
    }

    private static final class Barrier {
        final Place place;
        final Scope scope;
        final boolean waitsForBackfill;
        final boolean deletesIndices;
        /** Whether it only says how indices to come are to be. */
        final boolean isDefinition;

        final List<Integer> keys = new ArrayList<>();
        boolean owned;
        boolean called;
        boolean draining;
        long afterMillis;

        Barrier(Place place, Step.Barrier step) {
            this.place = place;
            this.scope = step.scope();
            this.waitsForBackfill = step.waitsForBackfill();
            this.deletesIndices = step.deletesIndices();
            this.isDefinition = !step.waitsForBackfill();
        }

        /** Whether it need not wait for one before it. */
        boolean mayPass(Barrier earlier) {
            return !scope.overlaps(earlier.scope) || (isDefinition && earlier.waitsForBackfill && !earlier.draining);
        }

        String id() {
            return idOf(place.exchange(), place.item());
        }
    }

    private final TreeMap<Place, Barrier> barriers = new TreeMap<>();
    private final Map<String, Barrier> byId = new HashMap<>();
    /** Those of operations that delete indices. */
    private final Set<Barrier> deleting = new HashSet<>();

    private final TreeSet<Pending> held = new TreeSet<>();
    private final Pile heldPile = new Pile();
    /** Steps under way: due, not held, not settled. */
    private final Map<String, int[]> underWay = new HashMap<>();

    private int underWayAnywhere;
    private int heldAnywhere;

    /** How a call is called, and its barrier: as {@link Pending#name} has it. */
    static String idOf(ExchangeRef exchange, int item) {
        return exchange.stamp() + "/" + exchange.proxy() + "/" + item;
    }

    /** One more domain knows of a barrier. */
    void announced(StepItem item, int key) {
        Step.Barrier step = (Step.Barrier) item.step();
        Place place = new Place(item.exchange(), step.item());
        Barrier barrier = barriers.computeIfAbsent(place, fresh -> new Barrier(fresh, step));
        byId.put(barrier.id(), barrier);
        if (barrier.deletesIndices) {
            deleting.add(barrier);
        }
        barrier.keys.add(key);
        barrier.owned |= step.domain() == Domains.OF_CALLS;
        barrier.called |= step.called();
    }

    /** The index that a step changes; null when it may be any. */
    static @Nullable String indexOf(Step step) {
        if (step instanceof Step.Write write) {
            return write.index();
        }
        return step instanceof Step.Ask ask && ask.concrete() ? ask.index() : null;
    }

    /** Whether a step whose time has come has to wait for a barrier. If so it is kept until {@link #released} returns it. */
    boolean holds(Pending pending) {
        if (!isBehind(pending)) {
            return false;
        }
        if (held.add(pending)) {
            heldPile.add(pending);
            heldAnywhere += pending.touches() == null ? 1 : 0;
        }
        return true;
    }

    private boolean isBehind(Pending pending) {
        String index = pending.touches();
        for (Barrier barrier : barriers.values()) {
            if (barrier.place.exchange().compareTo(pending.exchange()) >= 0) {
                return false;
            }
            if (!barrier.isDefinition && (index == null || barrier.scope.touches(index))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a later barrier is there of a call that deletes the index of a step. */
    boolean isInVain(Pending pending) {
        String index = pending.touches();
        return index != null
                && deleting.stream()
                        .anyMatch(barrier -> barrier.scope.touches(index)
                                && barrier.place.exchange().compareTo(pending.exchange()) > 0);
    }

    /** Whether a barrier is there of a call that deletes indices. */
    boolean hasDeletions() {
        return !deleting.isEmpty();
    }

    /** A step goes on to the target, or to the source first. */
    void began(Pending step) {
        began(step.touches());
    }

    /** Something in an index goes on, or anywhere. */
    void began(@Nullable String index) {
        if (index == null) {
            underWayAnywhere++;
        } else {
            underWay.computeIfAbsent(index, fresh -> new int[1])[0]++;
        }
    }

    /** What became of a step that {@linkplain #began(Pending) began} is known. */
    void ended(Pending step) {
        ended(step.touches());
    }

    /** What {@linkplain #began(String) began} is settled. */
    void ended(@Nullable String index) {
        if (index == null) {
            underWayAnywhere--;
            return;
        }
        int[] count = underWay.get(index);
        if (count == null) {
            throw new IllegalStateException("a step in %s ended that never began".formatted(index));
        }
        if (--count[0] == 0) {
            underWay.remove(index);
        }
    }

    /** From an event time on nothing comes any more that is before a barrier. */
    void drain(String id, long afterMillis) {
        Barrier barrier = byId.get(id);
        if (barrier != null) {
            barrier.draining = true;
            barrier.afterMillis = afterMillis;
        }
    }

    /** The call of a barrier is settled; the other senders do not know yet. */
    void called(String id) {
        Barrier barrier = byId.get(id);
        if (barrier != null) {
            barrier.called = true;
        }
    }

    /**
     * What a barrier was.
     *
     * @param deletesIndices whether nothing is left of the indices in its scope
     * @param keys under which it lies in state
     */
    record Passed(Scope scope, boolean deletesIndices, List<Integer> keys) {}

    /** Takes a barrier away; null if it is not there. {@link #released} then has what waited for it alone. */
    @Nullable
    Passed pass(String id) {
        Barrier barrier = byId.remove(id);
        if (barrier == null) {
            return null;
        }
        barriers.remove(barrier.place);
        deleting.remove(barrier);
        return new Passed(barrier.scope, barrier.deletesIndices, List.copyOf(barrier.keys));
    }

    /** Takes out what waits for no barrier any more, in the order of time. */
    List<Pending> released() {
        List<Pending> out = new ArrayList<>();
        for (Iterator<Pending> all = held.iterator(); all.hasNext(); ) {
            Pending pending = all.next();
            if (!isBehind(pending)) {
                all.remove();
                heldPile.remove(pending);
                heldAnywhere -= pending.touches() == null ? 1 : 0;
                out.add(pending);
            }
        }
        return out;
    }

    /** What the coordinator is to know, the earliest first. */
    List<Held> report(long passedMillis) {
        if (barriers.isEmpty()) {
            return List.of();
        }
        List<Held> report = new ArrayList<>();
        for (Barrier barrier : barriers.values()) {
            if (report.size() == MOST_REPORTED) {
                break;
            }
            report.add(new Held(
                    barrier.id(),
                    barrier.place.exchange().stamp(),
                    barrier.scope.everything(),
                    barrier.scope.indices(),
                    barrier.waitsForBackfill,
                    barrier.keys.size(),
                    barrier.owned,
                    isDrained(barrier, passedMillis),
                    barrier.called));
        }
        return report;
    }

    private boolean isDrained(Barrier barrier, long passedMillis) {
        if (!barrier.draining || passedMillis < barrier.afterMillis) {
            return false;
        }
        for (Barrier earlier : barriers.headMap(barrier.place).values()) {
            if (!barrier.mayPass(earlier)) {
                return false;
            }
        }
        return barrier.isDefinition
                || (underWayAnywhere == 0 && !isUnderWay(barrier.scope) && !isHeldAnywhereBefore(barrier.place));
    }

    private boolean isUnderWay(Scope scope) {
        return scope.everything()
                ? !underWay.isEmpty()
                : scope.indices().stream().anyMatch(underWay::containsKey);
    }

    /** Whether a step waits before a barrier that may touch its scope: one of any index may, and is held by another barrier. */
    private boolean isHeldAnywhereBefore(Place place) {
        if (heldAnywhere == 0) {
            return false;
        }
        for (Pending pending : held) {
            if (pending.exchange().compareTo(place.exchange()) >= 0) {
                return false;
            }
            if (pending.touches() == null) {
                return true;
            }
        }
        return false;
    }

    /** What waits for barriers. */
    Amount held() {
        return heldPile.amount();
    }

    /** What is waited for, or empty. */
    String waitingFor() {
        if (barriers.isEmpty()) {
            return "";
        }
        Barrier first = barriers.firstEntry().getValue();
        String what =
                first.scope.everything() ? "many indices" : String.join(", ", new TreeSet<>(first.scope.indices()));
        return first.draining
                ? "an operation on %s waits for what came before it".formatted(what)
                : "an operation on %s waits for answers of the source, or for the backfill".formatted(what);
    }
}
