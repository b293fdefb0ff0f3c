package io.sluice.replay.send;

import io.sluice.replay.conduct.Amount;
import io.sluice.replay.conduct.HeldBarriers.Held;
import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a sender knows of barriers: what waits behind them, and whether all before them is settled. Belongs to the task's thread.
 *
 * <p>A definition, of a template, a pipeline or a script, concerns indices to come alone. It takes its turn among calls, but passes
 * those that wait for a backfill and make no index themselves; and no write waits for it, as indices are made by the source's word.
 *
 * <p>While there is no barrier, a step costs no more than a count by its index.
 */
final class Holding {

    /** More are not reported at a time, of those that wait for a backfill and of the others; those behind them wait for them. */
    private static final int MOST_REPORTED = 200;

    private static final long CLOCKS_APART_NANOS = TimeUnit.MILLISECONDS.toNanos(ExchangeRef.CLOCKS_APART_MILLIS);

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
        final Deletion deletion;
        final boolean makesIndex;
        /** The stamp below which a request may have been done before the call or after it, though it ended later. */
        final long done;
        /** Whether it only says how indices to come are to be. */
        final boolean isDefinition;

        final List<Integer> keys = new ArrayList<>();
        /** What waits for it; whatever else it waits for is before this one. */
        final TreeSet<Pending> held = new TreeSet<>();

        boolean owned;
        boolean called;
        boolean draining;
        long afterMillis;
        /** Whether it waits for nothing but a backfill. */
        boolean isForBackfill;

        Barrier(Place place, Step.Barrier step) {
            this.place = place;
            this.scope = step.scope();
            this.waitsForBackfill = step.waitsForBackfill();
            this.deletion = step.deletion();
            this.makesIndex = step.makesIndex();
            this.done = Math.max(place.exchange().stamp(), step.answered());
            this.isDefinition = !step.waitsForBackfill();
        }

        String id() {
            return idOf(place.exchange(), place.item());
        }

