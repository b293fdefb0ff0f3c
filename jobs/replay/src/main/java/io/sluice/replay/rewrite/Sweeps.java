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
            sweep(request, answer, into);
        }
    }

    private static boolean changedNothing(JsonNode answer) {
        return COUNTS.stream().noneMatch(count -> mayHave(answer, count));
    }

    /** A count of nothing is believed only when it did not stop before its end. */
    private static boolean mayHave(JsonNode answer, String count) {
        boolean isTold = answer.path("total").isNumber()
                && answer.path("failures").isEmpty()
                && !answer.path("timed_out").asBoolean(true);
        return !isTold || answer.path(count).asLong(0) != 0;
    }

    /** Whether it takes documents away and does nothing else. */
    private static boolean onlyDeletes(Request request) {
        return request.plan().kind() == Plan.Kind.SWEEP
                && (request.method().equals("DELETE")
                        || request.plan().segments().contains("_delete_by_query"));
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

    private void sweep(Request request, JsonNode answer, Items into) {
        String expression = expression(request);
        AskReason reason = reason(request);
        if (expression == null) {
            into.unknown(0, "index_unknown");
            return;
        }
        if (!rules.liveSource()) {
            into.unknown(0, reason.rule());
            return;
        }
        String task = answer.path("task").isTextual() ? answer.path("task").asText() : null;
        boolean writes = !onlyDeletes(request) && (mayHave(answer, "created") || mayHave(answer, "updated"));
        boolean deletes = request.plan().kind() != Plan.Kind.COPY && mayHave(answer, "deleted");
        long ended = request.outcome() == Request.Outcome.UNKNOWN
                ? 0
                : request.captured().answer().ended();
        int item = 0;
        for (String name : expression.split(",", -1)) {
            boolean isIndex = !name.contains("*") && !name.startsWith("<") && !name.equals("_all");
            if (item > 0 && name.startsWith("-")) {
                continue; // taken from what was named before it, which is looked at as a whole
            }
            boolean isAlias =
                    rules.aliases().contains(name) && !indices.of(name).isStream();
            if (isIndex && !isAlias && !indices.of(name).isChosen()) {
                into.skipped(item++, "index_not_chosen");
            } else {
                String target = isIndex ? indices.of(name).target() : name;
                into.add(new Step.Sweep(item++, target, name, reason, writes, deletes, ended, task));
            }
        }
    }
}
