package io.sluice.backfill;

import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Snapshot;
import io.sluice.snapshot.SnapshotState;
import io.sluice.transform.FenceKind;
import io.sluice.transform.ShardLayout;
import io.sluice.transform.TypePolicy;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a backfill will carry, looked up before anything is changed: the snapshot's indices that were
 * chosen, each with its definition and its fence.
 *
 * @param snapshot as the repository has it
 * @param indices in the order of the snapshot
 * @param leftOut names of the snapshot's indices that were not chosen
 */
public record BackfillPlan(Snapshot snapshot, List<PlannedIndex> indices, List<String> leftOut) {

    /** {@code index.version.created} of an index that has them. Versions are numbered as major × 1,000,000. */
    public static final int FIRST_WITH_SEQUENCE_NUMBERS = 6_000_000;

    public BackfillPlan {
        indices = List.copyOf(indices);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * One chosen index.
     *
     * @param refusal why its documents cannot arrive as they are, or empty
     */
    public record PlannedIndex(IndexPlan plan, IndexMetadata metadata, String refusal) {}

    /** What happened to a target index before the load. */
    public enum Preparation {
        CREATED,
        FOUND,
        REPLACED,
        REFUSED
    }

    /**
     * What happened to one target index.
     *
     * @param source the name of the source index whose documents it is for
     * @param reason why it was refused, or empty
     */
    public record PreparedIndex(String source, String name, Preparation preparation, String reason) {}

    /**
     * Reads the snapshot and chooses.
     *
     * @throws RepositoryException when the snapshot cannot be used; the message says what is there
     */
    public static BackfillPlan of(RepositoryLocation location, String snapshotName, BackfillOptions options)
            throws IOException {
        try (BlobStore store = BlobStore.open(location)) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(snapshotName);
            refusePartial(snapshot, options);
            BackfillOptions told = options.with(SnapshotStreams.of(repository, snapshot));
            List<PlannedIndex> chosen = new ArrayList<>();
            List<String> leftOut = new ArrayList<>();
            for (Snapshot.Index index : snapshot.indices()) {
                if (told.names().selects(index.name())) {
                    chosen.add(plan(index, repository.indexMetadata(snapshot, index), told));
                } else {
                    leftOut.add(index.name());
                }
            }
            if (chosen.isEmpty()) {
                throw new RepositoryException(
                        "Snapshot %s in %s has no index that indices.include and indices.exclude choose; it has %s."
                                .formatted(snapshotName, location.describe(), leftOut));
            }
            refuseSharedTargets(chosen);
            return new BackfillPlan(snapshot, chosen, leftOut);
        }
    }

    /** The same, without some of its indices: then they count as not chosen. */
    public BackfillPlan without(Predicate<IndexPlan> some) {
        List<String> out = new ArrayList<>(leftOut);
        List<PlannedIndex> rest = new ArrayList<>();
        for (PlannedIndex index : indices) {
            if (some.test(index.plan())) {
                out.add(index.plan().name());
            } else {
                rest.add(index);
            }
        }
        return new BackfillPlan(snapshot, rest, out);
    }

    /**
     * The same, with a layout for each index in which no document takes another's place, or with the index refused where
     * there is none. Only indices in which that can happen are read for it.
     *
     * @param target is asked for the indices that are there already
     * @param reading is told the name of each index before it is read
     */
    public BackfillPlan layingOut(
            RepositoryLocation location,
            Cluster target,
            String migration,
            BackfillOptions options,
            Consumer<String> reading)
            throws IOException {
        TargetIndices indicesThere = new TargetIndices(target, migration, options);
        List<PlannedIndex> laidOut = new ArrayList<>();
        try (BlobStore store = BlobStore.open(location)) {
            Repository repository = Repository.open(store);
            for (PlannedIndex index : indices) {
                laidOut.add(
                        index.refusal().isEmpty() ? laidOut(index, repository, store, indicesThere, reading) : index);
            }
        }
        return new BackfillPlan(snapshot, laidOut, leftOut);
    }

