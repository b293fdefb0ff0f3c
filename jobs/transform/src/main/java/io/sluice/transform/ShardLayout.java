package io.sluice.transform;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an index spreads its documents over its shards, by the rule of all servers since Elasticsearch 2:
 *
 * <pre>
 *   spread = hash(routing, or the id where there is none) + hash(id) mod partitionSize
 *   shard  = spread mod routingShards / (routingShards / shards)
 * </pre>
 *
 * @param shards how many primary shards
 * @param routingShards what the hash is taken by; a multiple of {@code shards}
 * @param partitionSize over how many shards the documents of one routing are spread; 1 for one
 */
public record ShardLayout(int shards, int routingShards, int partitionSize) implements Serializable {

    /** No server makes an index with more, unless its operator changed that. */
    private static final int MOST_SHARDS = 1024;

    public ShardLayout {
        if (shards < 1 || partitionSize < 1 || routingShards < shards || routingShards % shards != 0) {
            throw new IllegalArgumentException(
                    "%d shards, %d routing shards, partitions of %d".formatted(shards, routingShards, partitionSize));
        }
    }

    /** Where a document lies, whatever the number of shards. */
    public int spread(String id, @Nullable String routing) {
        int hash = RoutingHash.of(routing == null ? id : routing);
        return partitionSize == 1 ? hash : hash + Math.floorMod(RoutingHash.of(id), partitionSize);
    }

    /** The shard of a document by its {@link #spread}. */
    public int shard(int spread) {
        return Math.floorMod(spread, routingShards) / (routingShards / shards);
    }

    /**
     * Whether two documents that lie on different shards there never lie on one here: each shard here has documents of
     * one there alone.
     */
    public boolean refines(ShardLayout other) {
        boolean cutsItsShards = routingShards == other.routingShards && shards % other.shards == 0;
        boolean cutsItsRoutingShards = routingShards == shards && shards % other.routingShards == 0;
        return partitionSize == other.partitionSize && (cutsItsShards || cutsItsRoutingShards);
    }

    /** The layouts with more shards that {@linkplain #refines refine} this one, fewest shards first. */
    public List<ShardLayout> finer() {
        List<ShardLayout> finer = new ArrayList<>();
        for (int more = 2 * shards; more <= Math.min(routingShards, MOST_SHARDS); more += shards) {
            if (routingShards % more == 0) {
                finer.add(new ShardLayout(more, routingShards, partitionSize));
            }
        }
        for (int more = 2 * routingShards; more <= MOST_SHARDS; more += routingShards) {
            finer.add(new ShardLayout(more, more, partitionSize));
        }
        return finer;
    }
}
