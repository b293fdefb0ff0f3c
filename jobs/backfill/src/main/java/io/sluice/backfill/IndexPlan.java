package io.sluice.backfill;

import io.sluice.transform.ShardLayout;
import io.sluice.transform.TypeRoutes;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One index to carry.
 *
 * @param name in the snapshot
 * @param folder of the index in the repository
 * @param uuid of the source index
 * @param target the index to write to, or what it would be called were its types not split
 * @param shards how many primary shards the snapshot has of it
 * @param fence what its writes are fenced with
 * @param source what to do about sources that are not stored whole
 * @param types where its documents go by their mapping type
 * @param layout how the documents lie on the target
 */
public record IndexPlan(
        String name,
        String folder,
        String uuid,
        String target,
        int shards,
        FenceKind fence,
        SourcePlan source,
        TypeRoutes types,
        ShardLayout layout)
        implements Serializable {

    /** One whose sources are stored whole, of one mapping type, with as many shards on the target. */
    public IndexPlan(String name, String folder, String uuid, String target, int shards, FenceKind fence) {
        this(
                name,
                folder,
                uuid,
                target,
                shards,
                fence,
                SourcePlan.WHOLE,
                TypeRoutes.NONE,
                new ShardLayout(shards, shards, 1));
    }

    /** The same, lying otherwise on the target. */
    IndexPlan lyingAs(ShardLayout other) {
        return new IndexPlan(name, folder, uuid, target, shards, fence, source, types, other);
    }

    /** Every index that is written to. */
    public List<String> targets() {
        return types.isSplit() ? List.copyOf(types.targets().values()) : List.of(target);
    }

    /** The index to write a document of a type to; null for a type that the index does not have. */
    @Nullable
    String target(@Nullable String type) {
        return types.target(type, target);
    }
}
