package io.sluice.replay.rewrite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.sluice.transform.IndexBodies;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests for whole indices, and for what is defined for them. */
final class Calls {

    private static final String JSON = "application/json";

    /**
     * Parameters of a call that mean the same to the target. All others are the source's, or are about waiting, or are conditions,
     * as {@code create} is: the source's answer says that they held.
     */
    private static final Set<String> KEPT =
            Set.of("ignore_unavailable", "allow_no_indices", "expand_wildcards", "order");

    /** Of these, the effects are part of an index, and so of a snapshot. */
    private static final Set<Plan.Kind> OF_INDICES = Set.of(
            Plan.Kind.CREATE_INDEX,
            Plan.Kind.DELETE_INDEX,
            Plan.Kind.OPEN_CLOSE,
            Plan.Kind.MAPPING,
            Plan.Kind.SETTINGS,
            Plan.Kind.ALIAS_ACTIONS,
            Plan.Kind.ALIAS,
            Plan.Kind.ROLLOVER,
            Plan.Kind.STREAM);

    /** It would have to be done to the indices of its types, of which the call knows nothing. */
    private static final String SPLIT = "split_index_operation";

    private final RewriteRules rules;
    private final Indices indices;
    private final AliasActions aliasActions;
    private final Streams streams;

    Calls(RewriteRules rules, Indices indices) {
        this.rules = rules;
        this.indices = indices;
        this.aliasActions = new AliasActions(rules, indices);
        this.streams = new Streams(rules, indices);
    }

    void rewrite(Request request, Items into) {
        if (request.outcome() == Request.Outcome.REFUSED) {
            into.refused(0, Writes.refusal(request.status()));
        } else if (request.outcome() == Request.Outcome.UNKNOWN) {
            into.unknown(0, "index_operation_unknown_outcome");
        } else if (isInSnapshot(request)) {
            into.inSnapshot(0);
        } else if (!request.hasBody()) {
            into.unknown(0, request.bodyRule());
        } else {
            applied(request, into);
        }
    }

    /**
     * What was done to an index before the snapshot shows in it. To do it again would undo what the backfill carries: a delete
     * of an index of the same name, above all. What is no index is not in it.
     */
    private boolean isInSnapshot(Request request) {
        SnapshotMark mark = rules.mark();
        return mark != null
                && OF_INDICES.contains(request.plan().kind())
                && mark.isBeforeOfAny(
                        request.captured().id().run(),
                        request.captured().answer().ended());
    }

    private void applied(Request request, Items into) {
        switch (request.plan().kind()) {
            case ROLLOVER -> rollover(request, into);
            case STREAM -> streams.rewrite(request, into);
            case CREATE_INDEX -> create(request, into);
            case DELETE_INDEX, OPEN_CLOSE, MAPPING, SETTINGS, ALIAS -> ofIndices(request, into);
            case ALIAS_ACTIONS -> aliasActions.rewrite(request, into);
            default -> definition(request, into);
        }
    }

    /** The conditions were the source's to look at. */
    private void rollover(Request request, Items into) {
        JsonNode answer = Trees.answer(request);
        String alias = request.index();
        String index = answer.path("new_index").asText("");
        String old = answer.path("old_index").asText("");
        ObjectNode body = Trees.object(request.body());
        if (!answer.path("rolled_over").asBoolean(false)) {
            into.refused(0, "not_rolled_over");
        } else if (alias == null || index.isEmpty() || old.isEmpty() || body == null) {
            into.unknown(0, "rollover_unreadable");
        } else if (Streams.isIndexOf(alias, index)) {
            streams.rolledOver(alias, index, into);
        } else if (!indices.of(index).isChosen()) {
            into.skipped(0, "index_not_chosen");
        } else {
            Set<String> touched =
                    Set.of(indices.of(old).target(), indices.of(index).target());
            ByteString made = Trees.bytes(IndexBodies.index(body, rules.strict()));
            String target = "/" + Target.encoded(alias) + "/_rollover/"
                    + Target.encoded(indices.of(index).target());
            into.add(new Step.Call(0, Scope.of(touched), "POST", target, JSON, made));
        }
    }

