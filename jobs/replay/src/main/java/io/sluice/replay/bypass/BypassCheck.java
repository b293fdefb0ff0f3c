package io.sluice.replay.bypass;

import io.sluice.replay.bypass.CountNumbers.OfIndex;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.source.Gaps;
import io.sluice.source.Gaps.Span;
import io.sluice.source.IndexNumbers;
import io.sluice.source.Swept;
import io.sluice.transform.ShardLayout;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the source has done against what was settled, round by round:
 *
 * <ol>
 *   <li>The source is looked at: how far has each shard numbered its operations?
 *   <li>When all is settled that began before the look, the senders count the numbers that they have settled since the last round.
 *   <li>Where there are as many as the shard has given, that is where the next round begins. Where not, something was not captured, and one sender goes over the index.
 *   <li>Then all senders show which numbers they have of those indices, and only what nobody has is read.
 * </ol>
 *
 * <p>Belongs to one thread.
 */
public final class BypassCheck {

    /** By how much the clocks of proxies and ours may differ. */
    private static final long CLOCK_DIFFERENCE_MILLIS = 1_000;

    /** By how much sooner than usual it is looked again, where it matters. */
    private static final int SOON = 5;

    /** A look counts for as many intervals, and this. */
    private static final int INTERVALS_VALID = 3;

    private static final long LONGEST_ROUND_MILLIS = 10_000;

    /** What could not be carried over is not tried again before: that may read a whole index. */
    private static final long REST_MILLIS = 60_000;

    /** Why nothing was carried over of an index: what is there now is looked at by itself. */
    private static final Set<String> OF_AN_INDEX_THAT_IS_NO_MORE =
            Set.of("index_gone_at_source", "index_made_anew_since");

    private final long intervalMillis;
    private final Road road;
    private final Bases bases = new Bases();
    private final IndexLayouts.Told layouts = new IndexLayouts.Told();
    /** By captured operations, since the last look began: it may have seen these indices before or after. */
    private final Set<Deletion> deleted = new LinkedHashSet<>();

    private @Nullable Look look;
    /** Whether all is settled, too, that was to be swept before the look: what it wrote has numbers that nobody else tells. */
    private boolean isSwept;

    /** Whether something is missing that those may have. */
    private boolean isPostponed;

    private boolean isLooking;
    private long nowMillis;
    private long nextMillis;
    private long round;
    private Map<String, OfIndex> counted = Map.of();
    private boolean isShowing;
    private final Map<Integer, NumbersCounted> replies = new HashMap<>();
    private Set<Integer> asked = Set.of();

    private final SortedMap<String, Long> closing = new TreeMap<>();
    private final SortedMap<String, String> unclosed = new TreeMap<>();
    private final Map<String, Long> restUntil = new HashMap<>();
    private final Suspects suspects = new Suspects();
    private SortedMap<String, String> unchecked = new TreeMap<>();
    private final TreeSet<String> open = new TreeSet<>();
    private long validUntil;
    private long checkedUntil;
    private String trouble = "";

    /** How to reach the source and the senders. */
    public interface Road {
        /**
         * Has the source looked at; {@link #looked} or {@link #cannotLook} is told, by the same thread.
         *
         * @param gone which of these, that it has not any more, the target has not either
         */
        void look(Set<String> gone);

        /** Tells all senders. */
        void tellAll(OperatorEvent event);

        /** Tells the one that goes over indices. */
        void tellOne(OperatorEvent event);

        /** What an index of the source is called at the target. */
        String targetName(String index);

        /** Whether sequence numbers fence the writes of an index. */
        boolean isFencedByNumber(String index);

        /** Whether an index of the source is the server's own. */
        boolean isOfServer(String index);
    }

    /**
     * What else is known now.
     *
     * @param settledBelow every write stamped below this is settled, but for what is swept, in nanoseconds since 1970
     * @param sweptBelow the same, what is swept included
     * @param senders those that are there
     * @param isOpen of which indices of the target a backfill is not complete
     */
    public record Moment(
            long millis,
            long settledBelow,
            long sweptBelow,
            Set<Integer> senders,
            Predicate<String> isOpen,
            Carried carried) {}

    private record Look(long millis, Map<String, IndexNumbers> indices, Set<String> lacking) {
        long stamp() {
            return TimeUnit.MILLISECONDS.toNanos(millis + CLOCK_DIFFERENCE_MILLIS);
        }
    }

    /** @param intervalMillis from one look to the next */
    public BypassCheck(long intervalMillis, Road road) {
        this.intervalMillis = intervalMillis;
        this.road = road;
    }

    /** Goes on as far as it can. */
    public void go(Moment now) {
        nowMillis = now.millis();
        if (now.senders().isEmpty() || isLooking || !closing.isEmpty()) {
            return;
        }
        if (look == null) {
            if (now.millis() >= nextMillis) {
                isLooking = true;
                deleted.clear();
                nextMillis = now.millis() + intervalMillis;
                road.look(suspects.gone());
            }
        } else if (asked.isEmpty() && now.settledBelow() >= look.stamp()) {
            judge(look, now);
        }
    }

