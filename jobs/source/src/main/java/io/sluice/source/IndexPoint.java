package io.sluice.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Up to where an index had all operations at one moment, shard by shard. What has a number up to there on a shard of the same history was
 * written before, and is not taken back: every copy had it.
 *
 * @param shards each by its number
 */
public record IndexPoint(Map<Integer, Shard> shards) implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String OF = "indices.*.shards.*.";

    /** What a cluster is asked for that. */
    public static final String PATH = "/_stats/docs?level=shards&filter_path=" + OF + "seq_no," + OF + "docs.count,"
            + OF + "routing.primary," + OF + "commit.user_data.history_uuid";

    /**
     * One shard.
     *
     * @param history changes when it is restored, or made of a copy that lacks something: numbers begin anew then
     * @param checkpoint the number up to which every copy had all operations; −1 when there was none
     */
    public record Shard(String history, long checkpoint) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    public IndexPoint {
        shards = Map.copyOf(shards);
    }

    /**
     * From the answer to {@link #PATH}, by index. Without those that have documents without numbers, and without shards that have no
     * primary now.
     */
    public static Map<String, IndexPoint> of(JsonNode stats) {
        Map<String, IndexPoint> all = new LinkedHashMap<>();
        SourceIndices.checkpoints(stats).forEach((index, checkpoints) -> {
            if (!SourceIndices.isWithoutNumbers(index, stats)) {
                JsonNode of = stats.path("indices").path(index).path("shards");
                Map<Integer, Shard> shards = new TreeMap<>();
                checkpoints.forEach((shard, checkpoint) ->
                        shards.put(shard, new Shard(history(of.path(String.valueOf(shard))), checkpoint)));
                all.put(index, new IndexPoint(shards));
            }
        });
        return all;
    }

    private static String history(JsonNode copies) {
        for (JsonNode copy : copies) {
            if (copy.at("/routing/primary").asBoolean()) {
                return copy.at("/commit/user_data/history_uuid").asText("");
            }
        }
        return "";
    }

    /** Whether a later look shows the same shards, which have gone on from here. */
    public boolean isBefore(IndexPoint later) {
        return !shards.isEmpty()
                && shards.keySet().equals(later.shards.keySet())
                && shards.entrySet().stream().allMatch(one -> goesOn(one.getValue(), later.shards.get(one.getKey())));
    }

    private static boolean goesOn(Shard before, @Nullable Shard later) {
        return later != null
                && !before.history().isEmpty()
                && before.history().equals(later.history())
                && before.checkpoint() <= later.checkpoint();
    }
}