        /** Whether a step behind it may be about an index that it deleted, as the source may have done it before. */
        boolean mayBeOfAnother(Pending step) {
            boolean isOfOneClock =
                    step.exchange().proxy().equals(place.exchange().proxy());
            return step.exchange().stamp() < done + (isOfOneClock ? 0 : CLOCKS_APART_NANOS)
                    && step.touches() != null
                    && deletion.mayDelete(step.touches());
        }
    }

    private final TreeMap<Place, Barrier> barriers = new TreeMap<>();
    private final Map<String, Barrier> byId = new HashMap<>();
    /** Those of operations that delete indices. */
    private final Set<Barrier> deleting = new HashSet<>();

    /** Those that hold steps, by what they hold: all of them, those of any index, and those of each. */
    private final TreeMap<Place, Barrier> holders = new TreeMap<>();

    private final TreeMap<Place, Barrier> ofAnyIndex = new TreeMap<>();
    private final TreeMap<Place, Barrier> definitions = new TreeMap<>();
    private final Map<String, TreeMap<Place, Barrier>> ofIndex = new HashMap<>();

    private final Pile held = new Pile();
    /** Those held that may touch any index. */
    private final TreeSet<Pending> heldAnywhere = new TreeSet<>();
    /** Steps under way: due, not held, not settled. */
    private final Map<String, int[]> underWay = new HashMap<>();

    private OpenBackfills backfills = OpenBackfills.UNKNOWN;
    private int underWayAnywhere;

    /** How a call is called, and its barrier: as {@link Pending#name} has it. */
    static String idOf(ExchangeRef exchange, int item) {
        return exchange.stamp() + "/" + exchange.proxy() + "/" + item;
    }

    /** What a backfill has still to carry. */
    void told(OpenBackfills open) {
        backfills = open;
        barriers.values().forEach(this::lookForBackfill);
    }

    /** One more domain knows of a barrier. */
    void announced(StepItem item, int key) {
        Step.Barrier step = (Step.Barrier) item.step();
        Place place = new Place(item.exchange(), step.item());
        Barrier barrier = barriers.get(place);
        if (barrier == null) {
            barrier = new Barrier(place, step);
            add(barrier);
        }
        barrier.keys.add(key);
        barrier.owned |= step.domain() == Domains.OF_CALLS;
        barrier.called |= step.called();
    }

    private void add(Barrier barrier) {
        barriers.put(barrier.place, barrier);
        lookForBackfill(barrier);
        byId.put(barrier.id(), barrier);
        if (!barrier.deletion.isNone()) {
            deleting.add(barrier);
        }
        if (barrier.isDefinition) {
            definitions.put(barrier.place, barrier);
            return;
        }
        holders.put(barrier.place, barrier);
        if (barrier.scope.everything()) {
            ofAnyIndex.put(barrier.place, barrier);
        }
        for (String index : barrier.scope.indices()) {
            ofIndex.computeIfAbsent(index, fresh -> new TreeMap<>()).put(barrier.place, barrier);
        }
    }

    private void remove(Barrier barrier) {
        barriers.remove(barrier.place);
        deleting.remove(barrier);
        definitions.remove(barrier.place);
        holders.remove(barrier.place);
        ofAnyIndex.remove(barrier.place);
        for (String index : barrier.scope.indices()) {
            TreeMap<Place, Barrier> those = ofIndex.get(index);
            if (those != null && those.remove(barrier.place) != null && those.isEmpty()) {
                ofIndex.remove(index);
            }
        }
    }

    /** The index that a step changes; null when it may be any. */
    static @Nullable String indexOf(Step step) {
        if (step instanceof Step.Write write) {
            return write.index();
        }
        return step instanceof Step.Ask ask && ask.concrete() ? ask.index() : null;
    }

    /** Whether a step whose time has come has to wait for a barrier. If so it is kept until {@link #pass} returns it. */
    boolean holds(Pending pending) {
        Barrier holder = holder(pending);
        if (holder == null) {
            return false;
        }
        if (holder.held.add(pending)) {
            held.add(pending);
            if (pending.touches() == null) {
                heldAnywhere.add(pending);
            }
        }
        return true;
    }

    /** The last of the barriers that a step is behind, as those of one index pass in their order; null if it is behind none. */
    private @Nullable Barrier holder(Pending pending) {
        if (holders.isEmpty()) {
            return null;
        }
        Place place = new Place(pending.exchange(), Integer.MIN_VALUE);
        String index = pending.touches();
        if (index == null) {
            return before(place, holders);
        }
        Barrier any = before(place, ofAnyIndex);
        TreeMap<Place, Barrier> those = ofIndex.get(index);
        Barrier one = those == null ? null : before(place, those);
        return one == null || (any != null && any.place.compareTo(one.place) > 0) ? any : one;
    }

    private static @Nullable Barrier before(Place place, NavigableMap<Place, Barrier> those) {
        Map.Entry<Place, Barrier> last = those.lowerEntry(place);
        return last == null ? null : last.getValue();
    }

    /** Which calls that wait delete an index. */
    interface Deletions {
        /** The last of them; null if there is none. Nothing is left of what was written before. */
        @Nullable
        ExchangeRef last(String index);
    }

    /** The last barrier of a call that deletes an index; null if there is none. */
    @Nullable
    ExchangeRef lastDeletion(String index) {
        return last(deletion -> deletion.deletes(index));
    }

    /** The last barrier of a call that may delete an index, as a pattern of it fits the name; null if there is none. */
    @Nullable
    ExchangeRef lastByPattern(String index) {
        return last(deletion -> deletion.mayDelete(index) && !deletion.deletes(index));
    }

    private @Nullable ExchangeRef last(Predicate<Deletion> which) {
        return deleting.stream()
                .filter(barrier -> which.test(barrier.deletion))
                .map(barrier -> barrier.place.exchange())
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** A step that began goes on behind a barrier that is later than it is itself. */
    void putBehind(ExchangeRef later, Pending step) {
        ended(step);
        Objects.requireNonNull(barriers.ceilingEntry(new Place(later, Integer.MIN_VALUE)), "a deletion that waits")
                .getValue()
                .held
                .add(step);
        held.add(step);
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
            lookForBackfill(barrier);
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
     * @param deletion which indices it deleted
     * @param keys under which it lies in state
     * @param overlapping what waited for it, or waits for another one still, and may be about an index that it deleted, as it was under
     *     way at the same time
     * @param released what waits for no barrier any more, in the order of time
     */
    record Passed(
            Scope scope, Deletion deletion, List<Integer> keys, List<Pending> overlapping, List<Pending> released) {}

    /** Takes a barrier away, and what waited for it alone; null if it is not there. */
    @Nullable
    Passed pass(String id) {
        Barrier barrier = byId.remove(id);
        if (barrier == null) {
            return null;
        }
        remove(barrier);
        List<Pending> overlapping = barrier.deletion.isNone() ? List.of() : overlapping(barrier);
        List<Pending> released = new ArrayList<>();
        for (Pending pending : List.copyOf(barrier.held)) {
            Barrier next = holder(pending);
            if (next == null) {
                held.remove(pending);
                heldAnywhere.remove(pending);
                released.add(pending);
            } else {
                next.held.add(pending);
            }
        }
        return new Passed(barrier.scope, barrier.deletion, List.copyOf(barrier.keys), overlapping, released);
    }

    /** What waits for a later barrier alone was behind this one, too. */
    private List<Pending> overlapping(Barrier deletion) {
        List<Pending> overlapping = new ArrayList<>();
        Stream.concat(Stream.of(deletion), holders.tailMap(deletion.place).values().stream())
                .forEach(barrier -> barrier.held.stream()
                        .takeWhile(step -> step.exchange().stamp() < deletion.done + CLOCKS_APART_NANOS)
                        .filter(deletion::mayBeOfAnother)
                        .forEach(overlapping::add));
        return overlapping;
    }

    /** What the coordinator is to know, the earliest first. */
    List<Held> report(long passedMillis) {
        if (barriers.isEmpty()) {
            return List.of();
        }
        List<Held> report = new ArrayList<>();
        int forBackfill = 0;
        int others = 0;
        for (Barrier barrier : barriers.values()) {
            if ((barrier.isForBackfill ? forBackfill++ : others++) >= MOST_REPORTED) {
                continue;
            }
            report.add(new Held(
                    barrier.id(),
                    barrier.deletion.isNone() ? barrier.place.exchange().stamp() : barrier.done,
                    barrier.scope.everything(),
                    barrier.scope.indices(),
                    barrier.deletion,
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
        if (barrier.isDefinition) {
            return barriers.headMap(barrier.place).values().stream()
                    .allMatch(before -> before.isForBackfill && !before.makesIndex);
        }
        return isFirst(barrier)
                && underWayAnywhere == 0
                && !isUnderWay(barrier.scope)
                && !isHeldAnywhereBefore(barrier.place);
    }

    /** Not at each report: there may be very many. */
    private void lookForBackfill(Barrier barrier) {
        barrier.isForBackfill = barrier.waitsForBackfill
                && !barrier.draining
                && !backfills.everything()
                && backfills.touches(barrier.scope);
    }

    /** Whether none before it has to do with an index that it has to do with. */
    private boolean isFirst(Barrier barrier) {
        if (barrier.scope.everything()) {
            return before(barrier.place, barriers) == null;
        }
        return before(barrier.place, ofAnyIndex) == null
                && before(barrier.place, definitions) == null
                && barrier.scope.indices().stream()
                        .map(ofIndex::get)
                        .allMatch(those -> those == null || before(barrier.place, those) == null);
    }

    private boolean isUnderWay(Scope scope) {
        return scope.everything()
                ? !underWay.isEmpty()
                : scope.indices().stream().anyMatch(underWay::containsKey);
    }

    /** Whether a step waits before a barrier that may touch its scope: one of any index may, and is held by another barrier. */
    private boolean isHeldAnywhereBefore(Place place) {
        return !heldAnywhere.isEmpty() && heldAnywhere.first().exchange().compareTo(place.exchange()) < 0;
    }

    /** What waits for barriers. */
    Amount held() {
        return held.amount();
    }

    /** What is waited for, or empty. */
    String waitingFor() {
        if (barriers.isEmpty()) {
            return "";
        }
        Barrier first = barriers.firstEntry().getValue();
        String what =
                first.scope.everything() ? "many indices" : String.join(", ", new TreeSet<>(first.scope.indices()));
        if (first.draining) {
            return "an operation on %s waits for what came before it".formatted(what);
        }
        return "an operation on %s waits for %s"
                .formatted(
                        what,
                        first.waitsForBackfill && backfills.touches(first.scope)
                                ? backfills.describe(first.scope)
                                : "answers of the source");
    }
}
