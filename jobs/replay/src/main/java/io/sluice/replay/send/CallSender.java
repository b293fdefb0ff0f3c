package io.sluice.replay.send;

import com.google.protobuf.ByteString;
import io.sluice.cluster.BackOff;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.ClusterUnreachableException;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Sends calls whose turn has come, each until the target has answered for good. A target that is gone or overloaded is waited for
 * without end. A call that may have been done already is sent again only if that changes nothing.
 *
 * <p>Belongs to the task's thread; answers come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class CallSender {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final RawHttp http;
    private final TaskThread thread;
    private final IndexMaking making;
    private final StreamCalls streams;
    private final BiConsumer<Pending, Ruled> settled;
    private final Map<String, Pending> waiting = new HashMap<>();
    private int inTurn;
    private String trouble = "";

    /** @param settled is told what became of each */
    CallSender(RawHttp http, IndexMaking making, TaskThread thread, BiConsumer<Pending, Ruled> settled) {
        this.http = http;
        this.making = making;
        this.streams = making.streamCalls();
        this.thread = thread;
        this.settled = settled;
    }

    /** The time of a call has come: it waits for its turn. */
    void due(Pending call) {
        waiting.put(call.name(), call);
    }

    /** Its turn has come. Nothing happens if it is under way already. */
    void send(String id) {
        Pending pending = waiting.remove(id);
        if (pending == null) {
            return;
        }
        inTurn++;
        Step.Call call = callOf(pending);
        if (pending.restored && !CallRules.mayBeDoneTwice(call)) {
            settle(pending, new Ruled(Verdict.UNKNOWN, "may_have_been_done"));
        } else {
            send(pending, call, pending.restored);
        }
    }

    private static Step.Call callOf(Pending pending) {
        if (pending.item() != null && pending.item().step() instanceof Step.Call call) {
            return call;
        }
        throw new IllegalStateException("not a call, or one without its bytes: " + pending.name());
    }

    private void send(Pending pending, Step.Call call, boolean again) {
        if (call.isOfStream()) {
            sendOfStream(pending, call, again);
            return;
        }
        CallRules.made(call)
                .ifPresentOrElse(
                        index -> sendMarked(pending, call, index, again),
                        () -> send(pending, call, call.body(), again));
    }

    private void sendOfStream(Pending pending, Step.Call call, boolean again) {
        streams.done(call)
                .whenComplete((ruled, failure) -> thread.run(() -> {
                    if (failure == null) {
                        settle(pending, ruled);
                    } else {
                        notMade(pending, call, failure, again);
                    }
                }));
    }

    private void sendMarked(Pending pending, Step.Call call, String index, boolean again) {
        making.marked(index, call.body())
                .whenComplete((body, failure) -> thread.run(() -> {
                    if (failure == null) {
                        send(pending, call, body, again);
                    } else {
                        notMade(pending, call, failure, again);
                    }
                }));
    }

    private void send(Pending pending, Step.Call call, ByteString bytes, boolean again) {
        String type = call.contentType() == null ? "" : call.contentType();
        List<ByteBuffer> body = bytes.isEmpty() ? List.of() : bytes.asReadOnlyByteBufferList();
        http.send(new RawRequest(call.method(), call.target(), type, body, TIMEOUT))
                .whenComplete((answer, failure) -> thread.run(() -> {
                    if (failure == null) {
                        answered(pending, call, answer, again);
                    } else {
                        noAnswer(pending, call, failure, again);
                    }
                }));
    }

    private void answered(Pending pending, Step.Call call, RawResponse answer, boolean again) {
        Ruled ruled = CallRules.judge(call, answer, again);
        if (ruled != null && ruled.verdict() == Verdict.FAILED) {
            pending.refusal = BulkAnswer.reasonOf(answer);
        }
        if (ruled != null && !again && !pending.indexMade && CallRules.wantsIndex(call, answer)) {
            make(pending, call, ruled);
        } else if (ruled != null && ruled.verdict() == Verdict.FAILED) {
            CallRules.rolledOverTo(call)
                    .ifPresentOrElse(index -> makeInstead(pending, call, index, again), () -> settle(pending, ruled));
        } else if (ruled != null) {
            settle(pending, ruled);
        } else {
            // An answer like 503 can hide that it was done.
            retry(pending, call, true, "%d %s".formatted(answer.status(), BulkAnswer.reasonOf(answer)));
        }
    }

    /** An index that is first seen here is made as the source has it, before the call is sent again. */
    private void make(Pending pending, Step.Call call, Ruled otherwise) {
        making.make(call.scope().indices())
                .whenComplete((isThere, failure) -> thread.run(() -> {
                    if (failure != null) {
                        notMade(pending, call, failure, false);
                    } else if (isThere) {
                        pending.indexMade = true;
                        send(pending, call, false);
                    } else {
                        settle(pending, otherwise);
                    }
                }));
    }

    /**
     * An alias of indices that a backfill carried has no write index, so the target cannot roll it over. What counts is that the new
     * index is there; aliases are taken from the source once more before the cutover.
     */
    private void makeInstead(Pending pending, Step.Call call, String index, boolean again) {
        making.make(Set.of(index))
                .whenComplete((isThere, failure) -> thread.run(() -> {
                    if (failure != null) {
                        notMade(pending, call, failure, again);
                    } else if (isThere) {
                        settle(pending, new Ruled(Verdict.APPLIED, "index_made_without_rollover"));
                    } else {
                        settle(pending, new Ruled(Verdict.SKIPPED, "index_gone_at_source"));
                    }
                }));
    }

    /** That says nothing of the call itself: the target had refused it. */
    private void notMade(Pending pending, Step.Call call, Throwable failure, boolean again) {
        IOException cause = IoFailure.of(failure, "making an index for a call");
        retry(pending, call, again, String.valueOf(cause.getMessage()));
    }

    private void noAnswer(Pending pending, Step.Call call, Throwable failure, boolean again) {
        IOException cause = IoFailure.of(failure, "sending a call");
        boolean sent = !(cause instanceof ClusterUnreachableException unreachable) || unreachable.mayHaveArrived();
        retry(pending, call, again || sent, String.valueOf(cause.getMessage()));
    }

    private void retry(Pending pending, Step.Call call, boolean again, String why) {
        trouble = "%s %s is sent again: %s".formatted(call.method(), call.target(), why);
        if (again && !CallRules.mayBeDoneTwice(call)) {
            settle(pending, new Ruled(Verdict.UNKNOWN, "may_have_been_done"));
        } else {
            thread.later(BackOff.millis(++pending.attempts), () -> send(pending, call, again));
        }
    }

    private void settle(Pending pending, Ruled ruled) {
        inTurn--;
        trouble = "";
        settled.accept(pending, ruled);
    }

    /** Calls that are due and not settled. */
    int unsettled() {
        return waiting.size() + inTurn;
    }

    /** What the target said last to a call that is not settled, or empty. */
    String trouble() {
        return trouble;
    }
}
