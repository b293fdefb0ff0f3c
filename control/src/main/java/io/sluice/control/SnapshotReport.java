package io.sluice.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;
import io.sluice.replay.mark.ProxyMark;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows snapshots to people and programs. docs/snapshot.md explains every field. */
final class SnapshotReport {

    private SnapshotReport() {}

    /** One snapshot in a line. */
    static String line(SnapshotSight sight, Instant now) {
        SnapshotSight.Shards shards = sight.shards();
        Duration took = sight.took(now);
        Duration left = sight.left(now);
        return "%s, %s %s, %d of %d shards%s, %s of %s written (%d %%)%s%s"
                .formatted(
                        sight.state(),
                        Numbers.grouped(sight.indices()),
                        sight.indices() == 1 ? "index" : "indices",
                        shards.done(),
                        shards.total(),
                        shards.failed() == 0 ? "" : " (" + shards.failed() + " failed)",
                        Numbers.bytes(sight.bytesDone()),
                        Numbers.bytes(sight.bytes()),
                        sight.percent(),
                        took == null ? "" : " in " + Numbers.duration(took),
                        left == null ? "" : ", " + Numbers.duration(left) + " to go");
    }

    /** Each shard that a snapshot lacks. */
    static void failures(SnapshotSight sight, Output output) {
        sight.failures()
                .forEach(one -> output.line("%s[%d] failed: %s".formatted(one.index(), one.shard(), one.reason())));
    }

    /** What stands in the list. */
    static void table(List<SnapshotSight> all, Instant now, Output output) {
        Table table = new Table("snapshot", "state", "began", "took", "indices", "failed shards", "size");
        for (SnapshotSight sight : all) {
            Duration took = sight.took(now);
            table.row(
                    sight.name(),
                    sight.state(),
                    sight.began() == null ? "" : sight.began(),
                    took == null ? "" : Numbers.duration(took),
                    sight.indices(),
                    sight.shards().failed(),
                    sight.bytesAll() < 0 ? "" : Numbers.bytes(sight.bytesAll()));
        }
        output.table(table);
    }

    static ObjectNode document(SnapshotSight sight, String repository, Instant now) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("repository", repository)
                .put("snapshot", sight.name())
                .put("uuid", sight.uuid())
                .put("state", sight.state());
        json.put("began", sight.began() == null ? null : sight.began().toString());
        json.put("seconds", seconds(sight.took(now)));
        json.put("indices", sight.indices());
        json.putObject("shards")
                .put("total", sight.shards().total())
                .put("done", sight.shards().done())
                .put("failed", sight.shards().failed());
        json.putObject("bytes")
                .put("total", sight.bytesAll() < 0 ? null : (Long) sight.bytesAll())
                .put("to_write", sight.bytes())
                .put("written", sight.bytesDone());
        json.put("percent", sight.percent()).put("eta_seconds", seconds(sight.left(now)));
        ArrayNode failed = json.putArray("failed_shards");
        sight.failures()
                .forEach(one -> failed.addObject()
                        .put("index", one.index())
                        .put("shard", one.shard())
                        .put("reason", one.reason()));
        return json;
    }

    private static @Nullable Double seconds(@Nullable Duration duration) {
        return duration == null ? null : (Double) (duration.toMillis() / 1000.0);
    }

    static void marks(List<ProxyMark> marks, ObjectNode json) {
        ArrayNode list = json.putArray("marks");
        for (ProxyMark mark : marks) {
            list.addObject()
                    .put("proxy", mark.run().proxy().toString())
                    .put("incarnation", mark.run().incarnation())
                    .put("partitions", mark.partitions().size())
                    .put(
                            "with_open",
                            mark.partitions().stream()
                                    .filter(one -> one.oldestOpen() != null)
                                    .count());
        }
    }

    /** What the state of a snapshot is for a shell. */
    static int exitCode(SnapshotSight sight) {
        return switch (sight.state()) {
            case "SUCCESS" -> ExitCode.DONE;
            case "PARTIAL" -> ExitCode.DONE_WITH_DIFFERENCES;
            case "IN_PROGRESS" -> ExitCode.NOT_READY;
            default -> ExitCode.FAILED;
        };
    }
}
