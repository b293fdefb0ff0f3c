package io.sluice.replay.rewrite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests that change many documents without naming them. */
final class Sweeps {

    private static final int CONFLICT = 409;
    private static final List<String> COUNTS = List.of("created", "updated", "deleted");

    private final RewriteRules rules;
    private final Indices indices;

    Sweeps(RewriteRules rules, Indices indices) {
        this.rules = rules;
        this.indices = indices;
    }

    void rewrite(Request request, Items into) {
        JsonNode answer = Trees.answer(request);
        if (request.outcome() == Request.Outcome.REFUSED && request.status() != CONFLICT) {
            into.refused(0, Writes.refusal(request.status())); // a conflict comes in the middle of the work
        } else if (request.outcome() == Request.Outcome.APPLIED && changedNothing(answer)) {
            into.refused(0, "noop");
        } else {
            String task = answer.path("task").isTextual() ? answer.path("task").asText() : null;
            sweep(expression(request), reason(request), task, into);
        }
    }

    /** Only when every count is there, and it did not stop before its end. */
    private static boolean changedNothing(JsonNode answer) {
        return answer.path("total").isNumber()
                && COUNTS.stream().allMatch(count -> answer.path(count).asLong(0) == 0)
                && answer.path("failures").isEmpty()
                && !answer.path("timed_out").asBoolean(true);
    }

    private static AskReason reason(Request request) {
        return switch (request.plan().kind()) {
            case COPY -> AskReason.COPIED;
            case SWEEP -> request.plan().segments().contains("_arrow") ? AskReason.UNREAD_FORM : AskReason.BY_QUERY;
            default -> AskReason.BY_QUERY;
        };
    }

    /** Null when nothing says it. */
    private static @Nullable String expression(Request request) {
        return switch (request.plan().kind()) {
            case REINDEX -> {
                ObjectNode body = request.hasBody() ? Trees.object(request.body()) : null;
                String index = body == null ? "" : body.at("/dest/index").asText("");
                yield index.isEmpty() ? null : index;
            }
            case COPY -> request.target().segment(request.plan().segments().indexOf("{target}"));
            default -> request.index() == null ? "_all" : request.index();
        };
    }

    private void sweep(@Nullable String expression, AskReason reason, @Nullable String task, Items into) {
        if (expression == null) {
            into.unknown(0, "index_unknown");
            return;
        }
        if (!rules.liveSource()) {
            into.unknown(0, reason.rule());
            return;
        }
        int item = 0;
        for (String name : expression.split(",", -1)) {
            boolean isIndex = !name.contains("*") && !name.startsWith("<") && !name.equals("_all");
            if (isIndex && !rules.aliases().contains(name) && !indices.of(name).isChosen()) {
                into.skipped(item++, "index_not_chosen");
            } else {
                String target = isIndex ? indices.of(name).target() : name;
                into.add(new Step.Sweep(item++, target, name, reason, task));
            }
        }
    }
}
