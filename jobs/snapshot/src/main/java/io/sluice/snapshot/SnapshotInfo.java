package io.sluice.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a snapshot says of itself; the same in every version.
 *
 * <pre>
 *   {"snapshot": {"name": …, "version_id": 1070699, "state": "PARTIAL", "start_time": …, "indices": [name],
 *                 "failures": [{"index": …, "shard_id": 0, "reason": …}]}}
 * </pre>
 */
record SnapshotInfo(JsonNode snapshot) {

    static SnapshotInfo of(ObjectNode body) {
        return new SnapshotInfo(body.path("snapshot").isObject() ? body.get("snapshot") : body);
    }

    /** Its own blob is written last and knows best. */
    SnapshotState state(SnapshotState listed) {
        String own = snapshot.path("state").asText();
        for (SnapshotState state : SnapshotState.values()) {
            if (state.name().equals(own)) {
                return state;
            }
        }
        return listed;
    }

    String serverVersion() {
        return ServerVersions.ofId(snapshot.path("version_id").asInt());
    }

    /** In milliseconds since 1970. */
    long startTime() {
        return snapshot.path("start_time").asLong();
    }

    List<String> indices() {
        List<String> names = new ArrayList<>();
        snapshot.path("indices").forEach(name -> names.add(name.asText()));
        return names;
    }

    List<Snapshot.ShardFailure> failures() {
        List<Snapshot.ShardFailure> failures = new ArrayList<>();
        for (JsonNode node : snapshot.path("failures")) {
            failures.add(new Snapshot.ShardFailure(
                    node.path("index").asText(),
                    node.path("shard_id").asInt(),
                    node.path("reason").asText()));
        }
        return failures;
    }
}
