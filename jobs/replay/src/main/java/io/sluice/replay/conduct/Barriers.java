package io.sluice.replay.conduct;

import io.sluice.replay.conduct.BarrierOrder.Kind;
import io.sluice.replay.conduct.HeldBarriers.Held;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Leads barriers through their three orders, by what the senders report. Without Flink, and without state of its own that had to
 * survive: after a failure the senders report what they hold, and all that is decided here follows from it again.
 *
 * <p>That is so because a word to all senders comes before a checkpoint at all of them or after it at all of them, and because
 * the owner keeps its barrier, marked as called, until that word has come.
 *
 * <p>Belongs to one thread.
 */
final class Barriers {

    /**
     * An order for one sender, or for all.
     *
     * @param deletion which indices are deleted, with the last word
     */
    record Told(@Nullable Integer subtask, BarrierOrder order, Deletion deletion) {
        Told(@Nullable Integer subtask, BarrierOrder order) {
            this(subtask, order, Deletion.NONE);
        }
    }

    private final int domains;
    private final Map<Integer, List<Held>> reports = new TreeMap<>();
    /** By sender, when all is certain that it did before the earliest. */
    private final Map<Integer, Long> certain = new HashMap<>();

    /** Those for which the order to drain was given, and after which event time they are to be. */
    private final Map<String, Long> draining = new HashMap<>();

    private final Set<String> calling = new HashSet<>();
    /** Those that need not wait for backfills that failed. */
    private final Set<String> excused = new HashSet<>();

    /** @param domains how many there are, of all senders */
    Barriers(int domains) {
        this.domains = domains;
    }

    void heard(HeldBarriers report) {
        reports.put(report.subtask(), report.held());
        certain.put(report.subtask(), report.certainMillis());
    }

    /** A sender is gone, and all others will go on with it from a checkpoint: what they were told counts no more. */
    void left(int subtask) {
        reports.remove(subtask);
        certain.remove(subtask);
        draining.clear();
        calling.clear();
    }

    /** All senders are gone. */
    void clear() {
        reports.clear();
        certain.clear();
        draining.clear();
        calling.clear();
    }

    /** Whether anything is held. */
    boolean isEmpty() {
        return reports.values().stream().allMatch(List::isEmpty);
    }

    /**
     * Whether a barrier will pass that waits for nothing of what the clock brings: one that waits for a backfill, or the earliest of
     * all when everything before it is there and certain, so that it waits for target and source alone. One behind that may wait for the clock; it
     * has its turn when it is the earliest.
     *
     * @param passedMillis the event time that has come to all senders
     */
    boolean passWithoutClock(OpenBackfills backfills, long passedMillis) {
        boolean isBackfillAwaited = reports.values().stream()
                .flatMap(List::stream)
                .anyMatch(held -> !draining.containsKey(held.id()) && waits(held, backfills));
        return isBackfillAwaited || isEarliestThere(passedMillis);
    }

    private boolean waits(Held held, OpenBackfills backfills) {
        return held.waitsForBackfill()
                && (excused.contains(held.id())
                        ? backfills.touchesUnfailed(held.scope())
                        : backfills.touches(held.scope()));
    }

    /** Of barriers with the same stamp all count, as senders may have heard of one of them only. */
    private boolean isEarliestThere(long passedMillis) {
        List<Held> first = reports.values().stream()
                .filter(held -> !held.isEmpty())
                .map(held -> held.get(0))
                .toList();
        long stamp = first.stream().mapToLong(Held::stamp).min().orElse(Long.MAX_VALUE);
        return !first.isEmpty()
                && certain.values().stream().allMatch(millis -> millis <= passedMillis)
                && first.stream()
                        .filter(held -> held.stamp() == stamp)
                        .allMatch(held -> draining.getOrDefault(held.id(), Long.MAX_VALUE) <= passedMillis);
    }

    /** Of all that are held. */
    Set<Long> stamps() {
        return reports.values().stream().flatMap(List::stream).map(Held::stamp).collect(Collectors.toSet());
    }

    /** What waits for nothing but backfills that failed, each with what it touches. */
    Map<String, Scope> stuck(OpenBackfills backfills) {
        Map<String, Scope> stuck = new HashMap<>();
        if (!backfills.failed().isEmpty()) {
            reports.values().stream()
                    .flatMap(List::stream)
                    .filter(held -> !draining.containsKey(held.id())
                            && waits(held, backfills)
                            && !backfills.touchesUnfailed(held.scope()))
                    .forEach(held -> stuck.put(held.id(), held.scope()));
        }
        return stuck;
    }

    /** These need not wait for backfills that failed: what became of their indices is known from the source. */
    void excuse(Set<String> barriers) {
        excused.addAll(barriers);
    }

    /** What all senders say of one barrier. */
    private static final class Sum {
        final Held first;
        int domains;
        boolean drained = true;
        boolean called;

        @Nullable
        Integer owner;

        Sum(Held first) {
            this.first = first;
        }

        void add(int subtask, Held held) {
            domains += held.domains();
            drained &= held.drained();
            called |= held.called();
            owner = held.owns() ? Integer.valueOf(subtask) : owner;
        }
    }

    /**
     * What is to be said now. Nothing is said twice to the same senders, but for the last word.
     *
     * @param heardAll the event time after which nothing comes that began before a stamp, when that is known
     * @param backfills that are not complete
     */
    List<Told> decide(LongFunction<OptionalLong> heardAll, OpenBackfills backfills) {
        Map<String, Sum> sums = new LinkedHashMap<>();
        reports.forEach((subtask, held) -> held.forEach(
                one -> sums.computeIfAbsent(one.id(), id -> new Sum(one)).add(subtask, one)));
        draining.keySet().retainAll(sums.keySet());
        calling.retainAll(sums.keySet());
        excused.retainAll(sums.keySet());
        Map<Long, OptionalLong> known = new HashMap<>();
        List<Told> orders = new ArrayList<>();
        sums.forEach((id, sum) -> {
            if (sum.called) {
                orders.add(new Told(null, new BarrierOrder(Kind.PASS, id, 0), sum.first.deletion()));
            } else if (sum.domains == domains) {
                lead(id, sum, known.computeIfAbsent(sum.first.stamp(), heardAll::apply), backfills, orders);
            }
        });
        return orders;
    }

    private void lead(String id, Sum sum, OptionalLong heardAll, OpenBackfills backfills, List<Told> orders) {
        if (!draining.containsKey(id)) {
            if (!waits(sum.first, backfills) && heardAll.isPresent()) {
                draining.put(id, heardAll.getAsLong());
                orders.add(new Told(null, new BarrierOrder(Kind.DRAIN, id, heardAll.getAsLong())));
            }
        } else if (sum.drained && sum.owner != null && calling.add(id)) {
            orders.add(new Told(sum.owner, new BarrierOrder(Kind.CALL, id, 0)));
        }
    }
}
