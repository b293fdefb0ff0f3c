package io.sluice.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The indices for which a name stands at the source, at one moment.
 *
 * @param byName each with its UUID and its number of shards
 */
record SourceIndices(Map<String, Incarnation> byName) {

    /**
     * An index from its making to its deletion.
     *
     * @param partitionSize over how many shards the documents of one routing are spread
     */
    record Incarnation(String uuid, int shards, int partitionSize) {}

    /** No sequence number is known of a shard: it has no primary now, or its server has none at all. */
    static final long UNKNOWN = -2;

    SourceIndices {
        byName = Map.copyOf(byName);
    }

    /** From the answer to {@code _settings}, flat or not. */
    static SourceIndices of(JsonNode settings) {
        Map<String, Incarnation> indices = new TreeMap<>();
        settings.properties().forEach(index -> {
            JsonNode of = index.getValue().path("settings");
            JsonNode nested = of.path("index");
            String uuid = nested.path("uuid").asText(of.path("index.uuid").asText(""));
            int shards = nested.path("number_of_shards")
                    .asInt(of.path("index.number_of_shards").asInt(1));
            int partitionSize = nested.path("routing_partition_size")
                    .asInt(of.path("index.routing_partition_size").asInt(1));
            indices.put(index.getKey(), new Incarnation(uuid, shards, partitionSize));
        });
        return new SourceIndices(indices);
    }

    Set<String> names() {
        return byName.keySet();
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    /** How many shards an index has; 0 for one that is none of these. */
    int shards(String index) {
        Incarnation incarnation = byName.get(index);
        return incarnation == null ? 0 : incarnation.shards();
    }

    /**
     * The highest sequence number of each shard, by index and shard, from the answer to {@code _stats?level=shards}. Of the
     * copies of a shard the primary counts: it is never behind.
     */
    static Map<String, Map<Integer, Long>> highest(JsonNode stats) {
        return numbers(stats, "max_seq_no");
    }

    /** The same of the number up to which every copy of a shard has all operations. */
    static Map<String, Map<Integer, Long>> checkpoints(JsonNode stats) {
        return numbers(stats, "global_checkpoint");
    }

    /**
     * Of each shard of an index the history that its numbers belong to: another one when it was restored, or made anew from a copy
     * that was behind. Empty where the source tells none.
     */
    static String histories(JsonNode stats, String index) {
        Map<Integer, String> histories = new TreeMap<>();
        stats.path("indices").path(index).path("shards").properties().forEach(shard -> {
            for (JsonNode copy : shard.getValue()) {
                String history = copy.at("/commit/user_data/history_uuid").asText("");
                if (copy.path("routing").path("primary").asBoolean() && !history.isEmpty()) {
                    histories.put(Integer.valueOf(shard.getKey()), history);
                }
            }
        });
        return histories.isEmpty() ? "" : histories.toString();
    }

    private static Map<String, Map<Integer, Long>> numbers(JsonNode stats, String which) {
        Map<String, Map<Integer, Long>> all = new LinkedHashMap<>();
        stats.path("indices").properties().forEach(index -> {
            Map<Integer, Long> shards = new TreeMap<>();
            index.getValue().path("shards").properties().forEach(shard -> {
                for (JsonNode copy : shard.getValue()) {
                    JsonNode number = copy.path("seq_no").path(which);
                    if (copy.path("routing").path("primary").asBoolean() && number.isIntegralNumber()) {
                        shards.put(Integer.valueOf(shard.getKey()), number.longValue());
                    }
                }
            });
            all.put(index.getKey(), shards);
        });
        return all;
    }

    /** Servers before Elasticsearch 6 have none, and later ones have none for documents of an index that was made before. */
    static boolean isWithoutNumbers(String index, JsonNode stats) {
        for (JsonNode shard : stats.path("indices").path(index).path("shards")) {
            for (JsonNode copy : shard) {
                boolean isFilled = copy.path("docs").path("count").asLong() > 0;
                if (copy.path("seq_no").isMissingNode()
                        || (isFilled && copy.at("/seq_no/max_seq_no").asLong() < 0)) {
                    return true;
                }
            }
        }
        return false;
    }
}
