package io.sluice.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.source.SourceIndices.Incarnation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Says on which shard a document of the source lies, and how each shard is reached. The source is asked, since how it spreads
 * documents depends on what it was when it made the index. Safe for use by several threads.
 */
final class ShardFinder {

    /** Routings have more than one shard where the index is partitioned. */
    static final int UNKNOWN = -1;

    private static final int MOST_KEPT = 10_000;

    /** Enough for 64 shards, but for one case in thousands. */
    private static final int MOST_PROBES = 800;

    private final SourceCalls calls;
    private final Map<Key, Integer> known = new LinkedHashMap<>();

    private record Key(String uuid, String routing) {}

    ShardFinder(SourceCalls calls) {
        this.calls = calls;
    }

    /** The shard of a routing, or {@link #UNKNOWN}. */
    CompletableFuture<Integer> shard(String index, Incarnation incarnation, String routing) {
        if (incarnation.shards() == 1) {
            return CompletableFuture.completedFuture(0);
        }
        Key key = new Key(incarnation.uuid(), routing);
        Integer there = known(key);
        if (there != null) {
            return CompletableFuture.completedFuture(there);
        }
        return calls.shardsOf(index, routing).thenApply(answer -> {
            int shard = parsed(answer);
            keep(key, shard);
            return shard;
        });
    }

    private synchronized @Nullable Integer known(Key key) {
        return known.get(key);
    }

    private synchronized void keep(Key key, int shard) {
        if (known.size() >= MOST_KEPT) {
            known.clear();
        }
        known.put(key, shard);
    }

    /** From the answer to {@code _search_shards}: a list of shards, each a list of its copies. */
    static int parsed(JsonNode answer) {
        JsonNode shards = answer.path("shards");
        JsonNode number = shards.path(0).path(0).path("shard");
        return shards.size() == 1 && number.isIntegralNumber() ? number.intValue() : UNKNOWN;
    }

    /** A routing for each of these shards; fewer where none is found, as in partitioned indices. */
    CompletableFuture<Map<Integer, String>> routings(String index, Incarnation incarnation, Set<Integer> shards) {
        return routings(index, incarnation, shards, new TreeMap<>(), 0);
    }

    private CompletableFuture<Map<Integer, String>> routings(
            String index, Incarnation incarnation, Set<Integer> shards, Map<Integer, String> found, int probe) {
        if (found.keySet().containsAll(shards) || probe == MOST_PROBES) {
            return CompletableFuture.completedFuture(found);
        }
        String routing = String.valueOf(probe);
        return shard(index, incarnation, routing).thenCompose(shard -> {
            if (shard == UNKNOWN) {
                return CompletableFuture.completedFuture(found);
            }
            found.putIfAbsent(shard, routing);
            return routings(index, incarnation, shards, found, probe + 1);
        });
    }
}
