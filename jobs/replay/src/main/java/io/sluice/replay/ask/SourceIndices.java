package io.sluice.replay.ask;

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

    /** An index from its making to its deletion. */
    record Incarnation(String uuid, int shards) {}

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
            indices.put(index.getKey(), new Incarnation(uuid, shards));
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
        Map<String, Map<Integer, Long>> highest = new LinkedHashMap<>();
        stats.path("indices").properties().forEach(index -> {
            Map<Integer, Long> shards = new TreeMap<>();
            index.getValue().path("shards").properties().forEach(shard -> {
                for (JsonNode copy : shard.getValue()) {
                    JsonNode number = copy.path("seq_no").path("max_seq_no");
                    if (copy.path("routing").path("primary").asBoolean() && number.isIntegralNumber()) {
                        shards.put(Integer.valueOf(shard.getKey()), number.longValue());
                    }
                }
            });
            highest.put(index.getKey(), shards);
        });
        return highest;
    }
}