    private PlannedIndex laidOut(
            PlannedIndex index,
            Repository repository,
            BlobStore store,
            TargetIndices indicesThere,
            Consumer<String> reading)
            throws ClusterException {
        IndexPlan plan = index.plan();
        ShardLayout existing;
        try {
            existing = indicesThere.layout(index);
        } catch (IllegalStateException different) {
            return new PlannedIndex(plan, index.metadata(), String.valueOf(different.getMessage()));
        }
        if (!LayoutChoice.needsReading(index.metadata(), plan.types(), existing)) {
            return existing == null
                    ? index
                    : new PlannedIndex(plan.lyingAs(existing), index.metadata(), index.refusal());
        }
        reading.accept(plan.name());
        SnapshotDocuments documents = documents(plan, repository, store);
        LayoutChoice choice = LayoutChoice.of(documents, index.metadata(), plan.types(), existing);
        return new PlannedIndex(plan.lyingAs(choice.layout()), index.metadata(), choice.refusal());
    }

    /**
     * Why an index must not have so many shards on the target, for a person: it has another number in the source, and an id that occurs
     * under several routings, so that fences of documents that may meet on one shard cannot be compared. Empty when it may.
     *
     * <p>If the number is another one, all ids and routings of the index are read from the snapshot. Takes 8 bytes of memory for each
     * document, 160 MB at most: an index with more than 20 million documents is read several times.
     *
     * @param location of the snapshot
     * @param index the name of one of {@link #indices}
     * @param shards the number that is wanted on the target
     */
    public String againstShards(RepositoryLocation location, String index, int shards) throws IOException {
        PlannedIndex planned = indices.stream()
                .filter(one -> one.plan().name().equals(index))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no chosen index of the snapshot: " + index));
        try (BlobStore store = BlobStore.open(location)) {
            SnapshotDocuments documents = documents(planned.plan(), Repository.open(store), store);
            return LayoutChoice.againstShards(
                    documents, planned.metadata(), planned.plan().types(), shards);
        }
    }

    private SnapshotDocuments documents(IndexPlan plan, Repository repository, BlobStore store) {
        return new SnapshotDocuments(
                repository, store, snapshot, new Snapshot.Index(plan.name(), plan.folder()), plan.shards());
    }

    private static void refuseSharedTargets(List<PlannedIndex> chosen) throws RepositoryException {
        Map<String, IndexPlan> sources = new HashMap<>();
        for (PlannedIndex index : chosen) {
            for (String target : index.plan().targets()) {
                IndexPlan other = sources.put(target, index.plan());
                if (other != null) {
                    boolean bySplit =
                            other.types().isSplit() || index.plan().types().isSplit();
                    throw new RepositoryException("Indices %s and %s would both become %s. Change %s."
                            .formatted(
                                    other.name(),
                                    index.plan().name(),
                                    target,
                                    bySplit ? "indices.rename or metadata.split_name" : "indices.rename"));
                }
            }
        }
    }

    static void refusePartial(Snapshot snapshot, BackfillOptions options) throws RepositoryException {
        if (snapshot.state() == SnapshotState.PARTIAL && !options.allowPartial()) {
            StringBuilder shards = new StringBuilder();
            for (Snapshot.ShardFailure failure : snapshot.failures()) {
                shards.append(shards.isEmpty() ? "" : ", ")
                        .append("%s[%d] (%s)".formatted(failure.index(), failure.shard(), failure.reason()));
            }
            throw new RepositoryException(
                    ("Snapshot %s is PARTIAL: it lacks %s. Take a new snapshot, exclude these indices, or go on"
                                    + " without these shards with --allow-partial.")
                            .formatted(snapshot.name(), shards));
        }
    }

