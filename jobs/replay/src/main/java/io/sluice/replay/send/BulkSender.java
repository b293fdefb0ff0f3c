package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.BulkBody;
import io.sluice.cluster.ClusterUnreachableException;
import io.sluice.cluster.ItemVerdict;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.cluster.Window;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.conduct.Amount;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import io.sluice.source.IndexCopy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/**
 * Sends fenced writes in bulks of our own until each is settled.
 *
 * <p>A target that is gone, overloaded or out of disk is waited for without end. A write that the target refuses is settled as
 * failed at once; one at which the target fails by itself (500, a closed connection) while it answers others, as {@link Cuts} has it.
 *
 * <p>Belongs to the task's thread; answers come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class BulkSender {

    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);
    private static final int BODY_CHUNK_BYTES = 64 << 10;

    private final RawHttp http;
    private final ReplayBounds bounds;
    private final TaskThread thread;
    private final Settling settling;
    private final Window window;
    private final TargetIndices indices;
    private final Widening widening;
    private final SignOfLife life;
    private final Cuts cuts = new Cuts();
    private final Proof proof;
    private final DocumentOrder order = new DocumentOrder();
    private final Deque<Pending> ready = new ArrayDeque<>();
    private final Deque<BulkBody> spare = new ArrayDeque<>();
    private int inFlight;
    private final DueWrites due;

    private long retries;
    private long sent;
    private long sentBytes;
    private String trouble = "";

    /** @param definitions of indices that are made because they are not there */
    BulkSender(RawHttp http, IndexCopy definitions, ReplayBounds bounds, TaskThread thread, Settling settling) {
        this.http = http;
        this.bounds = bounds;
        this.thread = thread;
        this.settling = settling;
        this.due = new DueWrites(bounds.mostDueBytes(), settling);
        this.window = new Window(bounds.bulksInFlight());
        this.life = new SignOfLife(http, thread, this::pump);
        this.proof = new Proof(http, thread, cuts, settling, this::asked);
        this.indices = new TargetIndices(http, definitions, thread, new IndexWait(this, due, settling));
        this.widening = new Widening(indices, thread);
    }

    /** The time of a write has come. It goes out with the next {@link #pump}. */
    void due(Pending step) {
        due.add(step);
        ready.add(step);
    }

    /** What is known of indices is not true any more: an operation on whole indices has changed them. */
    void forget(Scope scope) {
        indices.forget(scope);
    }

    /**
     * Settles what waits for an index that is about to be deleted, or for fields in it. After a crash it may have been deleted already, and the deletion
     * is done once more only after all that came before it.
     */
    void giveUpMissing(Holding.Deletions deletions) {
        List<Pending> steps = missing(deletions, step -> true);
        steps.forEach(step -> settle(step, Verdict.SUPERSEDED, "index_deleted_later"));
        pump();
    }

    /** Takes out what waits for an index that may be about to be deleted. What came of questions and sweeps stays, as it is in nobody's state. */
    List<Pending> takeMissing(Holding.Deletions deletions) {
        List<Pending> steps = missing(deletions, step -> step.origin == null && !step.kept && step.touches() != null);
        steps.forEach(this::leave);
        return steps;
    }

    private List<Pending> missing(Holding.Deletions deletions, Predicate<Pending> which) {
        List<Pending> steps = indices.take(deletions, which);
        steps.addAll(widening.take(deletions, which));
        return steps;
    }

    /** It waits no more. It goes out with the next {@link #pump}. */
    void ready(Pending step) {
        ready.add(step);
    }

    /** The time of several has come. They go out now. */
    void dueNow(List<Pending> steps) {
        steps.forEach(this::due);
        pump();
    }

    /** Sends what is due, as far as the target takes it. */
    void pump() {
        while (!life.isMissing() && inFlight < window.size() && (proof.isWanted() || !ready.isEmpty())) {
            if (proof.isWanted()) {
                inFlight++;
                proof.ask();
                continue;
            }
            Bulk bulk = fill();
            if (bulk.steps().isEmpty()) {
                spare.push(bulk.body());
            } else {
                send(bulk);
            }
        }
    }

    private Bulk fill() {
        BulkBody used = spare.poll();
        BulkBody body = used == null ? new BulkBody(BODY_CHUNK_BYTES) : used;
        List<Pending> steps = new ArrayList<>();
        while (!ready.isEmpty() && steps.size() < bounds.bulkActions() && body.bytes() < bounds.bulkBytes()) {
            Pending step = ready.peek();
            if (step.alone && !steps.isEmpty()) {
                break;
            }
            ready.remove();
            if (!indices.has(indexOf(step))) {
                indices.await(step);
                due.rest(step);
                continue;
            }
            if (order.isBehind(step, steps)) {
                continue;
            }
            settling.load(step);
            Step.Write write = writeOf(step);
            if (!order.mayLeave(step, write, steps)) {
                due.rest(step);
                continue;
            }
            Bulk.add(write, body);
            steps.add(step);
            if (step.alone) {
                break;
            }
        }
        return new Bulk(body, steps, System.nanoTime());
    }

    static Step.Write writeOf(Pending step) {
        if (step.write == null) {
            throw new IllegalStateException("a step without a write: " + step.name());
        }
        return step.write;
    }

    /** The index that a write goes to, also while its bytes are in state. */
    static String indexOf(Pending step) {
        String index = step.touches();
        if (index == null) {
            throw new IllegalStateException("not a write: " + step.name());
        }
        return index;
    }

    private void send(Bulk bulk) {
        inFlight++;
        sent += bulk.steps().size();
        sentBytes += bulk.body().bytes();
        RawRequest request = new RawRequest(
                "POST",
                BulkBody.PATH_OF_SEVERAL,
                "application/x-ndjson",
                bulk.body().content(),
                REQUEST_TIMEOUT);
        http.send(request)
                .whenComplete((answer, failure) -> thread.run(() -> {
                    inFlight--;
                    if (failure == null) {
                        answered(bulk, answer);
                    } else {
                        noAnswer(bulk, failure);
                    }
                    bulk.body().clear();
                    spare.push(bulk.body());
                    pump();
                }));
    }

    private void answered(Bulk bulk, RawResponse answer) {
        if (answer.status() / 100 != 2) {
            refusedWhole(bulk, answer);
            return;
        }
        BulkAnswer items;
        try {
            items = BulkAnswer.parse(answer.body(), bulk.steps().size());
        } catch (IOException e) {
            // Something between us and the target answered in its place, or the answer was cut.
            cut(bulk, String.valueOf(e.getMessage()), "no_answer");
            return;
        }
        long now = System.nanoTime();
        window.answered(now, now - bulk.sentNanos());
        trouble = "";
        List<Pending> again = new ArrayList<>();
        cuts.answered(bulk.steps(), items);
        for (int i = 0; i < items.size(); i++) {
            judge(bulk.steps().get(i), items, i, again);
        }
        if (!again.isEmpty()) {
            window.refused(now);
        }
        again(again);
    }

    private void judge(Pending step, BulkAnswer items, int i, List<Pending> again) {
        ItemVerdict verdict = items.verdict(i);
        switch (verdict) {
            case APPLIED -> settle(step, Verdict.APPLIED, "");
            case SUPERSEDED -> settle(step, Verdict.SUPERSEDED, "");
            case REFUSED -> refused(step, items, i);
            case RETRY, INDEX_BLOCKED, INDEX_MISSING -> {
                if (verdict == ItemVerdict.INDEX_MISSING) {
                    indices.missing(writeOf(step).index());
                }
                trouble = "the target answered %d %s: %s"
                        .formatted(items.status(i), items.errorType(i), items.errorReason(i));
                retry(step, items, i, again);
            }
        }
    }

    private void retry(Pending step, BulkAnswer items, int i, List<Pending> again) {
        boolean isFailure = Cuts.isFailure(items.status(i));
        if (!isFailure) {
            cuts.none(step);
        }
        if (isFailure && cuts.another(step, thread.millis())) {
            step.refusal = items.errorReason(i);
            settle(step, Verdict.FAILED, "target_failed");
        } else {
            again.add(step);
        }
    }

    private void refused(Pending step, BulkAnswer items, int i) {
        if (widening.keeps(step, items, i)) {
            due.rest(step);
        } else {
            step.refusal = items.errorReason(i);
            settle(step, Verdict.FAILED, Failures.rule(items.status(i), items.errorType(i)));
        }
    }

    /** The whole request was answered with something other than item verdicts. */
    private void refusedWhole(Bulk bulk, RawResponse answer) {
        trouble = "the target answered %d %s".formatted(answer.status(), BulkAnswer.reasonOf(answer));
        if (Cuts.isFailure(answer)) {
            cut(bulk, trouble, "target_failed");
            return;
        }
        if (BulkAnswer.verdictOf(answer) == ItemVerdict.REFUSED) {
            if (bulk.steps().size() == 1) {
                bulk.steps().get(0).refusal = BulkAnswer.reasonOf(answer);
                settle(bulk.steps().get(0), Verdict.FAILED, Failures.rule(answer.status(), ""));
                return;
            }
            bulk.steps().forEach(step -> step.alone = true);
        }
        window.refused(System.nanoTime());
        again(bulk.steps());
    }

    private void noAnswer(Bulk bulk, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof IOException)) {
            throw new IllegalStateException("sending a bulk failed", cause);
        }
        boolean sent = !(cause instanceof ClusterUnreachableException unreachable) || unreachable.mayHaveArrived();
        if (sent) {
            cut(bulk, String.valueOf(cause.getMessage()), "no_answer");
        } else {
            trouble = String.valueOf(cause.getMessage());
            again(bulk.steps());
        }
        life.await(); // nothing goes out before
    }

    /** No usable answer, and whether it is carried out is not known. */
    private void cut(Bulk bulk, String why, String rule) {
        trouble = why;
        window.refused(System.nanoTime());
        List<Pending> steps = bulk.steps();
        if (steps.size() > 1) {
            cuts.together(steps, thread.millis());
        } else if (cuts.another(steps.get(0), thread.millis())) {
            steps.get(0).refusal = why;
            settle(steps.get(0), Verdict.FAILED, rule);
            return;
        }
        again(steps);
    }

    private void again(List<Pending> steps) {
        if (steps.isEmpty()) {
            return;
        }
        List<Pending> those = List.copyOf(steps);
        retries += those.size();
        int attempts = 0;
        for (Pending step : those) {
            attempts = Math.max(attempts, ++step.attempts);
            due.rest(step);
        }
        thread.later(BackOff.millis(attempts), () -> {
            if (!proof.keeps(those)) {
                ready.addAll(those);
            }
            pump();
        });
    }

    /** The target was asked about what is to be sent again. */
    private void asked(List<Pending> steps, boolean isAnswered) {
        inFlight--;
        if (!isAnswered) {
            life.await();
        }
        steps.forEach(due::rest);
        ready.addAll(steps);
        pump();
    }

    /** It is done with. */
    void settle(Pending step, Verdict verdict, String rule) {
        leave(step);
        settling.settled(step, new Ruled(verdict, rule));
    }

    /** It is not here any more. What waited for it goes out with the next {@link #pump}. */
    void leave(Pending step) {
        due.remove(step);
        cuts.none(step);
        Deque<Pending> next = order.settled(step);
        while (next != null && !next.isEmpty()) {
            ready.addFirst(next.removeLast());
        }
    }

    /** How many writes are due and not settled, but for those {@linkplain #withoutIndex without an index}. */
    int due() {
        return due.steps();
    }

    long dueBytes() {
        return due.bytes();
    }

    /** What waits for indices that the target does not have and does not get. */
    Amount withoutIndex() {
        return due.stuck();
    }

    /** How many writes were due and are not settled. */
    int unsettled() {
        return due.all();
    }

    long retries() {
        return retries;
    }

    /** How many writes were sent, each as often as it was. */
    long sent() {
        return sent;
    }

    /** The size of the bulks that were sent. */
    long sentBytes() {
        return sentBytes;
    }

    /** Why nothing goes out, or empty. */
    String waitingFor() {
        return trouble.isEmpty() ? indices.waitingFor() : trouble;
    }
}
