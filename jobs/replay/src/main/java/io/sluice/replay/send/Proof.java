package io.sluice.replay.send;

import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.BulkBody;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.rewrite.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks a target that fails at writes whether it takes any where they go, before they are sent again: has it delete, in the shard of
 * each, a document that is not there. Without a fence, as that would make an index that is not there.
 *
 * <p>Belongs to the task's thread; answers come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class Proof {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int BODY_CHUNK_BYTES = 4 << 10;
    private static final long NO_FENCE = -1;

    private final RawHttp http;
    private final TaskThread thread;
    private final Cuts cuts;
    private final Settling settling;
    private final Back back;
    private final Deque<Question> waiting = new ArrayDeque<>();

    /**
     * Steps that wait for an answer.
     *
     * @param asked those of them for which the target is asked
     */
    private record Question(List<Pending> steps, List<Pending> asked) {}

    /** Takes back what waited. */
    interface Back {
        /**
         * The target was asked about some of them.
         *
         * @param isAnswered false if it gave no answer at all
         */
        void asked(List<Pending> steps, boolean isAnswered);
    }

    Proof(RawHttp http, TaskThread thread, Cuts cuts, Settling settling, Back back) {
        this.http = http;
        this.thread = thread;
        this.cuts = cuts;
        this.settling = settling;
        this.back = back;
    }

    /** Keeps steps that are to be sent again until the target was asked; false if that is not needed for any of them. */
    boolean keeps(List<Pending> steps) {
        List<Pending> asked = cuts.doubtful(steps, thread.millis());
        return !asked.isEmpty() && waiting.add(new Question(steps, asked));
    }

    /** Whether something waits for a question. */
    boolean isWanted() {
        return !waiting.isEmpty();
    }

    /** Asks for those that have waited longest. */
    void ask() {
        Question question = waiting.remove();
        BulkBody body = new BulkBody(BODY_CHUNK_BYTES);
        for (Pending step : question.asked()) {
            settling.load(step);
            Bulk.add(deleteOfNothing(BulkSender.writeOf(step)), body);
        }
        http.send(new RawRequest("POST", BulkBody.PATH_OF_SEVERAL, "application/x-ndjson", body.content(), TIMEOUT))
                .whenComplete((answer, failure) -> thread.run(() -> answered(question, answer, failure)));
    }

    private static Step.Write deleteOfNothing(Step.Write write) {
        String id = "sluice-" + UUID.randomUUID();
        String routing = write.routing() == null ? write.id() : write.routing();
        return new Step.Write(
                write.item(), write.index(), write.sourceIndex(), write.type(), id, routing, NO_FENCE, null);
    }

    private void answered(Question question, @Nullable RawResponse answer, @Nullable Throwable failure) {
        int asked = question.asked().size();
        cuts.asked(question.asked(), answer == null ? null : read(answer, asked), thread.millis());
        if (failure != null) {
            IoFailure.of(failure, "asking whether the target takes writes");
        }
        back.asked(question.steps(), answer != null);
    }

    private static @Nullable BulkAnswer read(RawResponse answer, int asked) {
        try {
            return answer.status() / 100 == 2 ? BulkAnswer.parse(answer.body(), asked) : null;
        } catch (IOException notItems) {
            return null; // something between us and the target answered in its place
        }
    }
}