    /**
     * The source was looked at, and told this.
     *
     * @param lacking which indices the target lacks, of those that were asked for
     */
    public void looked(long millis, Map<String, IndexNumbers> indices, Set<String> lacking) {
        isLooking = false;
        trouble = "";
        look = new Look(millis, indices, lacking);
        IndexLayouts news = layouts.news(indices);
        if (!news.byIndex().isEmpty()) {
            road.tellAll(news); // and not with the first question, which may be hours away
        }
    }

    /** The source could not be looked at. */
    public void cannotLook(String why) {
        isLooking = false;
        trouble = why;
    }

    private void judge(Look at, Moment now) {
        isSwept = now.sweptBelow() >= at.stamp();
        bases.settleDeleted(at.indices(), this::isDeleted);
        forgetLacking(at);
        SortedMap<String, String> suspected = new TreeMap<>();
        unchecked = new TreeMap<>();
        open.clear();
        Map<String, OfIndex> toCount = new TreeMap<>();
        Map<String, OfIndex> uncountable = new TreeMap<>();
        at.indices().forEach((name, numbers) -> {
            if (isDeleted(name)) {
                return;
            }
            if (now.isOpen().test(road.targetName(name))) {
                open.add(name);
            } else if (road.isOfServer(name)) {
                unchecked.put(name, "it is the source's own, by its name");
            } else if (!road.isFencedByNumber(name)) {
                unchecked.put(name, "its writes are not fenced by sequence numbers");
            } else if (numbers.unchecked() != null) {
                unchecked.put(name, numbers.unchecked());
            } else {
                judge(at, name, now.carried(), suspected, toCount, uncountable);
            }
        });
        bases.names().stream()
                .filter(name -> !at.indices().containsKey(name) && !isDeleted(name))
                .forEach(name -> suspected.put(name, Suspects.GONE));
        bases.looked();
        bases.unknownBefore()
                .forEach(name -> unchecked.putIfAbsent(name, "what was done to it before the first look is not known"));
        suspects.seen(suspected, now.carried().snapshot());
        nextMillis = suspects.areSure() ? nextMillis : 0;
        uncountable.forEach((name, of) -> close(name, of, 0, MissingNumbers.all(of), at));
        if (toCount.isEmpty()) {
            end(at);
        } else {
            asked = Set.copyOf(now.senders());
            ask(toCount, false);
        }
    }

    /** Whatever became of them, both sides are alike; should they come again, nothing that was settled before is of them. */
    private void forgetLacking(Look at) {
        Set<String> lacking = new TreeSet<>(at.lacking());
        lacking.removeAll(at.indices().keySet());
        if (!lacking.isEmpty()) {
            lacking.forEach(bases::remove);
            road.tellAll(new ForgetNumbers(lacking));
        }
    }

    /** A backfill has carried what the source has now: all that was known is of what the target had before. */
    private void beginAnew(String name) {
        bases.remove(name);
        forget(name);
        layouts.forget(name::equals);
        road.tellAll(new ForgetNumbers(Set.of(name)));
    }

    private void ask(Map<String, OfIndex> indices, boolean shows) {
        counted = indices;
        isShowing = shows;
        replies.clear();
        road.tellAll(new CountNumbers(++round, List.copyOf(indices.values()), shows));
    }

    private void judge(
            Look at,
            String name,
            Carried carried,
            SortedMap<String, String> suspected,
            Map<String, OfIndex> toCount,
            Map<String, OfIndex> uncountable) {
        IndexNumbers numbers = Objects.requireNonNull(at.indices().get(name));
        String suspicion = bases.suspicion(name, numbers, carried);
        if (!suspicion.isEmpty() && suspects.isCarriedSince(name, numbers.uuid(), suspicion, carried)) {
            beginAnew(name);
            suspicion = bases.suspicion(name, numbers, carried);
        }
        if (!suspicion.isEmpty()) {
            suspected.put(name, suspicion);
            return;
        }
        suspects.cleared(name);
        Swept base = bases.of(name, numbers, carried);
        if (restUntil.getOrDefault(name, 0L) > at.millis()) {
            return;
        }
        boolean isAhead = false;
        for (Map.Entry<Integer, Long> shard : numbers.highest().entrySet()) {
            isAhead |= shard.getValue() > base.checkpoints().getOrDefault(shard.getKey(), -1L);
        }
        ShardLayout layout = numbers.layout();
        if (isAhead) {
            ShardLayout known = layout == null ? new ShardLayout(1, 1, 1) : layout;
            (layout == null ? uncountable : toCount)
                    .put(name, new OfIndex(name, known, base.checkpoints(), numbers.highest()));
        }
    }

