package io.sluice.replay.rewrite;

import io.sluice.capture.route.Answer;
import io.sluice.capture.route.Route;
import java.util.List;
import java.util.Set;

/**
 * What is done with the requests of a route. This is the list of what is mirrored: all that it does not name is skipped.
 *
 * @param kind which way a request goes
 * @param rule why, for those that are skipped
 * @param segments of the route's template
 * @param index which segment names the index, or −1
 * @param type which segment names the mapping type, or −1
 * @param id which segment names the document, or −1
 */
record Plan(Kind kind, String rule, List<String> segments, int index, int type, int id) {

    /** Ways for requests. */
    enum Kind {
        INDEX(true),
        CREATE(true),
        UPDATE(true),
        DELETE(true),
        BULK(false),
        SWEEP(false),
        REINDEX(false),
        COPY(false),
        CREATE_INDEX(false),
        DELETE_INDEX(false),
        OPEN_CLOSE(false),
        MAPPING(false),
        SETTINGS(false),
        ALIAS_ACTIONS(false),
        ALIAS(false),
        ROLLOVER(false),
        STREAM(false),
        TEMPLATE(false),
        INDEX_TEMPLATE(false),
        COMPONENT_TEMPLATE(false),
        /** A pipeline, a stored script: its body is the same for both. */
        DEFINITION(false),
        READ(false),
        SKIP(false);

        /** Whether it is of one document. */
        final boolean isDocument;

        Kind(boolean isDocument) {
            this.isDocument = isDocument;
        }
    }

    /** Changes of what the cluster keeps beside documents and indices, and what only looks like a change. */
    private static final Set<String> UPKEEP = Set.of(
            "_refresh",
            "_flush",
            "_optimize",
            "_forcemerge",
            "_cache",
            "_gateway",
            "_upgrade",
            "_warmer",
            "_warmers",
            "_reload_search_analyzers",
            "_searchable_snapshots");

    static Plan of(Route route) {
        List<String> segments = List.of(route.template()
                .substring(route.template().startsWith("/") ? 1 : 0)
                .split("/", -1));
        String rule = route.isWrite() ? "" : Reads.skipRule(segments);
        Kind kind = route.isWrite() ? write(route, segments) : rule.isEmpty() ? Kind.READ : Kind.SKIP;
        return new Plan(
                kind,
                kind == Kind.SKIP && rule.isEmpty() ? writeRule(route, segments) : rule,
                segments,
                segments.indexOf("{index}"),
                segments.indexOf("{type}"),
                segments.indexOf("{id}"));
    }

    private static Kind write(Route route, List<String> segments) {
        if (route.method().equals("GET") || route.method().equals("HEAD")) {
            return Kind.SKIP;
        }
        return switch (route.answer()) {
            case DOCUMENT -> document(route, segments);
            case BULK, BULK_STREAM ->
                segments.contains("_monitoring") || segments.contains("_xpack") ? Kind.SKIP : Kind.BULK;
            case BY_QUERY -> segments.contains("_reindex") ? Kind.REINDEX : Kind.SWEEP;
            case ROLLOVER -> Kind.ROLLOVER;
            case INDEX -> indexWide(route, segments);
            case NONE -> segments.contains("_arrow") ? Kind.SWEEP : Kind.SKIP;
        };
    }

    private static Kind document(Route route, List<String> segments) {
        if (segments.contains("_create")) {
            return Kind.CREATE;
        }
        if (segments.contains("_update")) {
            return Kind.UPDATE;
        }
        return route.method().equals("DELETE") ? Kind.DELETE : Kind.INDEX;
    }

    private static Kind indexWide(Route route, List<String> segments) {
        boolean isDelete = route.method().equals("DELETE");
        String first = segments.get(0);
        String last = segments.get(segments.size() - 1);
        if (segments.equals(List.of("{index}")) || first.isEmpty()) {
            return isDelete ? Kind.DELETE_INDEX : Kind.CREATE_INDEX;
        }
        if (segments.equals(List.of("{index}", "{type}"))) {
            return Kind.SWEEP; // the deletion of a type with all its documents
        }
        if (segments.contains("_mapping") || segments.contains("_mappings")) {
            return isDelete ? Kind.SWEEP : Kind.MAPPING;
        }
        return switch (first) {
            case "_template" -> Kind.TEMPLATE;
            case "_index_template" -> Kind.INDEX_TEMPLATE;
            case "_component_template" -> Kind.COMPONENT_TEMPLATE;
            case "_ingest", "_scripts", "_search" -> segments.contains("{lang}") ? Kind.SKIP : Kind.DEFINITION;
            case "_data_stream" -> Kind.STREAM;
            case "_create_from" -> Kind.SKIP;
            default -> ofIndex(segments, last);
        };
    }

    private static Kind ofIndex(List<String> segments, String last) {
        if (segments.contains("_alias") || (segments.contains("_aliases") && segments.size() > 1)) {
            return Kind.ALIAS;
        }
        return switch (last) {
            case "_aliases" -> Kind.ALIAS_ACTIONS;
            case "_settings" -> Kind.SETTINGS;
            case "_open", "_close" -> Kind.OPEN_CLOSE;
            case "{target}" -> Kind.COPY;
            default -> Kind.SKIP;
        };
    }

    private static String writeRule(Route route, List<String> segments) {
        if (route.template().equals(Route.UNKNOWN)) {
            return "unknown_route";
        }
        if (segments.stream().anyMatch(UPKEEP::contains)) {
            return "upkeep";
        }
        if (segments.contains("_data_stream")) {
            return "data_stream";
        }
        return route.answer() == Answer.INDEX ? "not_mirrored_index_operation" : "not_mirrored";
    }
}
