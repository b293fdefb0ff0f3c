package io.sluice.source;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import io.sluice.source.SourceIndices.Incarnation;
import io.sluice.transform.CarryRules;
import io.sluice.transform.IndexDefinition.Origin;
import io.sluice.transform.ShardLayout;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Goes over one index of the source, page by page: documents that changed, shard by shard in the order of their sequence numbers; then
 * those that the target has and the source has not any more.
 *
 * <p>A page that fails can be asked for again. Used by one thread at a time; pages come on an I/O thread.
 */
public final class IndexSweep {

    /** Where pages are read. */
    record Clusters(SourceCalls source, ShardFinder finder, SourceCalls target, CarryRules rules) {}

    /**
     * What was noted before anything was read.
     *
     * @param highest the highest sequence number of each shard; none where they are not used
     * @param checkpoints of each shard what every copy had
     * @param layout how documents lie on shards; null when the source does not tell, and has to be asked for each
     */
    record Noted(
            Incarnation incarnation,
            Map<Integer, Long> highest,
            Map<Integer, Long> checkpoints,
            @Nullable ShardLayout layout) {}

    /** The rule by which an index that is not there is left out. */
    static final String GONE = "index_gone_at_source";

    private final Clusters clusters;
    private final Replies replies;
    private final String index;
    private final Noted noted;
    private final Deque<Stretch> stretches = new ArrayDeque<>();
    private final @Nullable Unwritten onlyThis;
    private final @Nullable Gaps gaps;
    /** Numbers of the source of which there is a document. */
    private long found;

    private @Nullable Scroll scroll;
    private boolean hasTargetToLookAt;

    /** @param since what need not be read again; null for nothing */
    IndexSweep(Clusters clusters, String index, Noted noted, boolean writes, boolean deletes, @Nullable Swept since) {
        this.clusters = clusters;
        this.replies = new Replies(clusters.rules());
        this.index = index;
        this.noted = noted;
        this.onlyThis = null;
        this.gaps = null;
        this.hasTargetToLookAt = deletes;
        if (writes && noted.highest().isEmpty()) {
            this.scroll = new Scroll(clusters.source(), index);
        } else if (writes) {
            noted.highest()
                    .forEach((shard, highest) -> add(new Stretch(index, shard, false, from(shard, since), highest)));
        }
    }

    /** Nothing but these is read; and what is gone, unless a document is found for each of them. */
    IndexSweep(Clusters clusters, String index, Noted noted, Gaps gaps) {
        this.clusters = clusters;
        this.replies = new Replies(clusters.rules());
        this.index = index;
        this.noted = noted;
        this.onlyThis = null;
        this.gaps = gaps;
        this.hasTargetToLookAt = true;
        gaps.spans().forEach(span -> add(new Stretch(index, span.shard(), false, span.from(), span.to())));
    }

    /** There is nothing to be read, by rule. */
    IndexSweep(Clusters clusters, String index, Unwritten onlyThis) {
        this.clusters = clusters;
        this.replies = new Replies(clusters.rules());
        this.index = index;
        this.noted = new Noted(new Incarnation("", 0, 1), Map.of(), Map.of(), null);
        this.onlyThis = onlyThis;
        this.gaps = null;
    }

    private long from(int shard, @Nullable Swept since) {
        return since != null && since.uuid().equals(noted.incarnation().uuid())
                ? Math.max(0, since.checkpoints().getOrDefault(shard, -1L) + 1)
                : 0;
    }

    private void add(Stretch stretch) {
        if (!stretch.isEmpty()) {
            stretches.add(stretch);
        }
    }

    /** What a later sweep need not read, when all that came of this one is written. */
    public Swept swept() {
        return gaps == null ? new Swept(noted.incarnation().uuid(), noted.checkpoints()) : Swept.parse(gaps.upTo());
    }

    /** Whether the source did not have the index when this began. */
    public boolean isGone() {
        return onlyThis != null && onlyThis.rule().equals(GONE);
    }

