package io.sluice.backfill;

import io.sluice.snapshot.IndexMetadata;
import io.sluice.transform.ShardLayout;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the documents of an index lie on the target, so that none takes the place of another. An id is unique in a
 * shard of the source only, and not even there in three cases; only indices to which one applies are read for it:
 *
 * <ul>
 *   <li>several mapping types: until Elasticsearch 5 an id is unique in its type only;
 *   <li>an index that was shrunk: documents of one id and several routings lay on several shards before, and are on one now.
 *       With more shards they are apart again;
 *   <li>an index of Elasticsearch 1, which spread documents by another hash: those of one id and several routings, on
 *       several shards there, may meet on one of the target. More shards part most of them.
 * </ul>
 *
 * <p>A target index that is there already is taken as it is, and read for when it has other shards.
 *
 * @param layout how they lie
 * @param refusal why the index must not be carried, or empty
 */
record LayoutChoice(ShardLayout layout, String refusal) {

    /** Versions are numbered as major × 1,000,000. */
    private static final int FIRST_WITH_THE_SAME_HASH = 2_000_000;

    private static final String SHARED =
            "several documents of a shard would have the same id, and the target keeps one of them: ";

    private static final String SPREAD_OTHERWISE =
            "the target index spreads documents in another way than the source, where documents of one id lie under several routings, on shards whose sequence numbers cannot be compared: ";

    private static final String MADE_ANEW = "Delete the target index: it is made anew";

    /**
     * How the documents of an index lie in the source, as far as today's servers can say it.
     *
     * @throws IllegalArgumentException when the metadata contradict themselves
     */
    static ShardLayout ofSource(IndexMetadata index) {
        int partitionSize =
                index.settings().path("index.routing_partition_size").asInt(1);
        return new ShardLayout(index.shards(), index.routingShards(), partitionSize);
    }

    /**
     * Whether the index must be read to decide.
     *
     * @param existing the layout of the target index that is there, or null
     */
    static boolean needsReading(IndexMetadata index, TypeRoutes types, @Nullable ShardLayout existing) {
        boolean mixesTypes = index.types().size() > 1 && !types.isSplit();
        return mixesTypes || isResized(index) || mixesShards(index, types, existing);
    }

    /** Elasticsearch 8 forgets where the shards came from, but every resize states the partition size. */
    private static boolean isResized(IndexMetadata index) {
        return index.settings().has("index.shrink.source.name")
                || index.settings().has("index.resize.source.name")
                || index.settings().has("index.routing_partition_size");
    }

    /** Whether documents of different shards of the source can be on one of the target. */
    static boolean mixesShards(IndexMetadata index, TypeRoutes types, @Nullable ShardLayout existing) {
        if (existing != null && !existing.refines(ofSource(index))) {
            return true;
        }
        int created = index.settings().path("index.version.created").asInt(FIRST_WITH_THE_SAME_HASH);
        boolean hasAnotherHash = created < FIRST_WITH_THE_SAME_HASH;
        // A document without a routing is spread by its id, which has the type in front now.
        return index.shards() > 1 && (hasAnotherHash || types.prefixesIds());
    }

    /**
     * Reads the index and decides.
     *
     * @param existing the layout of the target index that is there, or null
     */
    static LayoutChoice of(
            IndexDocuments documents, IndexMetadata index, TypeRoutes types, @Nullable ShardLayout existing) {
        ShardLayout wanted = existing == null ? ofSource(index) : existing;
        try {
            SharedIds shared = SharedIds.of(documents, types, wanted, mixesShards(index, types, existing));
            boolean meetByType = index.types().size() > 1 && !types.keepApart();
            List<ShardLayout> layouts = new ArrayList<>(List.of(wanted));
            if (existing == null && !meetByType) {
                layouts.addAll(wanted.finer());
            }
            ShardLayout apart = shared.apart(layouts);
            if (apart != null && existing != null && !existing.refines(ofSource(index)) && !shared.isEmpty()) {
                return refused(
                        wanted,
                        SPREAD_OTHERWISE + shared.describe(SharedIds.ONE_SHARD) + ". " + MADE_ANEW + ", or exclude it");
            }
            if (apart != null) {
                return new LayoutChoice(apart, "");
            }
            String wayOut = meetByType
                    ? "Set metadata.types to split or prefix for it"
                    : existing == null
                            ? "Give them ids of their own in a copy of the index and take a snapshot of that"
                            : MADE_ANEW + " with as many shards as keep them apart";
            return refused(wanted, SHARED + shared.describe(wanted) + ". " + wayOut + ", or exclude it");
        } catch (IOException e) {
            return refused(
                    wanted, "whether several documents of a shard have the same id cannot be read: " + e.getMessage());
        }
    }

    /**
     * Why an index must not have another number of shards on the target than in the source: an id that occurs under several routings
     * has documents on several shards there, each with sequence numbers of its own shard. On one shard of the target they would be one
     * document, and of its writes not the newest would win, but the one with the highest number. Where they do not meet now, a later write
     * may come under a routing by which they do.
     *
     * <p>Reads all ids and routings of the index, and those that are there twice once or twice more, unless the number is the source's.
     *
     * @return the reason with examples, or that it cannot be known; empty when the number may be that
     */
    static String againstShards(IndexDocuments documents, IndexMetadata index, TypeRoutes types, int shards) {
        if (shards == index.shards()) {
            return "";
        }
        ShardLayout source = ofSource(index);
        try {
            SharedIds shared = SharedIds.of(documents, types, source, true);
            return shared.isEmpty()
                    ? ""
                    : "index %s must keep its %d shards and not get %d, as documents of one id lie under several routings, on shards whose sequence numbers cannot be compared: %s. Leave its number of shards as it is, or give them ids of their own in a copy of the index"
                            .formatted(index.name(), index.shards(), shards, shared.describe(SharedIds.ONE_SHARD));
        } catch (IOException e) {
            return "whether documents of index %s have one id under several routings cannot be read, so it must keep its %d shards: %s"
                    .formatted(index.name(), index.shards(), e.getMessage());
        }
    }

    private static LayoutChoice refused(ShardLayout layout, String reason) {
        return new LayoutChoice(layout, reason);
    }
}
