package io.sluice.replay.mark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.read.Run;
import io.sluice.replay.mark.SnapshotRecord.FailedShard;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.replay.mark.SnapshotRecord.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How a {@link SnapshotRecord} is kept:
 *
 * <pre>
 *   {"version": 1, "repository": …, "snapshot": …, "uuid": …, "stage": "marked" | "begun" | "taken",
 *    "indices": [{"name": …, "uuid": …, "created": …, "shards": [0, 1]}],
 *    "failed_shards": [{"index": …, "shard": 2, "reason": …}],
 *    "asked": &lt;milliseconds since 1970>,
 *    "marks": [{"proxy": …, "incarnation": …,
 *               "partitions": [{"partition": 0, "stamp": …, "oldest_open": … | null}]}],
 *    "numbers": {"&lt;UUID of an index>": {"&lt;shard>": …}}}
 * </pre>
 *
 * Other fields are passed over.
 */
final class SnapshotRecordForm {

    private static final int VERSION = 1;

    private SnapshotRecordForm() {}

    static ObjectNode write(SnapshotRecord record) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("version", VERSION)
                .put("repository", record.repository())
                .put("snapshot", record.name())
                .put("uuid", record.uuid())
                .put("stage", record.stage().name().toLowerCase(Locale.ROOT));
        ArrayNode indices = json.putArray("indices");
        for (HeldIndex index : record.indices()) {
            ArrayNode shards = indices.addObject()
                    .put("name", index.name())
                    .put("uuid", index.uuid())
                    .put("created", index.created())
                    .putArray("shards");
            index.shards().forEach(shards::add);
        }
        ArrayNode failed = json.putArray("failed_shards");
        record.failed()
                .forEach(shard -> failed.addObject()
                        .put("index", shard.index())
                        .put("shard", shard.shard())
                        .put("reason", shard.reason()));
        if (record.askedMillis() != 0) {
            json.put("asked", record.askedMillis());
        }
        ArrayNode marks = json.putArray("marks");
        record.marks().forEach(mark -> write(mark, marks.addObject()));
        if (!record.numbers().isEmpty()) {
            write(record.numbers(), json.putObject("numbers"));
        }
        return json;
    }

    private static void write(Map<String, Map<Integer, Long>> numbers, ObjectNode json) {
        new TreeMap<>(numbers).forEach((index, shards) -> {
            ObjectNode of = json.putObject(index);
            new TreeMap<>(shards).forEach((shard, number) -> of.put(String.valueOf(shard), number));
        });
    }

    private static void write(ProxyMark mark, ObjectNode json) {
        json.put("proxy", mark.run().proxy().toString())
                .put("incarnation", mark.run().incarnation());
        ArrayNode partitions = json.putArray("partitions");
        mark.partitions()
                .forEach(one -> partitions
                        .addObject()
                        .put("partition", one.partition())
                        .put("stamp", one.stamp())
                        .put("oldest_open", one.oldestOpen()));
    }

    static SnapshotRecord read(JsonNode json) {
        int version = json.path("version").asInt();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "expected the record of a snapshot of version %d, found version %d: it is of another version of Sluice, or no such record"
                            .formatted(VERSION, version));
        }
        List<HeldIndex> indices = new ArrayList<>();
        for (JsonNode index : json.path("indices")) {
            List<Integer> shards = new ArrayList<>();
            index.path("shards").forEach(shard -> shards.add(Math.toIntExact(number(shard, "shards"))));
            indices.add(new HeldIndex(
                    text(index, "name"),
                    text(index, "uuid"),
                    index.path("created").asLong(),
                    shards));
        }
        List<FailedShard> failed = new ArrayList<>();
        for (JsonNode shard : json.path("failed_shards")) {
            int number = Math.toIntExact(number(shard.path("shard"), "shard"));
            failed.add(new FailedShard(text(shard, "index"), number, text(shard, "reason")));
        }
        List<ProxyMark> marks = new ArrayList<>();
        json.path("marks").forEach(mark -> marks.add(mark(mark)));
        Stage stage = Stage.valueOf(text(json, "stage").toUpperCase(Locale.ROOT));
        return new SnapshotRecord(
                text(json, "repository"),
                text(json, "snapshot"),
                text(json, "uuid"),
                stage,
                indices,
                failed,
                json.path("asked").asLong(), // records of before have none
                marks,
                numbers(json));
    }

    /** Records of before have none. */
    private static Map<String, Map<Integer, Long>> numbers(JsonNode json) {
        Map<String, Map<Integer, Long>> numbers = new HashMap<>();
        json.path("numbers").properties().forEach(index -> {
            Map<Integer, Long> shards = new HashMap<>();
            index.getValue()
                    .properties()
                    .forEach(shard -> shards.put(Integer.valueOf(shard.getKey()), number(shard.getValue(), "numbers")));
            numbers.put(index.getKey(), shards);
        });
        return numbers;
    }

    private static ProxyMark mark(JsonNode json) {
        List<ProxyMark.InPartition> partitions = new ArrayList<>();
        for (JsonNode one : json.path("partitions")) {
            JsonNode open = one.path("oldest_open");
            partitions.add(new ProxyMark.InPartition(
                    Math.toIntExact(number(one.path("partition"), "partition")),
                    number(one.path("stamp"), "stamp"),
                    open.isNull() ? null : (Long) number(open, "oldest_open")));
        }
        Run run = new Run(UUID.fromString(text(json, "proxy")), number(json.path("incarnation"), "incarnation"));
        return new ProxyMark(run, partitions);
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("expected a text as " + field + ", found: " + value);
        }
        return value.asText();
    }

    private static long number(JsonNode value, String field) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException("expected a whole number as " + field + ", found: " + value);
        }
        return value.longValue();
    }
}