    /** The answer knows the name best: of a name with a date in it the request says no more than a pattern. */
    private void create(Request request, Items into) {
        String told = Trees.answer(request).path("index").asText("");
        String index = told.isEmpty() ? request.index() : told;
        ObjectNode body = Trees.object(request.body());
        if (index == null || index.startsWith("<")) {
            into.unknown(0, "date_math");
        } else if (body == null) {
            into.unknown(0, "body_unreadable");
        } else if (!indices.of(index).isChosen()) {
            into.skipped(0, "index_not_chosen");
        } else if (rules.routesOf(index).isSplit()) {
            into.unknown(0, SPLIT);
        } else {
            String name = indices.of(index).target();
            ByteString made = Trees.bytes(IndexBodies.index(body, rules.strict()));
            into.add(new Step.Call(0, Scope.of(Set.of(name)), "PUT", "/" + Target.encoded(name), JSON, made));
        }
    }

    private void ofIndices(Request request, Items into) {
        Named named = Named.of(request.index(), rules, indices);
        if (named.lacksChosen()) {
            into.skipped(0, "index_not_chosen");
        } else if (named.isDateMath()) {
            into.unknown(0, "date_math");
        } else if (named.isSplit()) {
            into.unknown(0, SPLIT);
        } else if (named.isOpen() && !rules.names().keepsAll()) {
            // At the target the pattern stands for other indices than at the source.
            into.unknown(0, "pattern_with_other_names");
        } else if (request.plan().kind() == Plan.Kind.DELETE_INDEX && named.isEverything()) {
            // The target may hold more than what comes from the source.
            into.unknown(0, "delete_everything");
        } else {
            ofNamed(request, named, into);
        }
    }

    private void ofNamed(Request request, Named named, Items into) {
        String path = "/" + named.segment();
        switch (request.plan().kind()) {
            case DELETE_INDEX -> call(request, named, "DELETE", path, null, into);
            case OPEN_CLOSE -> {
                String last =
                        request.plan().segments().get(request.plan().segments().size() - 1);
                call(request, named, "POST", path + "/" + last, null, into);
            }
            case ALIAS -> alias(request, named, path, into);
            default -> {
                ObjectNode body = Trees.object(request.body());
                boolean isMapping = request.plan().kind() == Plan.Kind.MAPPING;
                ObjectNode made = body == null
                        ? null
                        : isMapping ? IndexBodies.mapping(body, request.type()) : IndexBodies.settings(body);
                if (body == null) {
                    into.unknown(0, "body_unreadable");
                } else if (made == null || made.isEmpty()) {
                    into.skipped(0, isMapping ? "mapping_without_fields" : "settings_not_mirrored");
                } else {
                    String end = isMapping ? "/_mapping" : "/_settings";
                    call(request, named, "PUT", path + end, Trees.bytes(made), into);
                }
            }
        }
    }

    private void alias(Request request, Named named, String path, Items into) {
        String name = request.target().segment(request.plan().segments().indexOf("{name}"));
        boolean isDelete = request.method().equals("DELETE");
        if (name == null) {
            // The oldest form has it in the body.
            into.unknown(0, "alias_without_name");
            return;
        }
        ObjectNode body = isDelete ? Trees.object(ByteString.EMPTY) : Trees.object(request.body());
        if (body == null) {
            into.unknown(0, "body_unreadable");
            return;
        }
        ByteString made = body.isEmpty() ? null : Trees.bytes(body);
        call(request, named, isDelete ? "DELETE" : "PUT", path + "/_alias/" + Target.encoded(name), made, into);
    }

    private void definition(Request request, Items into) {
        String path = path(request);
        if (request.method().equals("DELETE")) {
            into.add(new Step.Call(0, Scope.ALL, "DELETE", path, null, ByteString.EMPTY));
            return;
        }
        ObjectNode body = Trees.object(request.body());
        if (body == null) {
            into.unknown(0, "body_unreadable");
            return;
        }
        ObjectNode made = switch (request.plan().kind()) {
            case TEMPLATE -> IndexBodies.legacyTemplate(body);
            case INDEX_TEMPLATE, COMPONENT_TEMPLATE -> IndexBodies.template(body);
            default -> body;
        };
        into.add(new Step.Call(
                0, Scope.ALL, "PUT", path + request.target().queryOf(KEPT::contains), JSON, Trees.bytes(made)));
    }

    /** The path as it was, of which only the last segment varies. */
    private static String path(Request request) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < request.plan().segments().size(); i++) {
            String segment = request.target().segment(i);
            path.append('/').append(segment == null ? "" : Target.encoded(segment));
        }
        return path.toString();
    }

    private static void call(
            Request request, Named named, String method, String path, @Nullable ByteString body, Items into) {
        into.add(new Step.Call(
                0,
                named.scope(),
                method,
                path + request.target().queryOf(KEPT::contains),
                body == null ? null : JSON,
                body == null ? ByteString.EMPTY : body));
    }
}
