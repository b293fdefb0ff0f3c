package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.account.AccountRecord.Compared;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Answered;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.conduct.WritesSoFar;
import io.sluice.replay.outcome.Redaction;
import io.sluice.replay.rewrite.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
 * <p>A read to which no answer came is sent once more, as a connection may have been closed while nobody used it.
 *
 * <p>Belongs to the task's thread; answers are compared on the client's thread, and come back then.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class ReadSender {

    private static final Logger LOG = LoggerFactory.getLogger(ReadSender.class);

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

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

    private record Queued(Pending read, Step.Read step, boolean late, long sinceNanos) {}

    private final RawHttp http;
    private final ReadJudge judge;
    private final Limits limits;
    private final TaskThread thread;
    private final BiConsumer<Pending, Compared> over;
    private final Deque<Queued> queue = new ArrayDeque<>();
    private WritesSoFar writes = WritesSoFar.NOTHING;
    private long queuedBytes;
    private int inFlight;
    private long sent;

    /** @param over is told what became of each, once */
    ReadSender(RawHttp http, ReadJudge judge, Limits limits, TaskThread thread, BiConsumer<Pending, Compared> over) {
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
        if (queue.size() >= limits.queued() || queuedBytes + read.bytes() > limits.queuedBytes()) {
            shed(read);
            return;
        }
        queue.add(new Queued(read, step, late, System.nanoTime()));
        queuedBytes += read.bytes();
        pump();
    }

    private void shed(Pending read) {
        over.accept(read, new Compared(read.exchange(), new Ruled(Verdict.SKIPPED, "reads_shed"), null));
    }

    private void pump() {
        while (inFlight < limits.inFlight() && !queue.isEmpty()) {
            Queued next = queue.remove();
            queuedBytes -= next.read().bytes();
            if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - next.sinceNanos()) > limits.longestWait()) {
                shed(next.read());
            } else {
                inFlight++;
                send(next);
            }
        }
    }

    private void send(Queued queued) {
        Step.Read step = queued.step();
        boolean unfinished =
                queued.late() || judge.mayMiss(queued.read().exchange().stamp(), writes);
        List<ByteBuffer> body = step.body().isEmpty() ? List.of() : step.body().asReadOnlyByteBufferList();
        String type = step.contentType() == null ? "" : step.contentType();
        long began = System.nanoTime();
        sent++;
        http.send(new RawRequest(step.method(), step.target(), type, body, TIMEOUT))
                .handle((answer, failure) -> judged(queued, answer, failure, unfinished, began))
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
        Ruled ruled = new Ruled(Verdict.SKIPPED, "read_not_compared");
        over.accept(queued.read(), new Compared(queued.read().exchange(), ruled, null));
        pump();
    }

    /** Null when it is to be sent again. */
    private @Nullable Answered judged(
            Queued queued,
            @Nullable RawResponse answer,
            @Nullable Throwable failure,
            boolean unfinished,
            long beganNanos) {
        if (answer != null) {
            long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - beganNanos);
            return judge.judge(queued.step(), answer, micros, unfinished);
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof IOException)) {
            throw new IllegalStateException("sending a read failed", cause);
        }
        return queued.read().attempts == 0
                ? null
                : judge.noAnswer(queued.step(), String.valueOf(cause.getMessage()), unfinished);
    }

    private void answered(Queued queued, @Nullable Answered answered) {
        if (answered == null) {
            thread.later(BackOff.millis(++queued.read().attempts), () -> send(queued));
            return;
        }
        inFlight--;
        over.accept(queued.read(), new Compared(queued.read().exchange(), ReadJudge.ruled(answered), answered));
        pump();
    }

    /** Reads that are due and not settled. */
    int unsettled() {
        return queue.size() + inFlight;
    }

    /** How many were sent, each as often as it was. */
    long sent() {
        return sent;
    }
}
