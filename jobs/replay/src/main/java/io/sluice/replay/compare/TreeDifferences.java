package io.sluice.replay.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Finds where two JSON trees differ in what counts. The order of keys never does. */
final class TreeDifferences {

    /** What each cluster has of its own. */
    private static final Set<String> OWN = Set.of(
            "took",
            "_shards",
            "_seq_no",
            "_primary_term",
            "_version",
            "_score",
            "max_score",
            "_scroll_id",
            "pit_id",
            "_type",
            "_node",
            "node",
            "nodes",
            "_nodes",
            "_shard",
            "status_code",
            "doc_count_error_upper_bound");

    /** Whether a shard found enough: that depends on what it held, and what of it had been given. */
    private static final String EARLY = "terminated_early";

    /** How far numbers that were computed may be apart, as a part of the larger. */
    private static final double TOLERANCE = 1e-6;

    private final UnaryOperator<String> targetNames;
    private final boolean countsHits;
    private final List<String> found = new ArrayList<>();
    private HitLikeness hits = HitLikeness.SAME;

    /**
     * @param targetNames of the source's indices
     * @param countsHits whether of hits only the number counts
     */
    TreeDifferences(UnaryOperator<String> targetNames, boolean countsHits) {
        this.targetNames = targetNames;
        this.countsHits = countsHits;
    }

    List<String> found() {
        return found;
    }

    HitLikeness hits() {
        return hits;
    }

    void compare(String path, JsonNode source, JsonNode target) {
        if (source.path("hits").path("hits").isArray()
                && target.path("hits").path("hits").isArray()) {
            hits(path + "hits", source.get("hits"), target.get("hits"));
            fields(path, source, target, Set.of("hits"));
        } else if (source.isObject() && target.isObject()) {
            fields(path, source, target, Set.of());
        } else if (source.isArray() && target.isArray()) {
            elements(path, source, target);
        } else if (!isSame(source, target)) {
            found.add(path.isEmpty() ? "body" : path.substring(0, path.length() - 1));
        }
    }

    private void fields(String path, JsonNode source, JsonNode target, Set<String> without) {
        Set<String> names = new LinkedHashSet<>();
        source.fieldNames().forEachRemaining(names::add);
        target.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (OWN.contains(name) || without.contains(name) || (countsHits && name.equals(EARLY))) {
                continue;
            }
            if (name.equals("_index")) {
                if (!targetNames
                        .apply(source.path(name).asText())
                        .equals(target.path(name).asText())) {
                    found.add(path + name);
                }
            } else if (name.equals("_source")) {
                if (!document(source.path(name), target.path(name))) {
                    found.add(path + name);
                }
            } else {
                compare(path + name + ".", source.path(name), target.path(name));
            }
        }
    }

    /** A document is the user's: nothing in it is a cluster's own, and its numbers are what they are. */
    private static boolean document(JsonNode source, JsonNode target) {
        return source.equals(target);
    }

    private void elements(String path, JsonNode source, JsonNode target) {
        if (source.size() != target.size()) {
            found.add(path + "length");
            return;
        }
        for (int i = 0; i < source.size(); i++) {
            compare(path + i + ".", source.get(i), target.get(i));
        }
    }

    private static boolean isSame(JsonNode source, JsonNode target) {
        if (source.isNumber() && target.isNumber()) {
            double one = source.doubleValue();
            double other = target.doubleValue();
            if (!Double.isFinite(one) || !Double.isFinite(other)) { // larger than any that has a decimal value here
                return source.equals(target);
            }
            return source.decimalValue().compareTo(target.decimalValue()) == 0
                    || Math.abs(one - other) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
        }
        return source.equals(target);
    }

    private void hits(String path, JsonNode source, JsonNode target) {
        JsonNode total = source.path("total");
        JsonNode otherTotal = target.path("total");
        if (valueOf(total) != valueOf(otherTotal) || !relationOf(total).equals(relationOf(otherTotal))) {
            found.add(path + ".total");
        }
        JsonNode one = source.get("hits");
        JsonNode other = target.get("hits");
        if (countsHits) {
            if (one.size() != other.size()) {
                found.add(path + ".hits.length");
            }
            return;
        }
        List<String> ids = new ArrayList<>();
        one.forEach(hit -> ids.add(targetNames.apply(hit.path("_index").asText()) + "/"
                + hit.path("_id").asText()));
        List<String> otherIds = new ArrayList<>();
        other.forEach(hit ->
                otherIds.add(hit.path("_index").asText() + "/" + hit.path("_id").asText()));
        hits = hits.worse(HitLikeness.of(ids, otherIds));
        if (!Set.copyOf(ids).equals(Set.copyOf(otherIds))) {
            found.add(path + ".ids");
            return;
        }
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < otherIds.size(); i++) {
            places.putIfAbsent(otherIds.get(i), i);
        }
        boolean isOrder = true;
        for (int i = 0; i < ids.size(); i++) {
            int at = places.getOrDefault(ids.get(i), -1);
            isOrder &= at == i || isTie(one.get(i), one.get(Math.min(at, one.size() - 1)), criteria(other.get(at)));
            hit(path + "." + i + ".", one.get(i), other.get(at));
        }
        if (!isOrder) {
            found.add(path + ".order");
        }
    }

    private void hit(String path, JsonNode one, JsonNode other) {
        JsonNode sort = one.path("sort");
        boolean hasPlace = sort.isArray() && other.path("sort").size() == sort.size() - 1;
        fields(path, one, other, hasPlace ? Set.of("_index", "sort") : Set.of("_index"));
        for (int i = 0; hasPlace && i < sort.size() - 1; i++) {
            compare(path + "sort." + i + ".", sort.get(i), other.path("sort").get(i));
        }
    }

    /** By how many values the target sorts. */
    private static int criteria(JsonNode hit) {
        return hit.path("sort").size();
    }

    private static long valueOf(JsonNode total) {
        return total.isObject() ? total.path("value").asLong() : total.asLong(-1);
    }

    private static String relationOf(JsonNode total) {
        return total.path("relation").asText("eq");
    }

    /** Whether two hits of one list may stand in either order. */
    private static boolean isTie(JsonNode one, JsonNode other, int criteria) {
        if (one.has("sort") || other.has("sort")) {
            boolean isTie = true;
            for (int i = 0; i < criteria; i++) {
                isTie &= one.path("sort").path(i).equals(other.path("sort").path(i));
            }
            return isTie;
        }
        double score = one.path("_score").asDouble();
        double otherScore = other.path("_score").asDouble();
        return Math.abs(score - otherScore) <= 1e-4 * Math.max(score, otherScore);
    }
}
