package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.source.FencedWrite;
import io.sluice.source.Gaps;
import io.sluice.source.IndexChangedException;
import io.sluice.source.IndexSweep;
import io.sluice.source.SweepPage;
import io.sluice.source.SweepReading;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settles requests that changed many documents without naming them: goes over the source's indices, one after the other, and hands
 * on the writes that come of it, page by page. All that wait for an index are settled by one sweep, which begins after they were due.
 *
 * <p>A sweep of an index waits until its backfill is complete; and, to find what the target has too much, until all that began before
 * the request's end is settled. It holds back operations on its index only while it is under way and goes on.
 *
 * <p><b>State:</b> the steps until they are settled, and {@link SweptIndices}. After a crash a sweep begins anew.
 *
 * <p>Belongs to the task's thread; answers come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class Sweeper {

    private static final int FEWEST_TOGETHER = 1;
    private static final int MOST_TOGETHER = 1_000;
    private static final long LARGE_PAGE_BYTES = 8 << 20;

    private final SweepReading reading;
    private final RewriteRules rules;
    private final AskRate rate;
    private final AskRate.Turn turn;
    private final TaskThread thread;
    private final Surroundings around;
    private final SweptIndices swept;
    private final SweepNames names;

    /** By index of the source; in the order in which they are served. */
    private final Map<String, SweepBacklog> backlogs = new LinkedHashMap<>();

    private OpenBackfills backfills = OpenBackfills.UNKNOWN;
    private long settledBelow;
    private long askedBelow;
    private int together = 200;
    private boolean isBusy;
    private int held;

    /** What is around a sweeper. */
    interface Surroundings {
        /** Takes what is to be written now. */
        void write(List<Pending> writes);

        /** A step is settled. */
        void settled(Pending step, Ruled ruled);

        /** A sweep writes to an index of the target; null for several. */
        void began(@Nullable String index);

        /** It does not any more. */
        void ended(@Nullable String index);

        /**
         * An index was gone over.
         *
         * @param backlog for whom, and with which outcome
         */
        void swept(SweepBacklog backlog, IndexSweep sweep);

        /** Wants to be told when all that is stamped below this is settled, by all senders. */
        void awaitSettled(long stamp);
    }

    Sweeper(
            SweepReading reading,
            RewriteRules rules,
            AskRate rate,
            SweptIndices swept,
            TaskThread thread,
            Surroundings around) {
        this.reading = reading;
        this.rules = rules;
        this.rate = rate;
        this.swept = swept;
        this.turn = rate.turn(this::pump);
        this.thread = thread;
        this.around = around;
        this.names = new SweepNames(reading, thread, this::resolved);
    }

    /** The time of a step has come. It goes on with the next {@link #pump}. */
    void due(Pending step, Step.Sweep sweep) {
        held++;
        names.due(step, sweep);
    }

    /** Goes over an index without a request, as something was done to it that was not captured. */
    void close(Pending step, Step.Sweep sweep, Gaps gaps, long settled) {
        held++;
        settledBelow = Math.max(settledBelow, settled);
        resolved(SweepNames.Party.of(step, sweep, gaps));
    }

    /** Which backfills are not complete. */
    void told(OpenBackfills open) {
        backfills = open;
        pump();
    }

    /** All that is stamped below this is settled. */
    void settledBelow(long stamp) {
        settledBelow = Math.max(settledBelow, stamp);
        pump();
    }

    /** An operation has deleted indices of the target: what was swept there is not there any more, and counts no more. */
    void forget(Deletion deleted) {
        swept.forget(index -> touches(deleted, index));
        for (SweepBacklog backlog : backlogs.values()) {
            backlog.isStale |= !backlog.served.isEmpty() && touches(deleted, backlog.index);
        }
    }

    private boolean touches(Deletion deleted, String index) {
        TypeRoutes routes = rules.routesOf(index);
        return deleted.mayDelete(rules.names().targetName(index))
                || (routes.isSplit() && routes.targets().values().stream().anyMatch(deleted::mayDelete));
    }

    private void resolved(SweepNames.Party party) {
        if (party.indices.isEmpty()) {
            settle(party);
        }
        for (String index : party.indices) {
            backlogs.computeIfAbsent(index, name -> new SweepBacklog(name, rules))
                    .waiting
                    .add(party);
        }
        pump();
    }

    /** Sweeps what may be swept now. */
    void pump() {
        names.pump();
        askWhenSettled();
        if (isBusy) {
            return;
        }
        for (SweepBacklog backlog : List.copyOf(backlogs.values())) {
            if (!backlog.rests && isReady(backlog)) {
                if (turn.isNow()) {
                    backlogs.remove(backlog.index); // behind all others
                    backlogs.put(backlog.index, backlog);
                    isBusy = true;
                    around.began(backlog.scope());
                    begin(backlog);
                }
                return;
            }
        }
    }

    /** Whether it has somebody to serve now. Those who come later are served by the next one. */
    private boolean isReady(SweepBacklog backlog) {
        if (backlog.served.isEmpty() && !backlog.isOpen(backfills)) {
            backlog.served = backlog.waiting.stream().filter(this::mayGo).toList();
            backlog.waiting.removeAll(backlog.served);
        }
        return !backlog.served.isEmpty();
    }

    private boolean mayGo(SweepNames.Party party) {
        return !party.sweep.deletes() || party.end <= settledBelow;
    }

    /** One question at a time: an ever later one would never be answered. */
    private void askWhenSettled() {
        if (askedBelow > settledBelow) {
            return;
        }
        backlogs.values().stream()
                .filter(backlog -> !backlog.isOpen(backfills))
                .flatMap(backlog -> backlog.waiting.stream())
                .filter(party -> !mayGo(party))
                .mapToLong(party -> party.end)
                .max()
                .ifPresent(stamp -> {
                    askedBelow = stamp;
                    around.awaitSettled(stamp);
                });
    }

    private void begin(SweepBacklog backlog) {
        if (backlog.isStale) {
            backlog.isStale = false;
            backlog.reset();
        }
        if (backlog.sweep != null) {
            next(backlog, backlog.sweep);
            return;
        }
        Gaps gaps = backlog.gaps();
        (gaps == null
                        ? reading.begin(backlog.index, backlog.writes(), backlog.deletes(), swept.get(backlog.index))
                        : reading.begin(backlog.index, gaps))
                .whenComplete((sweep, failure) -> thread.run(() -> {
                    if (failure == null && backlog.isStale) {
                        begin(backlog);
                    } else if (failure == null) {
                        backlog.sweep = sweep;
                        next(backlog, sweep);
                    } else {
                        failed(backlog, failure);
                    }
                }));
    }

    private void next(SweepBacklog backlog, IndexSweep sweep) {
        if (!turn.isNow()) {
            rest(backlog, 0); // the turn's word leads back here
            return;
        }
        sweep.next(rate.most(together))
                .whenComplete((page, failure) -> thread.run(() -> {
                    if (failure == null) {
                        read(backlog, sweep, page);
                    } else {
                        failed(backlog, failure);
                    }
                }));
    }

    private void read(SweepBacklog backlog, IndexSweep sweep, SweepPage page) {
        rate.asked(page.asked());
        fit(page);
        backlog.failures = 0;
        backlog.trouble = "";
        note(backlog, FromSource.ruled(page.worst()));
        backlog.writes += page.writes().size();
        int[] left = {page.writes().size()};
        Runnable then = () -> {
            if (backlog.isStale) {
                begin(backlog);
            } else if (page.last()) {
                finished(backlog, sweep);
            } else {
                next(backlog, sweep);
            }
        };
        if (left[0] == 0) {
            then.run();
            return;
        }
        List<Pending> writes = new ArrayList<>();
        for (FencedWrite write : page.writes()) {
            writes.add(Pending.answer(backlog.served.get(0).step, FromSource.step(write), ruled -> {
                note(backlog, ruled);
                if (--left[0] == 0) {
                    then.run();
                }
            }));
        }
        around.write(writes);
    }

    /** Pages are to be of a size that is worth a request, and never one that is felt. */
    private void fit(SweepPage page) {
        long bytes = 0;
        for (FencedWrite write : page.writes()) {
            bytes += write.source() == null ? 0 : write.source().size();
        }
        if (bytes > LARGE_PAGE_BYTES) {
            together = Math.max(FEWEST_TOGETHER, together / 2);
        } else if (bytes < LARGE_PAGE_BYTES / 2) {
            together = Math.min(MOST_TOGETHER, together * 2);
        }
    }

    /** For the sweeps to come. Those that no request ordered go by another word, and have no key to keep it under. */
    private void note(SweepBacklog backlog, IndexSweep sweep) {
        backlog.served.stream().filter(party -> party.gaps == null).findFirst().ifPresent(party -> {
            int key = party.step.key();
            if (sweep.isGone()) {
                swept.put(key, backlog.index, null);
            } else if (backlog.worst == null && backlog.writes()) {
                swept.put(key, backlog.index, sweep.swept());
            }
        });
    }

    private static void note(SweepBacklog backlog, @Nullable Ruled ruled) {
        backlog.worst = SweepNames.worse(backlog.worst, ruled);
    }

    private void finished(SweepBacklog backlog, IndexSweep sweep) {
        note(backlog, sweep);
        List<SweepNames.Party> served = backlog.served;
        Ruled worst = backlog.worst;
        around.swept(backlog, sweep);
        backlog.served = List.of();
        backlog.reset();
        if (backlog.waiting.isEmpty()) {
            backlogs.remove(backlog.index);
        }
        around.ended(backlog.scope());
        isBusy = false;
        for (SweepNames.Party party : served) {
            party.worst = SweepNames.worse(party.worst, worst);
            if (--party.left == 0) {
                settle(party);
            }
        }
        pump();
    }

    private void settle(SweepNames.Party party) {
        held--;
        if (party.step.origin == null) {
            around.settled(party.step, party.outcome());
        } else {
            party.step.origin.settled(party.outcome());
        }
    }

    private void failed(SweepBacklog backlog, Throwable failure) {
        IOException cause = IoFailure.of(failure, "sweeping the source");
        if (cause instanceof IndexChangedException) {
            backlog.reset();
        }
        together = Math.max(FEWEST_TOGETHER, together / 2); // an answer can be too long
        backlog.trouble = String.valueOf(cause.getMessage());
        rest(backlog, BackOff.millis(++backlog.failures));
    }

    /** Lets others go on meanwhile, operations on its index too. Nothing that it read is on its way. */
    private void rest(SweepBacklog backlog, long millis) {
        around.ended(backlog.scope());
        isBusy = false;
        if (millis > 0) {
            backlog.rests = true;
            thread.later(millis, () -> {
                backlog.rests = false;
                pump();
            });
            pump();
        }
    }

    /** How many steps are not settled. */
    int held() {
        return held;
    }

    /** Why sweeps do not go on, or empty. */
    String waitingFor() {
        for (SweepBacklog backlog : backlogs.values()) {
            if (!backlog.trouble.isEmpty()) {
                return "documents of %s are looked for: %s".formatted(backlog.index, backlog.trouble);
            }
            if (!backlog.waiting.isEmpty() && backlog.isOpen(backfills)) {
                return "documents of %s are looked for after its backfill".formatted(backlog.index)
                        + backfills.remedy(backlog.target());
            }
        }
        if (askedBelow > settledBelow) {
            return "an operation by query waits until all that came before its end is settled";
        }
        return names.waitingFor();
    }
}
