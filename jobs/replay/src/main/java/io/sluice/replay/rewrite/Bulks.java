package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import io.sluice.replay.rewrite.WriteRequest.Action;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes a bulk apart: item i of the answer tells of action i of the request. */
final class Bulks {

    private final Writes writes;

    Bulks(Writes writes) {
        this.writes = writes;
    }

    void rewrite(Request request, Items into) {
        if (request.outcome() == Request.Outcome.REFUSED) {
            refused(request, into);
            return;
        }
        AskReason reason = request.captured().answerStripped() && request.outcome() == Request.Outcome.APPLIED
                ? AskReason.ANSWER_STRIPPED
                : AskReason.UNKNOWN_OUTCOME;
        if (!request.hasBody()) {
            if (!lostRequest(request, into)) {
                into.clear();
                partOfRequest(request, reason, into);
            }
        } else if (!answered(request, into)) {
            into.clear();
            unanswered(request, request.body(), reason, into);
        }
    }

    /** Every item is refused with the whole. */
    private static void refused(Request request, Items into) {
        String rule = Writes.refusal(request.status());
        BulkRequest items = new BulkRequest(request.body(), defaults(request));
        int item = 0;
        while (items.next() != null) {
            into.refused(item++, rule);
        }
        if (items.isMalformed() || item == 0) {
            into.refused(item, rule);
        }
    }

    /** False when the answer does not tell of just these items; then nothing of what was collected counts. */
    private boolean answered(Request request, Items into) {
        ByteString body = request.answerBody();
        if (request.outcome() != Request.Outcome.APPLIED || body == null) {
            return false;
        }
        BulkRequest items = new BulkRequest(request.body(), defaults(request));
        try (BulkAnswers answers = new BulkAnswers(body)) {
            int item = 0;
            for (WriteRequest next = items.next(); next != null; next = items.next()) {
                ItemAnswer answer = answers.next();
                if (answer == null) {
                    return false;
                }
                writes.settle(item++, next, answer, request.captured(), into);
            }
            return item > 0 && !items.isMalformed() && answers.next() == null;
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            return false;
        }
    }

    private void unanswered(Request request, ByteString body, AskReason reason, Items into) {
        BulkRequest items = new BulkRequest(body, defaults(request));
        int item = 0;
        for (WriteRequest next = items.next(); next != null; next = items.next()) {
            writes.settleUnanswered(item++, next, reason, into);
        }
        if (items.isMalformed() || item == 0) {
            into.unknown(item, "bulk_malformed");
        }
    }

    /** What is known of a request whose end is missing; what is not there cannot be told. */
    private void partOfRequest(Request request, AskReason reason, Items into) {
        BulkRequest items = new BulkRequest(request.body(), defaults(request));
        int item = 0;
        for (WriteRequest next = items.next(); next != null; next = items.next()) {
            writes.settleUnanswered(item++, next, reason, into);
        }
        into.unknown(item, request.bodyRule());
    }

    /** The answer alone tells which documents there were. */
    private boolean lostRequest(Request request, Items into) {
        ByteString body = request.answerBody();
        if (request.outcome() != Request.Outcome.APPLIED || body == null) {
            return false;
        }
        try (BulkAnswers answers = new BulkAnswers(body)) {
            int item = 0;
            for (ItemAnswer answer = answers.next(); answer != null; answer = answers.next()) {
                WriteRequest lost = defaults(request);
                lost.action = action(answer.action);
                lost.isLost = true;
                writes.settle(item++, lost, answer, request.captured(), into);
            }
            return item > 0;
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            return false;
        }
    }

    private static Action action(String name) {
        return switch (name) {
            case "delete" -> Action.DELETE;
            case "update" -> Action.UPDATE;
            default -> Action.INDEX;
        };
    }

    /** What holds for items that do not say it themselves. */
    static WriteRequest defaults(Request request) {
        WriteRequest defaults = new WriteRequest();
        defaults.index = or(request.index(), request.target().parameter("index"));
        defaults.type = or(request.type(), request.target().parameter("type"));
        defaults.routing = request.target().parameter("routing");
        defaults.pipeline = request.target().parameter("pipeline");
        return defaults;
    }

    private static @Nullable String or(@Nullable String one, @Nullable String other) {
        return one != null ? one : other;
    }
}
