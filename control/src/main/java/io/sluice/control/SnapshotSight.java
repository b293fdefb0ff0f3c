package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.SnapshotCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot as the source tells of it; the same in every version.
 *
 * @param uuid empty where the source does not say
 * @param state {@code IN_PROGRESS}, {@code SUCCESS}, {@code PARTIAL} …
 * @param began null when it is not told
 * @param ended null when it is not told, or not over
 * @param indices how many
 * @param bytes what was not in the repository before: that which is written
 * @param bytesDone how much of that is written
 * @param bytesAll the size of the snapshot, with what was in the repository before; -1 when it was not asked for
 */
record SnapshotSight(
        String name,
        String uuid,
        String state,
        @Nullable Instant began,
        @Nullable Instant ended,
        int indices,
        Shards shards,
        long bytes,
        long bytesDone,
        long bytesAll,
        List<Failure> failures) {

    private static final String SUCCESS = "SUCCESS";
    private static final Set<String> OVER = Set.of(SUCCESS, "PARTIAL", "FAILED", "INCOMPATIBLE");
    private static final String UNDER_WAY = "IN_PROGRESS";

    SnapshotSight {
        failures = List.copyOf(failures);
    }

    /** How many, and what became of them. */
    record Shards(int total, int done, int failed) {}

    /** A shard that the snapshot lacks. */
    record Failure(String index, int shard, String reason) {}

    /** Looks for one; empty when there is none of that name. */
    static Optional<SnapshotSight> find(SnapshotCalls calls, String repository, String name) throws ClusterException {
        Optional<JsonNode> found = calls.find(repository, name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        JsonNode progress = calls.progress(repository, name).orElse(MissingNode.getInstance());
        return Optional.of(of(found.get(), progress));
    }

    /** Of one that may be under way, without reading the repository as long as it is. */
    static Optional<SnapshotSight> look(SnapshotCalls calls, String repository, String name) throws ClusterException {
        Optional<JsonNode> progress = calls.progress(repository, name);
        if (progress.isPresent() && !OVER.contains(progress.get().path("state").asText())) {
            return Optional.of(of(MissingNode.getInstance(), progress.get()));
        }
        Optional<JsonNode> found = calls.find(repository, name);
        return found.map(one -> of(one, progress.orElse(MissingNode.getInstance())));
    }

    /**
     * @param found what {@code GET _snapshot/…} says of it, or missing
     * @param progress what its {@code _status} says, or missing
     */
    static SnapshotSight of(JsonNode found, JsonNode progress) {
        JsonNode stats = progress.path("stats");
        boolean newer = stats.has("incremental");
        long bytes = stats.at("/incremental/size_in_bytes")
                .asLong(stats.path("total_size_in_bytes").asLong());
        long processed = newer
                ? stats.at("/processed/size_in_bytes").asLong(bytes) // left out when it is the same
                : stats.path("processed_size_in_bytes").asLong();
        long all = stats.at("/total/size_in_bytes")
                .asLong(stats.path("total_size_in_bytes").asLong(-1));
        String told = found.path("state").asText(progress.path("state").asText());
        // For a moment after its end the progress may still be that of before, which leaves out files that are written
        // otherwise.
        long done = told.equals(SUCCESS) ? bytes : processed;
        Instant began = instant(found.path("start_time_in_millis"));
        return new SnapshotSight(
                found.path("snapshot").asText(progress.path("snapshot").asText()),
                found.path("uuid").asText(progress.path("uuid").asText("")),
                OVER.contains(told) ? told : UNDER_WAY,
                began == null ? instant(stats.path("start_time_in_millis")) : began,
                instant(found.path("end_time_in_millis")),
                found.isMissingNode()
                        ? progress.path("indices").size()
                        : found.path("indices").size(),
                shards(found.path("shards"), progress.path("shards_stats")),
                bytes,
                done,
                all,
                failures(found));
    }

    private static Shards shards(JsonNode found, JsonNode stats) {
        return stats.isObject()
                ? new Shards(
                        stats.path("total").asInt(),
                        stats.path("done").asInt(),
                        stats.path("failed").asInt())
                : new Shards(
                        found.path("total").asInt(),
                        found.path("successful").asInt(),
                        found.path("failed").asInt());
    }

    private static List<Failure> failures(JsonNode found) {
        List<Failure> failures = new ArrayList<>();
        for (JsonNode one : found.path("failures")) {
            failures.add(new Failure(
                    one.path("index").asText(),
                    one.path("shard_id").asInt(),
                    one.path("reason").asText()));
        }
        return failures;
    }

    private static @Nullable Instant instant(JsonNode millis) {
        return millis.asLong() <= 0 ? null : Instant.ofEpochMilli(millis.asLong());
    }

    boolean isOver() {
        return OVER.contains(state);
    }

    /** In percent of what is written; shards that have not begun are not in it. */
    int percent() {
        if (isOver()) {
            return 100;
        }
        return bytes == 0 ? 0 : (int) Math.min(99, bytesDone * 100 / bytes);
    }

    /** How long it took, or takes so far. */
    @Nullable
    Duration took(Instant now) {
        if (began == null) {
            return null;
        }
        Duration took = Duration.between(began, ended == null ? now : ended);
        return took.isNegative() ? Duration.ZERO : took;
    }

    /** How long it will take at the pace it had; null when nobody can tell, or it is over. */
    @Nullable
    Duration left(Instant now) {
        Duration took = took(now);
        if (isOver() || took == null || took.toSeconds() < 1 || bytesDone == 0) {
            return null;
        }
        return Duration.ofMillis((long) ((double) took.toMillis() / bytesDone * (bytes - bytesDone)));
    }
}
