package io.sluice.backfill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.transform.DocumentRules;
import io.sluice.transform.FenceKind;
import io.sluice.transform.ShardLayout;
import io.sluice.transform.TypeRoutes;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
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
 * @param base the same index in the older snapshot, of which the target has everything; null when all of it is carried
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
        ShardLayout layout,
        @Nullable BaseIndex base)
        implements Serializable {

    private static final ObjectMapper JSON = new ObjectMapper();

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
                new ShardLayout(shards, shards, 1),
                null);
    }

    /** The same, lying otherwise on the target. */
    IndexPlan lyingAs(ShardLayout other) {
        return new IndexPlan(name, folder, uuid, target, shards, fence, source, types, other, base);
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

    /** The same, of which only what changed is carried. */
    public IndexPlan since(BaseIndex older) {
        return new IndexPlan(name, folder, uuid, target, shards, fence, source, types, layout, older);
    }

    /** How its documents are carried, as the state keeps it: what was carried in another manner is not what would be now. */
    public ObjectNode manner(DocumentRules rules) {
        ObjectNode manner = JSON.createObjectNode();
        manner.put("target", target);
        manner.put("types", types.prefixesIds() ? "prefix" : types.isSplit() ? "split" : "together");
        manner.put("fence", fence.name().toLowerCase(Locale.ROOT));
        manner.put("rebuilt", source.rebuild());
        manner.put("sample", rules.sample());
        manner.put("query", rules.query());
        rules.drop().forEach(manner.putArray("drop")::add);
        return manner;
    }
}
