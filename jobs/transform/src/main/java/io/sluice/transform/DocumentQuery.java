package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which documents are wanted, by their source: a part of the query language that both sides of a migration speak.
 *
 * <pre>
 *   query := {"match_all": {}}
 *          | {"term":   {path: scalar}}            also {path: {"value": scalar}}
 *          | {"terms":  {path: [scalar, …]}}
 *          | {"prefix": {path: text}}              also {path: {"value": text}}
 *          | {"range":  {path: {"gt": x, "gte": x, "lt": x, "lte": x}}}
 *          | {"exists": {"field": path}}
 *          | {"bool":   {"must": […], "filter": […], "should": […], "must_not": […], "minimum_should_match": n}}
 * </pre>
 *
 * <p>There is no mapping and no analysis: what counts is what stands in the source. A path goes through objects, through
 * arrays, and through keys with dots in them; a document matches when any value at the path does. Numbers are compared
 * by value, to the last digit; texts by their characters, which puts dates of one ISO form in their order; a number and
 * a text are never equal, and neither is in a range of the other. {@code bool} without {@code must} and {@code filter}
 * wants one of {@code should}, as on a server.
 */
public sealed interface DocumentQuery {

    /** Whether a document with these values is wanted. */
    boolean matches(SourceValues values);

    /** Hands on the path of every value that the query looks at. */
    void paths(Consumer<String> path);

    /**
     * Reads a query.
     *
     * @throws IllegalArgumentException when it is not one of this part of the language; the message names the key path
     *     and what is allowed there
     */
    static DocumentQuery parse(JsonNode query) {
        return parse(query, "");
    }

    /**
     * Reads a query that stands somewhere.
     *
     * @param at the key path of the query itself, for messages
     */
    static DocumentQuery parse(JsonNode query, String at) {
        return QueryParser.query(query, at.isEmpty() ? "" : at + ".");
    }

    /** Every document. */
    record All() implements DocumentQuery {
        @Override
        public boolean matches(SourceValues values) {
            return true;
        }

        @Override
        public void paths(Consumer<String> path) {
            // looks at none
        }
    }

    /** One of the values stands at the path. */
    record AnyOf(String path, List<Scalar> wanted) implements DocumentQuery {
        public AnyOf {
            wanted = List.copyOf(wanted);
        }

        @Override
        public boolean matches(SourceValues values) {
            return values.any(path, wanted::contains);
        }

        @Override
        public void paths(Consumer<String> to) {
            to.accept(path);
        }
    }

    /** A text at the path begins like this. */
    record Prefix(String path, String start) implements DocumentQuery {
        @Override
        public boolean matches(SourceValues values) {
            return values.any(
                    path,
                    value -> value instanceof Scalar.Text text && text.text().startsWith(start));
        }

        @Override
        public void paths(Consumer<String> to) {
            to.accept(path);
        }
    }

    /** A value at the path lies within all of the bounds. */
    record Range(String path, List<Bound> bounds) implements DocumentQuery {
        public Range {
            bounds = List.copyOf(bounds);
        }

        @Override
        public boolean matches(SourceValues values) {
            return values.any(path, value -> bounds.stream().allMatch(bound -> bound.admits(value)));
        }

        @Override
        public void paths(Consumer<String> to) {
            to.accept(path);
        }
    }

    /** One end of a range. */
    record Bound(Side side, Scalar limit) {
        /** Which end, and whether the limit itself belongs to it. */
        enum Side {
            GT,
            GTE,
            LT,
            LTE
        }

        boolean admits(Scalar value) {
            Integer order = value.compare(limit);
            if (order == null) {
                return false;
            }
            return switch (side) {
                case GT -> order > 0;
                case GTE -> order >= 0;
                case LT -> order < 0;
                case LTE -> order <= 0;
            };
        }
    }

    /** Something other than null stands at the path, or below it. */
    record Exists(String path) implements DocumentQuery {
        @Override
        public boolean matches(SourceValues values) {
            return values.isPresent(path);
        }

        @Override
        public void paths(Consumer<String> to) {
            to.accept(path);
        }
    }

    /** Put together of others. */
    record Bool(List<DocumentQuery> all, List<DocumentQuery> some, List<DocumentQuery> none, int leastOfSome)
            implements DocumentQuery {
        public Bool {
            all = List.copyOf(all);
            some = List.copyOf(some);
            none = List.copyOf(none);
        }

        @Override
        public boolean matches(SourceValues values) {
            for (DocumentQuery query : all) {
                if (!query.matches(values)) {
                    return false;
                }
            }
            for (DocumentQuery query : none) {
                if (query.matches(values)) {
                    return false;
                }
            }
            int found = 0;
            for (int i = 0; i < some.size() && found < leastOfSome; i++) {
                found += some.get(i).matches(values) ? 1 : 0;
            }
            return found >= leastOfSome;
        }

        @Override
        public void paths(Consumer<String> to) {
            all.forEach(query -> query.paths(to));
            some.forEach(query -> query.paths(to));
            none.forEach(query -> query.paths(to));
        }
    }
}
