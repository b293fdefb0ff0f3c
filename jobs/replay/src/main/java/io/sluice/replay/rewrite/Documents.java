package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.google.protobuf.ByteString;
import io.sluice.replay.rewrite.WriteRequest.Action;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Requests that write one document. */
final class Documents {

    private static final int NOT_FOUND = 404;

    private final Writes writes;

    Documents(Writes writes) {
        this.writes = writes;
    }

    void rewrite(Request request, Items into) {
        WriteRequest write = write(request);
        boolean isAbsent = write.action == Action.DELETE && request.status() == NOT_FOUND;
        if (request.outcome() == Request.Outcome.UNKNOWN) {
            writes.settleUnanswered(0, write, AskReason.UNKNOWN_OUTCOME, into);
            return;
        }
        if (request.outcome() == Request.Outcome.REFUSED && !isAbsent) {
            into.refused(0, Writes.refusal(request.status()));
            return;
        }
        ItemAnswer answer = answer(request);
        if (answer == null) {
            AskReason reason =
                    request.captured().answerStripped() ? AskReason.ANSWER_STRIPPED : AskReason.UNKNOWN_OUTCOME;
            writes.settleUnanswered(0, write, reason, into);
        } else {
            writes.settle(0, write, answer, request.captured(), into);
        }
    }

    private static WriteRequest write(Request request) {
        WriteRequest write = new WriteRequest();
        write.action = switch (request.plan().kind()) {
            case CREATE -> Action.CREATE;
            case UPDATE -> Action.UPDATE;
            case DELETE -> Action.DELETE;
            default -> Action.INDEX;
        };
        write.index = request.index();
        write.type = request.type();
        write.id = request.id();
        write.routing = request.target().parameter("routing");
        write.parent = request.target().parameter("parent");
        write.pipeline = request.target().parameter("pipeline");
        write.source = request.hasBody() && write.action != Action.DELETE ? request.body() : null;
        return write;
    }

    /** Null when it cannot be read. */
    private static @Nullable ItemAnswer answer(Request request) {
        ByteString body = request.answerBody();
        if (body == null || body.isEmpty()) {
            return null;
        }
        try (JsonParser in = BulkAnswers.parser(body)) {
            in.nextToken();
            ItemAnswer answer = new ItemAnswer();
            answer.read(in);
            answer.status = request.status();
            return answer;
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            return null;
        }
    }
}
