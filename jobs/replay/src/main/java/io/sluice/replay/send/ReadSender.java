package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.account.AccountRecord.Compared;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Answered;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.conduct.WritesSoFar;
import io.sluice.replay.outcome.Redaction;
import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends reads whose time has come, over connections of its own, and has the answers compared. Nothing waits for a read: not the
 * clock, not a write; and a read waits for nothing but the clock. What the target does not keep up with is shed.
 *
 * <p>A read to which no answer came is sent once more, as a connection may have been closed while nobody used it; but for a page of
 * a scroll, which the target may have given already.
 *
 * <p>Belongs to the task's thread; answers are compared on the client's thread, and come back then.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class ReadSender {

    private static final Logger LOG = LoggerFactory.getLogger(ReadSender.class);

    private static final String SHED = "reads_shed";
    private static final String UNKNOWN = "cursor_unknown";

    /** Of each read. */
    static final Duration TIMEOUT = Duration.ofMinutes(1);

    /**
     * What may be under way.
     *
     * @param inFlight reads that are not answered
     * @param queued reads that wait for one of those to be answered
     * @param queuedBytes their size, with the source's answers
     * @param longestWait of a read in the queue, in milliseconds: what is sent later sees another state than at the source
     */
    record Limits(int inFlight, int queued, long queuedBytes, long longestWait) {
        static final Limits DEFAULT = new Limits(16, 5_000, 32 << 20, 2_000);
    }

    /** A read that is due. */
    record Queued(Pending read, Step.Read step, boolean late, long sinceNanos) {
        Queued since(long now) {
            return new Queued(read, step, late, now);
        }
    }

    /** How a read was answered, and the id that the target gave for a cursor. */
    private record Came(
            Answered answered,
            @Nullable String cursor,
            @Nullable HeldAnswer held) {}

    private static final int NOT_FOUND = 404;

    private final RawHttp http;
    private final ReadJudge judge;
    private final Limits limits;
    private final TaskThread thread;
    private final BiConsumer<Pending, Compared> over;
    private final Deque<Queued> queue = new ArrayDeque<>();
    private final Cursors cursors;
    private WritesSoFar writes = WritesSoFar.NOTHING;
    private long queuedBytes;
    private int inFlight;
    private long sent;

    /** @param over is told what became of each, once */
    ReadSender(RawHttp http, ReadJudge judge, Limits limits, TaskThread thread, BiConsumer<Pending, Compared> over) {
        this(http, judge, limits, Cursors.Limits.DEFAULT, thread, over);
    }

    /** One that keeps another number of cursors. */
    ReadSender(
            RawHttp http,
            ReadJudge judge,
            Limits limits,
            Cursors.Limits ofCursors,
            TaskThread thread,
            BiConsumer<Pending, Compared> over) {
        this.cursors = new Cursors(http, ofCursors, System::nanoTime, new Turns());
        this.http = http;
        this.judge = judge;
        this.limits = limits;
        this.thread = thread;
        this.over = over;
    }

    /** Takes what is known of writes from now on. */
    void told(WritesSoFar now) {
        writes = now;
    }

    /**
     * The time of a read has come.
     *
     * @param late whether it had come before the source had answered: later writes may be seen, too
     */
    void due(Pending read, Step.Read step, boolean late) {
        if (queue.size() + cursors.waiting() >= limits.queued() || queuedBytes + read.bytes() > limits.queuedBytes()) {
            cursors.missed(step);
            skipped(read, SHED);
            return;
        }
        Queued queued = new Queued(read, step, late, System.nanoTime());
        switch (cursors.turn(queued)) {
            case NOW -> {
                queuedBytes += read.bytes();
                queue.add(queued);
                pump();
            }
            case LATER -> queuedBytes += read.bytes();
            case UNKNOWN -> skipped(read, UNKNOWN);
            case TOO_MANY -> {
                cursors.missed(step);
                skipped(read, SHED);
            }
        }
    }

    private void skipped(Pending read, String rule) {
        over.accept(read, new Compared(read.exchange(), new Ruled(Verdict.SKIPPED, rule), null));
    }

    /** What waited for another read of its cursor. */
    private final class Turns implements Cursors.Told {
        /** A cursor shows what there was when it was opened: nothing is lost by having waited. */
        @Override
        public void turn(Queued read) {
            queue.add(read.since(System.nanoTime()));
        }

        @Override
        public void unknown(Queued read) {
            queuedBytes -= read.read().bytes();
            skipped(read.read(), UNKNOWN);
        }
    }

    private void pump() {
        while (inFlight < limits.inFlight() && !queue.isEmpty()) {
            Queued next = queue.remove();
            queuedBytes -= next.read().bytes();
            if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - next.sinceNanos()) > limits.longestWait()) {
                cursors.over(next.step(), 0, null);
                skipped(next.read(), SHED);
            } else {
                inFlight++;
                send(next);
            }
        }
    }

    private void send(Queued queued) {
        Step.Read step = queued.step();
        boolean now = queued.late() || judge.mayMiss(queued.read().exchange().stamp(), writes);
        boolean unfinished = cursors.isUnfinished(step, now);
        Matter matter = cursors.matter(step);
        long began = System.nanoTime();
        HeldAnswer held = cursors.held(step);
        sent += held == null ? 1 : 0;
        CompletableFuture<RawResponse> answering = held == null
                ? http.send(cursors.request(step))
                : CompletableFuture.supplyAsync(held::answer); // compared elsewhere, as all are
        answering
                .handle((answer, failure) -> judged(
                        queued,
                        answer,
                        failure,
                        unfinished,
                        matter,
                        held == null ? began : began - TimeUnit.MICROSECONDS.toNanos(held.micros())))
                .whenComplete((answered, defect) -> thread.run(() -> {
                    if (defect == null) {
                        answered(queued, answered);
                    } else {
                        notCompared(queued, defect);
                    }
                }));
    }

    /** A defect of ours costs a read, and nothing else: it changes nothing, and would come again after every restart. */
    private void notCompared(Queued queued, Throwable defect) {
        LOG.error(
                "Cannot compare the answers to {} {}; it is skipped.",
                queued.step().method(),
                Redaction.target(queued.step().target()),
                defect);
        inFlight--;
        cursors.over(queued.step(), 0, null);
        skipped(queued.read(), "read_not_compared");
        pump();
    }

    /** Null when it is to be sent again. */
    private @Nullable Came judged(
            Queued queued,
            @Nullable RawResponse answer,
            @Nullable Throwable failure,
            boolean unfinished,
            Matter matter,
            long beganNanos) {
        if (answer != null) {
            long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - beganNanos);
            Answered answered = judge.judge(queued.step(), answer, micros, unfinished, matter);
            return new Came(
                    answered, Cursors.idIn(queued.step(), answer), HeldAnswer.of(queued.step(), answer, micros));
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof IOException)) {
            throw new IllegalStateException("sending a read failed", cause);
        }
        boolean isOnce =
                queued.step().cursor() != null && queued.step().cursor().isOnce();
        return queued.read().attempts == 0 && !isOnce
                ? null
                : new Came(judge.noAnswer(queued.step(), String.valueOf(cause.getMessage()), unfinished), null, null);
    }

    private void answered(Queued queued, @Nullable Came came) {
        if (came == null) {
            thread.later(BackOff.millis(++queued.read().attempts), () -> send(queued));
            return;
        }
        inFlight--;
        Answered answered = came.answered();
        if (came.held() != null) {
            cursors.hold(queued.step(), came.held());
        }
        cursors.over(queued.step(), answered.status(), came.cursor());
        Cursor cursor = queued.step().cursor();
        if (cursor != null && cursor.role() != Cursor.Role.OPENS && answered.status() == NOT_FOUND) {
            skipped(queued.read(), cursor.reason().isEmpty() ? UNKNOWN : cursor.reason());
        } else {
            over.accept(queued.read(), new Compared(queued.read().exchange(), ReadJudge.ruled(answered), answered));
        }
        pump();
    }

    /** Reads that are due and not settled. */
    int unsettled() {
        return queue.size() + cursors.waiting() + inFlight;
    }

    /** Leaves nothing open at the target, as far as that is quickly done. Nothing may be sent afterwards. */
    void end() {
        cursors.end();
    }

    /** How many were sent, each as often as it was. */
    long sent() {
        return sent;
    }
}