    /**
     * The next page.
     *
     * @param most how many documents it may have
     * @return an {@link IOException} when it could not be read; an {@link IndexChangedException} when this sweep is of no use any more
     */
    public CompletableFuture<SweepPage> next(int most) {
        Stretch stretch = stretches.peek();
        if (stretch != null) {
            return stretch.ofTarget ? gone(stretch, most) : changed(stretch, most);
        }
        if (scroll != null) {
            return scrolled(scroll, most);
        }
        if (hasTargetToLookAt && gaps != null && found == gaps.size()) {
            hasTargetToLookAt = false; // every number is that of a document, so none is that of a delete
        }
        if (hasTargetToLookAt) {
            return lookAtTarget(List.copyOf(targets())).thenCompose(worst -> {
                hasTargetToLookAt = false;
                return completedFuture(new SweepPage(List.of(), worst, 0, false));
            });
        }
        return completedFuture(new SweepPage(List.of(), onlyThis, 0, true));
    }

    private CompletableFuture<SweepPage> changed(Stretch stretch, int most) {
        return clusters.source()
                .search(index, stretch.shard, stretch.search(most))
                .thenApply(IndexSweep::hits)
                .thenCompose(hits -> unchanged(hits))
                .thenApply(hits -> {
                    SweepPage page = page(hits, found(hits));
                    goOn(stretch, hits);
                    return page;
                });
    }

    private List<Reply> found(List<FoundDocument> hits) {
        List<Reply> all = new ArrayList<>();
        for (FoundDocument hit : hits) {
            all.add(replies.of(List.of(new Read(hit.place(), hit, ShardFinder.UNKNOWN, SourceIndices.UNKNOWN))));
        }
        return all;
    }

    /** Without sequence numbers, all documents. */
    private CompletableFuture<SweepPage> scrolled(Scroll all, int most) {
        return all.next(most)
                .thenCompose(hits -> unchanged(hits))
                .thenApply(hits -> {
                    SweepPage page = page(hits, found(hits));
                    if (hits.isEmpty()) {
                        scroll = null;
                    }
                    return page;
                })
                .whenComplete((page, failure) -> {
                    if (failure != null) {
                        all.beginAnew(); // the page is read, and was given to nobody
                    }
                });
    }

