package io.sluice.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.IndexLine;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The indices of one side at one moment.
 *
 * @param lines each by its name
 * @param shards of each
 * @param barred those that cannot be read, and the rule that says so
 * @param counting of documents
 */
record Cut(Map<String, IndexLine> lines, Map<String, Integer> shards, Map<String, String> barred, Counting counting) {

    private static final String OPEN = "open";

    /** Counts the documents of an index. */
    @FunctionalInterface
    interface Counting {
        long of(String index) throws IOException;
    }

    static Cut of(Cluster cluster) throws ClusterException {
        Map<String, IndexLine> lines = new LinkedHashMap<>();
        cluster.indices().forEach(line -> lines.put(line.name(), line));
        Map<String, Integer> shards = new LinkedHashMap<>();
        Map<String, String> barred = new LinkedHashMap<>();
        JsonNode settings = cluster.request("GET", "/_all/_settings?expand_wildcards=all", null);
        settings.properties().forEach(index -> {
            JsonNode told = index.getValue().at("/settings/index");
            shards.put(index.getKey(), told.path("number_of_shards").asInt());
            if (isFrozen(told)) {
                barred.put(index.getKey(), VerifyPlan.FROZEN_AT_SOURCE);
            }
        });
        return new Cut(lines, shards, barred, cluster::count);
    }

    /** A search passes over it, and finds nothing (Elasticsearch 6.6 to 7). */
    private static boolean isFrozen(JsonNode settings) {
        return settings.path("frozen").asBoolean()
                || settings.at("/search/throttled").asBoolean();
    }

    /** How many documents they have is not told before they are read. */
    static Cut of(BackfillPlan plan, Counting counting) {
        Map<String, IndexLine> lines = new LinkedHashMap<>();
        Map<String, Integer> shards = new LinkedHashMap<>();
        Map<String, String> barred = new LinkedHashMap<>();
        for (PlannedIndex index : plan.indices()) {
            String name = index.plan().name();
            lines.put(name, line(name, index.plan().uuid()));
            shards.put(name, index.plan().shards());
            if (!index.refusal().isEmpty()) {
                barred.put(name, VerifyPlan.REFUSED_BY_BACKFILL);
            }
        }
        plan.snapshot().failures().forEach(lost -> barred.put(lost.index(), VerifyPlan.NOT_WHOLE_IN_SNAPSHOT));
        for (Snapshot.Index index : plan.snapshot().indices()) {
            lines.computeIfAbsent(index.name(), name -> line(name, ""));
        }
        return new Cut(lines, shards, barred, counting);
    }

    private static IndexLine line(String name, String uuid) {
        return new IndexLine(name, uuid, "", OPEN, IndexLine.UNKNOWN, IndexLine.UNKNOWN);
    }

    int shardsOf(String index) throws IOException {
        int number = shards.getOrDefault(index, 0);
        if (number < 1) {
            throw new IOException(
                    "the settings tell no number_of_shards of the index %s: if it was deleted just now, verify again"
                            .formatted(index));
        }
        return number;
    }

    boolean isClosed(String index) {
        IndexLine line = lines.get(index);
        return line != null && line.status().equals(Incarnations.CLOSED);
    }

    /** Whether it says of its indices how many documents they have. */
    boolean tellsDocuments() {
        return lines.values().stream().anyMatch(line -> line.documents() != IndexLine.UNKNOWN);
    }

    long count(String index) throws IOException {
        return counting.of(index);
    }
}
