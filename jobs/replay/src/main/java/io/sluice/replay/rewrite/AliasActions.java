package io.sluice.replay.rewrite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The actions of {@code POST /_aliases}: all or none happens, so they stay together. */
final class AliasActions {

    private final RewriteRules rules;
    private final Indices indices;

    AliasActions(RewriteRules rules, Indices indices) {
        this.rules = rules;
        this.indices = indices;
    }

    void rewrite(Request request, Items into) {
        ObjectNode body = Trees.object(request.body());
        if (body == null || !body.path("actions").isArray()) {
            into.unknown(0, "body_unreadable");
            return;
        }
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        Set<String> touched = new LinkedHashSet<>();
        boolean isOpen = false;
        for (JsonNode action : body.path("actions")) {
            for (Map.Entry<String, JsonNode> part : action.properties()) {
                Named named = Named.of(String.join(",", names(part.getValue())), rules, indices);
                if (named.isDateMath() || (named.isOpen() && !rules.names().keepsAll())) {
                    into.unknown(0, named.isDateMath() ? "date_math" : "pattern_with_other_names");
                    return;
                }
                if (part.getKey().equals("remove_index") && named.isEverything()) {
                    into.unknown(0, "delete_everything");
                    return;
                }
                if (!named.lacksChosen() && part.getValue() instanceof ObjectNode parameters) {
                    isOpen |= named.isOpen();
                    touched.addAll(named.touched());
                    kept.addObject().set(part.getKey(), named(parameters, named));
                }
            }
        }
        if (kept.isEmpty()) {
            into.skipped(0, "index_not_chosen");
            return;
        }
        ObjectNode made = JsonNodeFactory.instance.objectNode();
        made.set("actions", kept);
        Scope scope = isOpen ? Scope.ALL : Scope.of(touched);
        into.add(new Step.Call(0, scope, "POST", "/_aliases", "application/json", Trees.bytes(made)));
    }

    /** The indices that an action names. */
    static List<String> names(JsonNode action) {
        List<String> names = new ArrayList<>();
        for (String key : List.of("index", "indices")) {
            JsonNode value = action.path(key);
            if (value.isTextual()) {
                names.add(value.asText());
            }
            value.forEach(name -> names.add(name.asText()));
        }
        return names;
    }

    private static ObjectNode named(ObjectNode parameters, Named named) {
        ObjectNode copy = parameters.deepCopy();
        copy.remove(List.of("index", "indices"));
        ArrayNode names = copy.putArray("indices");
        named.names().forEach(names::add);
        return copy;
    }
}
