package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Step;
import io.sluice.source.Gaps;
import io.sluice.source.SweepReading;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first half of a sweep: waits until the source is done with a request, and asks which indices it was about. One after the other,
 * in turn.
 *
 * <p>Belongs to the task's thread; answers come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class SweepNames {

    private static final long LOOK_AGAIN_MILLIS = 1_000;

    /** By how much the clocks of proxies and ours may differ. */
    private static final long CLOCK_DIFFERENCE_MILLIS = 1_000;

    private final SweepReading reading;
    private final TaskThread thread;
    private final Consumer<Party> resolved;
    private final Deque<Party> waiting = new ArrayDeque<>();
    private boolean isBusy;
    private int failures;
    private String trouble = "";

    /** A step, and what is known of it. */
    static final class Party {
        final Pending step;
        final Step.Sweep sweep;
        /** All that began before this stamp may have been seen by the request. */
        long end;

        /** What the source was at when it was first looked; null before. */
        @Nullable
        Set<String> tasks;

        Set<String> indices = Set.of();
        /** Indices that are not swept yet. */
        int left;

        @Nullable
        Ruled worst;

        /** What alone it needs to have read; null when the sweeps before say that. */
        @Nullable
        Gaps gaps;

        private Party(Pending step, Step.Sweep sweep) {
            this.step = step;
            this.sweep = sweep;
            this.end = Math.max(sweep.ended(), step.exchange().stamp());
            this.tasks = sweep.task() != null ? Set.of(sweep.task()) : sweep.ended() != 0 ? Set.of() : null;
        }

        /** One that is of a single index, and of nothing that the source is at. */
        static Party of(Pending step, Step.Sweep sweep, Gaps gaps) {
            Party party = new Party(step, sweep);
            party.indices = Set.of(sweep.sourceIndex());
            party.left = 1;
            party.gaps = gaps;
            return party;
        }

        /** Whether the answer came when the source was done. */
        boolean isEndTold() {
            return sweep.task() == null && sweep.ended() != 0;
        }

        Ruled outcome() {
            return worst == null ? new Ruled(Verdict.APPLIED, "") : worst;
        }
    }

    /** The worse of two outcomes; what the target had already is as good as written. */
    static @Nullable Ruled worse(@Nullable Ruled one, @Nullable Ruled other) {
        if (other == null
                || other.verdict() == Verdict.APPLIED
                || (other.verdict() == Verdict.SUPERSEDED && other.rule().isEmpty())) {
            return one;
        }
        return one == null || other.verdict().compareTo(one.verdict()) > 0 ? other : one;
    }

    /** @param resolved takes those of which the indices are known */
    SweepNames(SweepReading reading, TaskThread thread, Consumer<Party> resolved) {
        this.reading = reading;
        this.thread = thread;
        this.resolved = resolved;
    }

    void due(Pending step, Step.Sweep sweep) {
        waiting.add(new Party(step, sweep));
    }

    void pump() {
        Party party = isBusy ? null : waiting.poll();
        if (party == null) {
            return;
        }
        isBusy = true;
        if (party.tasks == null) {
            then(party, reading.tasks(), (those, running) -> {
                those.tasks = Set.copyOf(running);
                go(those);
            });
        } else {
            go(party);
        }
    }

    private void go(Party party) {
        Set<String> tasks = party.tasks == null ? Set.of() : party.tasks;
        if (tasks.isEmpty()) {
            if (!party.isEndTold()) {
                long now = System.currentTimeMillis() + CLOCK_DIFFERENCE_MILLIS;
                party.end = Math.max(party.end, TimeUnit.MILLISECONDS.toNanos(now));
            }
            then(party, reading.resolve(party.sweep.sourceIndex()), this::named);
            return;
        }
        String task = tasks.iterator().next();
        then(party, reading.isAtWork(task), (those, isAtWork) -> {
            if (isAtWork) {
                later(those, LOOK_AGAIN_MILLIS);
                return;
            }
            Set<String> left = new HashSet<>(tasks);
            left.remove(task);
            those.tasks = Set.copyOf(left);
            go(those);
        });
    }

    private void named(Party party, SweepReading.Resolved names) {
        party.indices = names.indices();
        party.left = names.indices().size();
        party.worst = worse(null, FromSource.ruled(names.besides()));
        isBusy = false;
        resolved.accept(party);
    }

    private <T> void then(Party party, CompletableFuture<T> answer, BiConsumer<Party, T> next) {
        answer.whenComplete((value, failure) -> thread.run(() -> {
            if (failure == null) {
                failures = 0;
                trouble = "";
                next.accept(party, value);
            } else {
                failed(party, failure);
            }
        }));
    }

    private void failed(Party party, Throwable failure) {
        IOException cause = IoFailure.of(failure, "asking the source what a request was about");
        trouble = "the source is asked what a request was about: " + cause.getMessage();
        later(party, BackOff.millis(++failures));
    }

    private void later(Party party, long millis) {
        isBusy = false;
        thread.later(millis, () -> {
            waiting.add(party);
            pump();
        });
        pump();
    }

    /** Why names are not known, or empty. */
    String waitingFor() {
        return trouble;
    }
}
