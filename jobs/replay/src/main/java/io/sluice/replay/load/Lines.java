package io.sluice.replay.load;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.ClusterUnreachableException;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.load.Connections.Connection;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.send.TaskThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Sends what is due of each connection, one request after the other: the next when the answer is there.
 *
 * <p>A request that cannot reach the target is sent again without end; one that may have reached it and has no answer is not, as
 * that could do it twice.
 *
 * <p>Belongs to the task's thread; answers come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class Lines {

    /** How many requests may be unanswered; more wait for one of them. */
    static final int MOST_UNDER_WAY = 1_000;

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final RawHttp http;
    private final TaskThread thread;
    private final Function<Queued, Step.Whole> load;
    private final BiConsumer<Queued, Ruled> settled;
    private final Map<Connection, Deque<Queued>> lines = new HashMap<>();
    private final Deque<Deque<Queued>> ready = new ArrayDeque<>();
    private int underWay;
    private int due;
    private long dueBytes;
    private long retries;
    private String trouble = "";

    /**
     * @param load takes the bytes of a request from the state if they are not on the heap
     * @param settled is told what became of each
     */
    Lines(RawHttp http, TaskThread thread, Function<Queued, Step.Whole> load, BiConsumer<Queued, Ruled> settled) {
        this.http = http;
        this.thread = thread;
        this.load = load;
        this.settled = settled;
    }

    /** The time of a request has come. It goes out with the next {@link #pump} that finds it at the head of its connection. */
    void due(Queued request) {
        due++;
        dueBytes += request.bytes();
        Deque<Queued> line = lines.get(request.connection());
        if (line == null) {
            line = new ArrayDeque<>();
            lines.put(request.connection(), line);
            ready.add(line);
        }
        line.add(request);
    }

    /** Sends what may go. */
    void pump() {
        while (underWay < MOST_UNDER_WAY && !ready.isEmpty()) {
            Deque<Queued> line = ready.remove();
            underWay++;
            send(line, line.element());
        }
    }

    private void send(Deque<Queued> line, Queued request) {
        Step.Whole whole = load.apply(request);
        RawRequest raw = new RawRequest(
                whole.method(),
                whole.target(),
                "",
                whole.body().isEmpty() ? List.of() : whole.body().asReadOnlyByteBufferList(),
                TIMEOUT,
                whole.headers());
        http.send(raw)
                .whenComplete((answer, failure) -> thread.run(() -> {
                    if (failure == null) {
                        trouble = "";
                        done(line, request, judge(whole, answer));
                    } else {
                        failed(line, request, failure);
                    }
                }));
    }

    private static Ruled judge(Step.Whole whole, RawResponse answer) {
        boolean isSame = whole.status() == 0 || whole.status() / 100 == answer.status() / 100;
        return isSame ? new Ruled(Verdict.APPLIED, "") : new Ruled(Verdict.FAILED, "status_" + answer.status());
    }

    private void failed(Deque<Queued> line, Queued request, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof ClusterUnreachableException unreachable && !unreachable.mayHaveArrived()) {
            trouble = String.valueOf(cause.getMessage());
            retries++;
            thread.later(BackOff.millis(++request.attempts), () -> {
                underWay--;
                ready.addFirst(line);
                pump();
            });
        } else if (cause instanceof IllegalArgumentException) {
            done(line, request, new Ruled(Verdict.FAILED, "request_unsendable"));
        } else {
            done(line, request, new Ruled(Verdict.FAILED, "no_answer"));
        }
    }

    private void done(Deque<Queued> line, Queued request, Ruled ruled) {
        Queued head = line.remove();
        if (!head.equals(request)) {
            throw new IllegalStateException(
                    "an answer to %s, but %s is at the head".formatted(request.name(), head.name()));
        }
        due--;
        dueBytes -= head.bytes();
        underWay--;
        settled.accept(head, ruled);
        if (line.isEmpty()) {
            lines.remove(head.connection());
        } else {
            ready.add(line);
        }
        pump();
    }

    /** How many are due and not settled. */
    int due() {
        return due;
    }

    long dueBytes() {
        return dueBytes;
    }

    long retries() {
        return retries;
    }

    /** Why nothing goes out, or empty. */
    String waitingFor() {
        return trouble;
    }
}
