package io.sluice.source;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cluster.RawHttp;
import io.sluice.source.IndexSweep.Clusters;
import io.sluice.source.IndexSweep.Noted;
import io.sluice.source.SourceIndices.Incarnation;
import io.sluice.transform.CarryRules;
import io.sluice.transform.ShardLayout;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Begins sweeps: what is to be looked at, and what has to be noted before.
 *
 * <p>Nothing is tried twice here. May be called from any thread; answers come on an I/O thread. What fails is an {@link IOException}
 * in words for the user.
 */
public final class SweepReading {

    private final Clusters clusters;

    public SweepReading(RawHttp source, RawHttp target, CarryRules rules) {
        SourceCalls calls = new SourceCalls(source);
        this.clusters = new Clusters(calls, new ShardFinder(calls), new SourceCalls(target, "the target"), rules);
    }

    /**
     * What a name stands for at the source.
     *
     * @param indices that are carried
     * @param besides why others are not; null when there are none
     */
    public record Resolved(Set<String> indices, @Nullable Unwritten besides) {
        public Resolved {
            indices = Set.copyOf(indices);
        }
    }

    /**
     * What a name stands for: an index, an alias, a data stream, or a pattern. An alias may have moved on at the source since; the
     * target has it still as it was then, so what it stands for there counts, too.
     */
    public CompletableFuture<Resolved> resolve(String name) {
        if (name.isEmpty() || name.startsWith("<")) {
            return completedFuture(new Resolved(Set.of(), Unwritten.unknown("name_unclear")));
        }
        return clusters.source().indices(name).thenCompose(now -> {
            Set<String> indices = new TreeSet<>(now.names());
            boolean isPlain = now.byName().containsKey(name) || name.contains("*") || name.equals("_all");
            return isPlain
                    ? completedFuture(chosen(indices))
                    : clusters.target()
                            .indices(name)
                            .thenCompose(then -> atSource(then.names(), indices))
                            .thenApply(this::chosen);
        });
    }

    /** Adds those that are called so at the target. */
    private CompletableFuture<Set<String>> atSource(Set<String> targets, Set<String> indices) {
        Set<String> unknown = new TreeSet<>(targets);
        indices.forEach(index -> unknown.remove(clusters.rules().names().targetName(index)));
        if (unknown.isEmpty()) {
            return completedFuture(indices);
        }
        return clusters.source().indices("*").thenApply(all -> {
            all.names().stream()
                    .filter(index -> unknown.contains(clusters.rules().names().targetName(index)))
                    .forEach(indices::add);
            return indices;
        });
    }

    private Resolved chosen(Set<String> indices) {
        Set<String> chosen = new TreeSet<>(indices);
        boolean lacksSome = chosen.removeIf(index -> !clusters.rules().names().selects(index));
        if (indices.isEmpty()) {
            return new Resolved(chosen, Unwritten.notNeeded(IndexSweep.GONE));
        }
        return new Resolved(chosen, lacksSome ? Unwritten.notNeeded("index_not_chosen") : null);
    }

    /** Whether a task of the source is at work. */
    public CompletableFuture<Boolean> isAtWork(String task) {
        return clusters.source().isAtWork(task);
    }

    /** The tasks of the source that change many documents now. */
    public CompletableFuture<Set<String>> tasks() {
        return clusters.source().tasks();
    }

    /**
     * Begins to sweep an index.
     *
     * @param writes whether to look for documents that changed
     * @param deletes whether to look for documents that are gone
     * @param since what need not be read again; null for nothing
     */
    public CompletableFuture<IndexSweep> begin(String index, boolean writes, boolean deletes, @Nullable Swept since) {
        return begin(index, deletes, noted -> new IndexSweep(clusters, index, noted, writes, deletes, since));
    }

    /** Begins to go over gaps, and nothing else of an index. */
    public CompletableFuture<IndexSweep> begin(String index, Gaps gaps) {
        return begin(
                index,
                true,
                noted -> noted.incarnation()
                                .uuid()
                                .equals(Swept.parse(gaps.upTo()).uuid())
                        ? new IndexSweep(clusters, index, noted, gaps)
                        : only(index, Unwritten.notNeeded("index_made_anew_since")));
    }

    private CompletableFuture<IndexSweep> begin(String index, boolean deletes, Function<Noted, IndexSweep> maker) {
        return clusters.source().indices(index).thenCompose(indices -> {
            Incarnation incarnation = indices.byName().get(index);
            return incarnation == null
                    ? completedFuture(only(index, Unwritten.notNeeded(IndexSweep.GONE)))
                    : begin(index, incarnation, deletes, maker);
        });
    }

    private IndexSweep only(String index, Unwritten why) {
        return new IndexSweep(clusters, index, why);
    }

    private CompletableFuture<IndexSweep> begin(
            String index, Incarnation incarnation, boolean deletes, Function<Noted, IndexSweep> maker) {
        SourceCalls source = clusters.source();
        return source.shardStats(Set.of(index))
                .thenCompose(stats -> {
                    boolean isNumbered = clusters.rules().fenceOf(index).isNumbered();
                    if (isNumbered && SourceIndices.isWithoutNumbers(index, stats)) {
                        return completedFuture(only(index, Unwritten.unknown("source_without_sequence_numbers")));
                    }
                    return source.refresh(Set.of(index))
                            .thenCompose(refreshed -> layout(index, incarnation, isNumbered && deletes))
                            .thenApply(layout -> {
                                Noted noted = isNumbered
                                        ? noted(index, incarnation, stats, layout)
                                        : new Noted(incarnation, Map.of(), Map.of(), null);
                                return maker.apply(noted);
                            });
                })
                .exceptionallyCompose(failure -> isClosed(failure)
                        ? completedFuture(only(index, Unwritten.unknown("index_closed_at_source")))
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean isClosed(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RefusedException
                && String.valueOf(cause.getMessage()).contains("index_closed_exception");
    }

    private static Noted noted(String index, Incarnation incarnation, JsonNode stats, @Nullable ShardLayout layout) {
        Map<Integer, Long> highest = SourceIndices.highest(stats).getOrDefault(index, Map.of());
        if (highest.size() < incarnation.shards()) {
            throw new CompletionException(
                    new IOException("the source does not tell the sequence numbers of all shards of " + index));
        }
        Map<Integer, Long> checkpoints = SourceIndices.checkpoints(stats).getOrDefault(index, Map.of());
        return new Noted(incarnation, highest, checkpoints, layout);
    }

    /** Where a deleted document was: by the rule that all servers with sequence numbers have in common. */
    private CompletableFuture<@Nullable ShardLayout> layout(String index, Incarnation incarnation, boolean isWanted) {
        if (!isWanted) {
            return completedFuture(null);
        }
        return clusters.source().routingShards(index).thenApply(routingShards -> {
            int shards = incarnation.shards();
            if (shards == 1) {
                return new ShardLayout(1, 1, 1);
            }
            boolean isKnown = routingShards >= shards && routingShards % shards == 0;
            return isKnown ? new ShardLayout(shards, routingShards, incarnation.partitionSize()) : null;
        });
    }
}
