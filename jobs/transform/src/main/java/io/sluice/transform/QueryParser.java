package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads {@link DocumentQuery}s. */
final class QueryParser {

    private static final List<String> QUERIES =
            List.of("bool", "exists", "match_all", "prefix", "range", "term", "terms");
    private static final List<String> BOOL_KEYS =
            List.of("filter", "minimum_should_match", "must", "must_not", "should");
    private static final List<String> RANGE_KEYS = List.of("gt", "gte", "lt", "lte");
    private static final Set<String> WITH_VALUE = Set.of("value");

    private QueryParser() {}

    static DocumentQuery query(JsonNode query, String at) {
        Map.Entry<String, JsonNode> only = only(query, at, QUERIES.toString());
        String inside = at + only.getKey() + ".";
        JsonNode body = only.getValue();
        return switch (only.getKey()) {
            case "match_all" -> new DocumentQuery.All();
            case "term" -> term(body, inside);
            case "terms" -> terms(body, inside);
            case "prefix" -> prefix(body, inside);
            case "range" -> range(body, inside);
            case "exists" -> exists(body, inside);
            case "bool" -> bool(body, inside);
            default -> throw wrong(at + only.getKey(), "one of " + QUERIES, "another query");
        };
    }

    private static DocumentQuery term(JsonNode body, String at) {
        Map.Entry<String, JsonNode> field = only(body, at, "one path");
        return new DocumentQuery.AnyOf(
                field.getKey(), List.of(scalar(value(field.getValue(), at + field.getKey()), at + field.getKey())));
    }

    private static DocumentQuery terms(JsonNode body, String at) {
        Map.Entry<String, JsonNode> field = only(body, at, "one path");
        if (!field.getValue().isArray()) {
            throw wrong(
                    at + field.getKey(), "a list of values", field.getValue().toString());
        }
        List<Scalar> wanted = new ArrayList<>();
        field.getValue().forEach(value -> wanted.add(scalar(value, at + field.getKey())));
        return new DocumentQuery.AnyOf(field.getKey(), wanted);
    }

    private static DocumentQuery prefix(JsonNode body, String at) {
        Map.Entry<String, JsonNode> field = only(body, at, "one path");
        JsonNode start = value(field.getValue(), at + field.getKey());
        if (!start.isTextual()) {
            throw wrong(at + field.getKey(), "a text", start.toString());
        }
        return new DocumentQuery.Prefix(field.getKey(), start.asText());
    }

    private static DocumentQuery range(JsonNode body, String at) {
        Map.Entry<String, JsonNode> field = only(body, at, "one path");
        List<DocumentQuery.Bound> bounds = new ArrayList<>();
        for (Map.Entry<String, JsonNode> bound : field.getValue().properties()) {
            String path = at + field.getKey() + "." + bound.getKey();
            if (!RANGE_KEYS.contains(bound.getKey())) {
                throw wrong(path, "one of " + RANGE_KEYS, "another key");
            }
            bounds.add(new DocumentQuery.Bound(
                    DocumentQuery.Bound.Side.valueOf(bound.getKey().toUpperCase(Locale.ROOT)),
                    limit(bound.getValue(), path)));
        }
        if (bounds.isEmpty()) {
            throw wrong(
                    at + field.getKey(),
                    "one of " + RANGE_KEYS,
                    field.getValue().toString());
        }
        return new DocumentQuery.Range(field.getKey(), bounds);
    }

    private static Scalar limit(JsonNode node, String at) {
        Scalar limit = scalar(node, at);
        if (limit instanceof Scalar.Truth) {
            throw wrong(at, "a number or a text", node.toString());
        }
        return limit;
    }

    private static DocumentQuery exists(JsonNode body, String at) {
        Map.Entry<String, JsonNode> field = only(body, at, "\"field\"");
        if (!field.getKey().equals("field") || !field.getValue().isTextual()) {
            throw wrong(
                    at + field.getKey(),
                    "\"field\" with a path",
                    field.getValue().toString());
        }
        return new DocumentQuery.Exists(field.getValue().asText());
    }

    private static DocumentQuery bool(JsonNode body, String at) {
        for (Map.Entry<String, JsonNode> clause : body.properties()) {
            if (!BOOL_KEYS.contains(clause.getKey())) {
                throw wrong(at + clause.getKey(), "one of " + BOOL_KEYS, "another key");
            }
        }
        List<DocumentQuery> all = queries(body.path("must"), at + "must");
        all.addAll(queries(body.path("filter"), at + "filter"));
        List<DocumentQuery> some = queries(body.path("should"), at + "should");
        JsonNode least = body.path("minimum_should_match");
        boolean isCount =
                least.isMissingNode() || (least.isInt() && least.asInt() >= 0 && least.asInt() <= some.size());
        if (!isCount) {
            throw wrong(at + "minimum_should_match", "a number from 0 to " + some.size(), least.toString());
        }
        int wanted = least.asInt(all.isEmpty() && !some.isEmpty() ? 1 : 0);
        return new DocumentQuery.Bool(all, some, queries(body.path("must_not"), at + "must_not"), wanted);
    }

    /** One query or a list of them. */
    private static List<DocumentQuery> queries(JsonNode clause, String at) {
        List<DocumentQuery> queries = new ArrayList<>();
        if (clause.isArray()) {
            for (int i = 0; i < clause.size(); i++) {
                queries.add(query(clause.get(i), "%s[%d].".formatted(at, i)));
            }
        } else if (!clause.isMissingNode()) {
            queries.add(query(clause, at + "."));
        }
        return queries;
    }

    private static JsonNode value(JsonNode node, String at) {
        if (!node.isObject()) {
            return node;
        }
        Map.Entry<String, JsonNode> only = only(node, at + ".", WITH_VALUE.toString());
        if (!WITH_VALUE.contains(only.getKey())) {
            throw wrong(at + "." + only.getKey(), "one of " + WITH_VALUE, "another key");
        }
        return only.getValue();
    }

    private static Scalar scalar(JsonNode node, String at) {
        if (node.isTextual()) {
            return new Scalar.Text(node.asText());
        } else if (node.isNumber()) {
            return new Scalar.Numeric(node.decimalValue());
        } else if (node.isBoolean()) {
            return new Scalar.Truth(node.asBoolean());
        }
        throw wrong(at, "a text, a number, true or false", node.toString());
    }

    private static Map.Entry<String, JsonNode> only(JsonNode node, String at, String allowed) {
        if (!node.isObject() || node.size() != 1) {
            throw wrong(
                    at.isEmpty() ? "" : at.substring(0, at.length() - 1), "an object with " + allowed, node.toString());
        }
        return node.properties().iterator().next();
    }

    private static IllegalArgumentException wrong(String at, String expected, String found) {
        return new IllegalArgumentException(
                "%sexpected %s, found %s".formatted(at.isEmpty() ? "" : at + ": ", expected, found));
    }
}