    /** What the definition of an index alone says against it. */
    private static String refusal(IndexMetadata index, TypePolicy policy) {
        List<String> vectors = VectorsOutsideSource.of(index);
        if (!vectors.isEmpty()) {
            return "the source of %s may lack the vectors of %s, as Elasticsearch 9.2 and later store them elsewhere. Set index.mapping.exclude_source_vectors to false in a copy of the index and take a snapshot of that"
                    .formatted(index.name(), vectors);
        }
        if (policy.kind() == TypePolicy.Kind.FAIL && index.types().size() > 1) {
            return "it has the mapping types %s, and metadata.types is fail for it. Set union, prefix or split, or exclude it"
                    .formatted(index.types());
        }
        return "";
    }

    private static PlannedIndex plan(Snapshot.Index index, IndexMetadata metadata, BackfillOptions options)
            throws RepositoryException {
        FenceKind fence = options.fence().apply(index.name()).orElseGet(() -> fenceOf(metadata));
        String target = options.names().targetName(index.name());
        TypePolicy policy = options.types().apply(index.name());
        return new PlannedIndex(
                new IndexPlan(
                        index.name(),
                        index.folder(),
                        metadata.uuid(),
                        target,
                        metadata.shards(),
                        fence,
                        SourcePlan.of(metadata, options.rebuildSource()),
                        routes(index.name(), target, metadata, policy),
                        layout(metadata),
                        null),
                metadata,
                refusal(metadata, policy));
    }

    private static TypeRoutes routes(String name, String target, IndexMetadata metadata, TypePolicy policy)
            throws RepositoryException {
        try {
            return policy.routes(target, metadata.types());
        } catch (IllegalArgumentException clash) {
            throw new RepositoryException("Of index %s, %s. Set metadata.types to prefix for it, or exclude it."
                    .formatted(name, clash.getMessage()));
        }
    }

    private static ShardLayout layout(IndexMetadata metadata) throws RepositoryException {
        try {
            return LayoutChoice.ofSource(metadata);
        } catch (IllegalArgumentException contradiction) {
            throw new RepositoryException("The snapshot says of index %s that it has %s. Exclude it."
                    .formatted(metadata.name(), contradiction.getMessage()));
        }
    }

    /** One kind per index: sequence numbers wherever the index can have any. */
    static FenceKind fenceOf(IndexMetadata metadata) {
        int created = metadata.settings().path("index.version.created").asInt(FIRST_WITH_SEQUENCE_NUMBERS);
        return created < FIRST_WITH_SEQUENCE_NUMBERS ? FenceKind.VERSION : FenceKind.SEQ_NO;
    }

    /**
     * Target indices that are there and were not made for these source indices by this migration, each in
     * words.
     */
    public List<String> strangers(Cluster target, String migration, BackfillOptions options) throws ClusterException {
        TargetIndices there = new TargetIndices(target, migration, options);
        List<String> strangers = new ArrayList<>();
        for (PlannedIndex index : indices) {
            strangers.addAll(there.strangers(index));
        }
        return strangers;
    }

    /**
     * Makes the target indices that are not there, each marked with the migration and the source index.
     *
     * @return what happened to each; where one is refused, its source index must not be carried
     */
    public List<PreparedIndex> prepare(Cluster target, String migration, BackfillOptions options)
            throws ClusterException {
        TargetIndices there = new TargetIndices(target, migration, options);
        List<PreparedIndex> prepared = new ArrayList<>();
        for (PlannedIndex index : indices) {
            prepared.addAll(there.prepare(index));
        }
        there.settleStreams();
        return prepared;
    }

    /**
     * Those for which {@link #prepare} will delete a target index, as it is of another origin and is to be made anew: what was carried into it
     * is lost with it.
     *
     * @return UUIDs of the source's indices
     */
    public Set<String> replaced(Cluster target, String migration, BackfillOptions options) throws ClusterException {
        Set<String> replaced = new HashSet<>();
        TargetIndices there = new TargetIndices(target, migration, options);
        for (PlannedIndex index : indices) {
            if (options.replace() && !there.strangers(index).isEmpty()) {
                replaced.add(index.plan().uuid());
            }
        }
        return replaced;
    }
}