    private static List<FoundDocument> hits(byte[] body) {
        try {
            return FoundDocuments.ofSearch(body);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Fails when the index is another one by now: numbers and documents would not belong together. */
    private <T> CompletableFuture<T> unchanged(T read) {
        return clusters.source()
                .indices(index)
                .thenCompose(now -> noted.incarnation().equals(now.byName().get(index))
                        ? completedFuture(read)
                        : failedFuture(new IndexChangedException(index)));
    }

    private static SweepPage page(List<FoundDocument> hits, List<Reply> all) {
        List<FencedWrite> writes = new ArrayList<>();
        @Nullable Unwritten worst = null;
        for (Reply reply : all) {
            if (reply instanceof Reply.Documents documents) {
                writes.addAll(documents.writes());
            } else if (reply instanceof Reply.Settled one) {
                worst = Unwritten.worse(worst, one.why());
            } else {
                throw new CompletionException(new IOException(((Reply.Again) reply).why()));
            }
        }
        return new SweepPage(writes, worst, hits.size(), false);
    }

    private void goOn(Stretch stretch, List<FoundDocument> hits) {
        try {
            long numbers = stretch.found(hits);
            found += stretch.ofTarget ? 0 : numbers;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
        if (stretch.isEmpty()) {
            stretches.remove(stretch);
        }
    }

    private Set<String> targets() {
        TypeRoutes routes = clusters.rules().routesOf(index);
        return routes.isSplit()
                ? new TreeSet<>(routes.targets().values())
                : Set.of(clusters.rules().names().targetName(index));
    }

    /** Notes what is to be read of the target's indices; what is written to them from now on is newer than what was noted. */
    private CompletableFuture<@Nullable Unwritten> lookAtTarget(List<String> left) {
        if (left.isEmpty()) {
            return completedFuture(null);
        }
        String target = left.get(0);
        return clusters.target()
                .indices(target)
                .thenCompose(there -> there.shards(target) == 0
                        ? lookAtTarget(left.subList(1, left.size()))
                        : clusters.target().definition(target).thenCompose(definition -> {
                            String uuid = Origin.of(definition.path(target).path("mappings"))
                                    .sourceUuid();
                            if (!uuid.isEmpty()
                                    && !uuid.equals(noted.incarnation().uuid())) {
                                return completedFuture(Unwritten.unknown("target_of_another_index"));
                            }
                            return note(target, there.shards(target))
                                    .thenCompose(nothing -> lookAtTarget(left.subList(1, left.size())));
                        }));
    }

    private CompletableFuture<Void> note(String target, int shards) {
        return clusters.target()
                .refresh(Set.of(target))
                .thenCompose(refreshed -> clusters.target().shardStats(Set.of(target)))
                .thenAccept(stats -> {
                    Map<Integer, Long> highest = SourceIndices.highest(stats).getOrDefault(target, Map.of());
                    if (highest.size() < shards) {
                        throw new CompletionException(
                                new IOException("the target does not reach every shard of " + target));
                    }
                    stretches.removeIf(stretch -> stretch.index.equals(target)); // of an attempt that failed
                    highest.forEach((shard, number) -> add(new Stretch(target, shard, true, 0, number)));
                });
    }

    private CompletableFuture<SweepPage> gone(Stretch stretch, int most) {
        return clusters.target()
                .search(stretch.index, stretch.shard, stretch.search(most))
                .thenApply(IndexSweep::hits)
                .thenCompose(hits -> {
                    List<Place> places = hits.stream().map(this::atSource).toList();
                    CompletableFuture<List<FoundDocument>> found = hits.isEmpty()
                            ? completedFuture(List.of())
                            : clusters.source()
                                    .mgetNames(index, SourceReading.mget(places))
                                    .thenApply(body -> documents(body, places.size()));
                    return found.thenCompose(this::unchanged)
                            .thenCompose(documents -> shards(places, documents)
                                    .thenApply(shards -> missing(hits, places, documents, shards)))
                            .thenApply(all -> {
                                SweepPage page = page(hits, all);
                                goOn(stretch, hits);
                                return page;
                            });
                });
    }

    private static List<FoundDocument> documents(byte[] body, int expected) {
        try {
            return FoundDocuments.ofMget(body, expected);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static boolean isMissing(FoundDocument document) {
        return document.error().isEmpty() && !document.isFound();
    }

    /** The shards of those that are missing. */
    private CompletableFuture<Map<Place, Integer>> shards(List<Place> places, List<FoundDocument> documents) {
        Map<Place, Integer> shards = new HashMap<>();
        CompletableFuture<Void> all = completedFuture(null);
        ShardLayout layout = noted.layout();
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            if (!isMissing(documents.get(i)) || noted.highest().isEmpty()) {
                continue;
            }
            if (layout != null) {
                shards.put(place, layout.shard(layout.spread(place.id(), place.routing())));
            } else {
                all = all.thenCompose(nothing -> clusters.finder().shard(index, noted.incarnation(), place.spreadBy()))
                        .thenAccept(shard -> shards.put(place, shard));
            }
        }
        return all.thenApply(nothing -> shards);
    }

    private Place atSource(FoundDocument hit) {
        TypeRoutes routes = clusters.rules().routesOf(index);
        String type = null;
        if (routes.isSplit()) {
            for (Map.Entry<String, String> one : routes.targets().entrySet()) {
                type = one.getValue().equals(hit.index()) ? one.getKey() : type;
            }
        } else if (routes.prefixesIds() && hit.id().indexOf('#') > 0) {
            type = hit.id().substring(0, hit.id().indexOf('#'));
        }
        return new Place(index, type, routes.sourceId(type, hit.id()), hit.routing());
    }

    private List<Reply> missing(
            List<FoundDocument> hits, List<Place> places, List<FoundDocument> documents, Map<Place, Integer> shards) {
        List<Reply> all = new ArrayList<>();
        for (int i = 0; i < hits.size(); i++) {
            FoundDocument document = documents.get(i);
            Place place = places.get(i);
            if (isMissing(document)) {
                int shard = shards.getOrDefault(place, ShardFinder.UNKNOWN);
                long highest = noted.highest().getOrDefault(shard, SourceIndices.UNKNOWN);
                all.add(replies.gone(hits.get(i), place, highest));
                continue;
            }
            switch (document.error()) {
                case "" -> {} // it is there
                case "index_not_found_exception" -> throw new CompletionException(new IndexChangedException(index));
                case "routing_missing_exception", "illegal_argument_exception" ->
                    all.add(Replies.unknown("source_refused_question"));
                default -> all.add(new Reply.Again("the source cannot read a document now: " + document.error()));
            }
        }
        return all;
    }
}
