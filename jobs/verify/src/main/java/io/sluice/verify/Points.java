package io.sluice.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.source.IndexPoint;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Up to where indices of both sides were written when a verification began. When it finds all of them equal, a later one needs the sources of
 * those documents alone that were written since, on either side.
 *
 * @param rules by which documents were changed on their way, in words: by other rules, nothing is known
 * @param atSource by index
 * @param atTarget by index
 */
public record Points(String rules, Map<String, Point> atSource, Map<String, Point> atTarget) implements Serializable {

    private static final long serialVersionUID = 1L;

    public static final Points NONE = new Points("", Map.of(), Map.of());

    /** Where those of verifications are kept that found everything equal, below the state folder. */
    public static final String FILE = VerifyJob.NAME + "/points.json";

    private static final String RULES = "rules";
    private static final String UUID = "uuid";
    private static final String SHARDS = "shards";
    private static final String HISTORY = "history";
    private static final String CHECKPOINT = "checkpoint";

    /** Of one index, which has this UUID. */
    public record Point(String uuid, IndexPoint shards) implements Serializable {
        private static final long serialVersionUID = 1L;

        private boolean isBefore(@Nullable Point later) {
            return later != null && uuid.equals(later.uuid) && shards.isBefore(later.shards);
        }
    }

    public Points {
        atSource = Map.copyOf(atSource);
        atTarget = Map.copyOf(atTarget);
    }

    /** Asks both sides; before anything is read. */
    public static Points note(String rules, Cluster source, Cluster target, VerifyPlan plan) throws IOException {
        return new Points(rules, note(source, plan.atSource()), note(target, plan.atTarget()));
    }

    private static Map<String, Point> note(Cluster cluster, Incarnations read) throws ClusterException {
        Map<String, Point> points = new TreeMap<>();
        IndexPoint.of(cluster.request("GET", IndexPoint.PATH, null)).forEach((index, point) -> {
            String uuid = read.indices().get(index);
            if (uuid != null) {
                points.put(index, new Point(uuid, point));
            }
        });
        return points;
    }

    /** The point of an index, if what it is now goes on from there. */
    @Nullable
    IndexPoint known(Side side, String index, Points now) {
        Point point = of(side).get(index);
        return point != null && point.isBefore(now.of(side).get(index)) ? point.shards() : null;
    }

    private Map<String, Point> of(Side side) {
        return side == Side.SOURCE ? atSource : atTarget;
    }

    /** With those of a later verification, which replace what is known of the same indices; of everything if the rules are others. */
    Points with(Points later) {
        if (!rules.equals(later.rules)) {
            return later;
        }
        Map<String, Point> source = new TreeMap<>(atSource);
        source.putAll(later.atSource);
        Map<String, Point> target = new TreeMap<>(atTarget);
        target.putAll(later.atTarget);
        return new Points(rules, source, target);
    }

    /** For {@link #of(JsonNode)}. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put(RULES, rules);
        write(atSource, json.putObject(Account.SOURCE));
        write(atTarget, json.putObject(Account.TARGET));
        return json;
    }

    private static void write(Map<String, Point> points, ObjectNode json) {
        new TreeMap<>(points).forEach((index, point) -> {
            ObjectNode shards = json.putObject(index).put(UUID, point.uuid()).putObject(SHARDS);
            new TreeMap<>(point.shards().shards())
                    .forEach((shard, of) -> shards.putObject(String.valueOf(shard))
                            .put(HISTORY, of.history())
                            .put(CHECKPOINT, of.checkpoint()));
        });
    }

    /** What {@link #toJson} wrote; {@link #NONE} of anything else. */
    public static Points of(JsonNode json) {
        return new Points(
                json.path(RULES).asText(""), read(json.path(Account.SOURCE)), read(json.path(Account.TARGET)));
    }

    private static Map<String, Point> read(JsonNode json) {
        Map<String, Point> points = new TreeMap<>();
        json.properties().forEach(index -> {
            Map<Integer, IndexPoint.Shard> shards = new TreeMap<>();
            index.getValue()
                    .path(SHARDS)
                    .properties()
                    .forEach(shard -> shards.put(
                            Integer.valueOf(shard.getKey()),
                            new IndexPoint.Shard(
                                    shard.getValue().path(HISTORY).asText(),
                                    shard.getValue().path(CHECKPOINT).asLong())));
            points.put(index.getKey(), new Point(index.getValue().path(UUID).asText(), new IndexPoint(shards)));
        });
        return points;
    }
}
