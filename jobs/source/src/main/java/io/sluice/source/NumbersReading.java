package io.sluice.source;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cluster.RawHttp;
import io.sluice.source.SourceIndices.Incarnation;
import io.sluice.transform.ShardLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads how far the source has numbered the operations on its indices. That costs it two requests, and nothing of its documents; how
 * an index spreads them is asked for once.
 *
 * <p>Nothing is tried twice here. Answers come on an I/O thread; one look at a time. What fails is an {@link java.io.IOException} in
 * words for the user.
 */
public final class NumbersReading {

    /** So many routings tell whether a layout is the right one: of a wrong one half of them are elsewhere, or more. */
    private static final int PROBES = 20;

    private final SourceCalls calls;
    private final ShardFinder finder;
    private final Predicate<String> isChosen;

    /** By UUID, as it never changes; layouts are null where the source does not tell. */
    private final Map<String, Layout> layouts = new TreeMap<>();

    private record Layout(@Nullable ShardLayout layout) {}

    /** @param isChosen of which indices of the source anybody wants to know */
    public NumbersReading(RawHttp source, Predicate<String> isChosen) {
        this.calls = new SourceCalls(source);
        this.finder = new ShardFinder(calls);
        this.isChosen = isChosen;
    }

    /** Looks at all indices that are chosen and open, by their names; at those that are closed or not reached, as far as it can. */
    public CompletableFuture<Map<String, IndexNumbers>> look() {
        return calls.allIndices()
                .thenCompose(indices -> calls.allShardStats()
                        .thenCompose(stats -> layoutsOf(indices).thenApply(done -> numbers(indices, stats))));
    }

    private Map<String, IndexNumbers> numbers(SourceIndices indices, JsonNode stats) {
        Map<String, Map<Integer, Long>> highest = SourceIndices.highest(stats);
        Map<String, Map<Integer, Long>> checkpoints = SourceIndices.checkpoints(stats);
        Map<String, IndexNumbers> all = new TreeMap<>();
        indices.byName().forEach((name, incarnation) -> {
            if (isChosen.test(name)) {
                Map<Integer, Long> numbers = highest.getOrDefault(name, Map.of());
                Layout layout = layouts.get(incarnation.uuid());
                all.put(
                        name,
                        new IndexNumbers(
                                incarnation.uuid(),
                                layout == null ? null : layout.layout(),
                                numbers,
                                checkpoints.getOrDefault(name, Map.of()),
                                SourceIndices.histories(stats, name),
                                unchecked(name, incarnation, stats, numbers)));
            }
        });
        return all;
    }

    private static @Nullable String unchecked(
            String name, Incarnation incarnation, JsonNode stats, Map<Integer, Long> numbers) {
        if (!stats.path("indices").has(name)) {
            return "it is closed";
        }
        if (SourceIndices.isWithoutNumbers(name, stats)) {
            return "the source does not number its operations";
        }
        return numbers.size() < incarnation.shards() ? "the source does not reach all of its shards" : null;
    }

    private CompletableFuture<?> layoutsOf(SourceIndices indices) {
        List<Map.Entry<String, Incarnation>> unknown = new ArrayList<>();
        layouts.keySet()
                .retainAll(indices.byName().values().stream()
                        .map(Incarnation::uuid)
                        .toList());
        indices.byName().entrySet().stream()
                .filter(index -> isChosen.test(index.getKey()))
                .filter(index -> !layouts.containsKey(index.getValue().uuid()))
                .forEach(index -> {
                    if (index.getValue().shards() == 1) {
                        layouts.put(index.getValue().uuid(), new Layout(new ShardLayout(1, 1, 1)));
                    } else {
                        unknown.add(index);
                    }
                });
        return unknown.isEmpty()
                ? completedFuture(null)
                : calls.allRoutingShards().thenCompose(routingShards -> find(unknown, routingShards));
    }

    private CompletableFuture<?> find(List<Map.Entry<String, Incarnation>> unknown, JsonNode routingShards) {
        CompletableFuture<?> all = completedFuture(null);
        for (Map.Entry<String, Incarnation> index : unknown) {
            int told = SourceCalls.routingShards(routingShards, index.getKey());
            all = all.thenCompose(before -> layoutOf(index.getKey(), index.getValue(), told))
                    .thenAccept(layout -> layouts.put(index.getValue().uuid(), new Layout(layout)));
        }
        return all;
    }

    /** Elasticsearch 6 does not tell, and most of its indices have as many routing shards as shards: some documents show it. */
    private CompletableFuture<@Nullable ShardLayout> layoutOf(
            String index, Incarnation incarnation, int routingShards) {
        int shards = incarnation.shards();
        if (routingShards >= shards && routingShards % shards == 0) {
            return completedFuture(new ShardLayout(shards, routingShards, incarnation.partitionSize()));
        }
        return incarnation.partitionSize() > 1
                ? completedFuture(null)
                : proven(new ShardLayout(shards, shards, 1), index, incarnation, 0);
    }

    private CompletableFuture<@Nullable ShardLayout> proven(
            ShardLayout guess, String index, Incarnation incarnation, int probe) {
        if (probe == PROBES) {
            return completedFuture(guess);
        }
        String routing = String.valueOf(probe);
        return finder.shard(index, incarnation, routing)
                .thenCompose(shard -> shard == guess.shard(guess.spread(routing, null))
                        ? proven(guess, index, incarnation, probe + 1)
                        : completedFuture(null));
    }
}
