package io.sluice.snapshot;

import java.util.List;

/**
 * One snapshot of a repository.
 *
 * @param serverVersion the version of the cluster that took it, {@code 7.10.2}, or empty where the repository does not say
 * @param indices by name
 * @param failures the shards that failed when it was taken; a reader must refuse them by name
 */
public record Snapshot(
        String name,
        String uuid,
        SnapshotState state,
        String serverVersion,
        List<Index> indices,
        List<ShardFailure> failures) {

    public Snapshot {
        indices = List.copyOf(indices);
        failures = List.copyOf(failures);
    }

    /** An index of the snapshot: its name, and the name of its folder below {@code indices/}. */
    public record Index(String name, String folder) {}

    /** A shard that is not in the snapshot although its index is. */
    public record ShardFailure(String index, int shard, String reason) {}
}