    /** A sender has counted. */
    public void heard(NumbersCounted reply) {
        Look at = look;
        if (reply.round() != round || at == null || !asked.contains(reply.subtask())) {
            return;
        }
        replies.put(reply.subtask(), reply);
        if (!replies.keySet().containsAll(asked)) {
            return;
        }
        Map<String, OfIndex> lacking = new TreeMap<>();
        counted.forEach((name, of) -> {
            if (isDeleted(name)) {
                return; // the next look tells
            }
            if (missing(name, of) == 0) {
                bases.advance(name, new Swept(uuid(at, name), of.upTo()));
                unclosed.remove(name);
            } else {
                lacking.put(name, of);
            }
        });
        if (!lacking.isEmpty() && isSwept && !isShowing && MissingNumbers.canBeShown(lacking.values())) {
            ask(lacking, true);
            return;
        }
        lacking.forEach((name, of) -> close(name, of, missing(name, of), spans(name, of), at));
        end(at);
    }

    private boolean isDeleted(String name) {
        return deleted.stream().anyMatch(one -> one.mayDelete(road.targetName(name)));
    }

    private long missing(String name, OfIndex of) {
        long missing = 0;
        for (Map.Entry<Integer, Long> shard : of.upTo().entrySet()) {
            long counts = replies.values().stream()
                    .mapToLong(
                            reply -> reply.counts().getOrDefault(name, Map.of()).getOrDefault(shard.getKey(), 0L))
                    .sum();
            missing += Math.abs(shard.getValue() - of.above().getOrDefault(shard.getKey(), -1L) - counts);
        }
        return missing;
    }

    private List<Span> spans(String name, OfIndex of) {
        return isShowing
                ? MissingNumbers.of(
                        of,
                        replies.values().stream()
                                .map(reply -> reply.shown().getOrDefault(name, Map.of()))
                                .toList())
                : MissingNumbers.all(of);
    }

    private static String uuid(Look at, String name) {
        IndexNumbers numbers = at.indices().get(name);
        return numbers == null ? "" : numbers.uuid();
    }

    private void close(String name, OfIndex of, long missing, List<Span> spans, Look at) {
        if (!isSwept) {
            isPostponed = true;
            return;
        }
        closing.put(name, missing);
        Gaps gaps = new Gaps(spans, new Swept(uuid(at, name), of.upTo()).text());
        road.tellOne(new CloseGap(name, gaps, at.stamp()));
    }

    /** An index was gone over, because of this or because of an operation by query. */
    public void heard(GapClosed gap) {
        Long missing = gap.ordered() ? closing.remove(gap.index()) : null;
        if (!gap.swept().isEmpty()) {
            bases.advance(gap.index(), Swept.parse(gap.swept()));
            unclosed.remove(gap.index());
        } else if (missing != null && OF_AN_INDEX_THAT_IS_NO_MORE.contains(gap.rule())) {
            unclosed.remove(gap.index());
        } else if (missing != null) {
            unclosed.put(gap.index(), gap.rule());
            restUntil.put(gap.index(), nowMillis + REST_MILLIS);
        }
        if (missing != null) {
            bases.found(gap.swept().isEmpty() ? 0 : Math.min(missing, gap.writes()));
            nextMillis = unclosed.isEmpty() ? Math.min(nextMillis, checkedUntil + intervalMillis / SOON) : nextMillis;
        }
    }

    private void end(Look at) {
        if (!open.isEmpty()) {
            nextMillis = Math.min(
                    nextMillis, at.millis() + intervalMillis / SOON); // somebody may wait for the end of a backfill
        }
        if (isPostponed) {
            isPostponed = false;
            nextMillis = Math.min(nextMillis, at.millis() + intervalMillis / SOON);
        } else if (at.indices().keySet().stream().noneMatch(this::isDeleted)) {
            checkedUntil = at.millis();
            validUntil = at.millis() + INTERVALS_VALID * intervalMillis + LONGEST_ROUND_MILLIS;
        } else {
            nextMillis = 0;
        }
        unclosed.keySet().retainAll(at.indices().keySet());
        restUntil.keySet().retainAll(unclosed.keySet());
        asked = Set.of();
        look = null;
    }

    /** A captured operation has deleted indices. Which of those that a pattern fits are gone, the next look tells. */
    public void deleted(Deletion deletion) {
        deleted.add(deletion);
        layouts.forget(name -> deletion.mayDelete(road.targetName(name)));
        for (String name : bases.names()) {
            if (deletion.mayDelete(road.targetName(name))) {
                bases.mayBeDeleted(name);
                forget(name);
            }
        }
    }

    private void forget(String name) {
        suspects.forget(name);
        unclosed.remove(name);
        restUntil.remove(name);
    }

    /** Senders are gone, and with them what they were asked for. */
    public void sendersLeft() {
        layouts.clear();
        asked = Set.of();
        look = null;
        closing.clear();
        isPostponed = false;
        nextMillis = 0;
    }

    /** What there is to be told. */
    public BypassSight sight() {
        return new BypassSight(
                suspects.areSure() ? validUntil : 0,
                checkedUntil,
                bases.found(),
                new TreeMap<>(closing),
                suspects.told(),
                new TreeMap<>(unclosed),
                new TreeSet<>(open),
                new TreeMap<>(unchecked),
                trouble);
    }

    /** What a checkpoint needs, for {@link #restore}. */
    public byte[] image() {
        return bases.image();
    }

    /** Goes on with what a checkpoint has. */
    public void restore(byte[] image) {
        bases.restore(image);
        sendersLeft();
    }
}
