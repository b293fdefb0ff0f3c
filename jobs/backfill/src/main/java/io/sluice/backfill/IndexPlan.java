package io.sluice.backfill;

import java.io.Serializable;

/**
 * One index to carry.
 *
 * @param name in the snapshot
 * @param folder of the index in the repository
 * @param uuid of the source index
 * @param target the index to write to
 * @param shards how many primary shards the snapshot has of it
 * @param fence what its writes are fenced with
 * @param source what to do about sources that are not stored whole
 */
public record IndexPlan(
        String name, String folder, String uuid, String target, int shards, FenceKind fence, SourcePlan source)
        implements Serializable {

    /** One whose sources are stored whole. */
    public IndexPlan(String name, String folder, String uuid, String target, int shards, FenceKind fence) {
        this(name, folder, uuid, target, shards, fence, SourcePlan.WHOLE);
    }
}
