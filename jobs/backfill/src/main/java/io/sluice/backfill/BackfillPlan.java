package io.sluice.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Snapshot;
import io.sluice.snapshot.SnapshotState;
import io.sluice.transform.IndexDefinition;
import io.sluice.transform.IndexDefinition.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a backfill will carry, looked up before anything is changed: the snapshot's indices that were
 * chosen, each with its definition and its fence.
 *
 * @param snapshot as the repository has it
 * @param indices in the order of the snapshot
 * @param leftOut names of the snapshot's indices that were not chosen
 */
public record BackfillPlan(Snapshot snapshot, List<PlannedIndex> indices, List<String> leftOut) {

    /** Server versions are numbered as major × 1,000,000; sequence numbers came with 6. */
    private static final int FIRST_WITH_SEQUENCE_NUMBERS = 6_000_000;

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
     * @param reason why it was refused, or empty
     */
    public record PreparedIndex(String name, Preparation preparation, String reason) {}

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
            List<PlannedIndex> chosen = new ArrayList<>();
            List<String> leftOut = new ArrayList<>();
            for (Snapshot.Index index : snapshot.indices()) {
                if (options.chooses().test(index.name())) {
                    chosen.add(plan(index, repository.indexMetadata(snapshot, index), options));
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

    /**
     * The same, with those indices refused in which several documents of a shard have one id. Only indices in which that
     * can be are read for it.
     *
     * @param reading is told the name of each index before it is read
     */
    public BackfillPlan refusingSharedIds(RepositoryLocation location, Consumer<String> reading) throws IOException {
        List<PlannedIndex> checked = new ArrayList<>();
        try (BlobStore store = BlobStore.open(location)) {
            Repository repository = Repository.open(store);
            for (PlannedIndex index : indices) {
                if (index.refusal().isEmpty() && SharedIds.arePossible(index.metadata())) {
                    reading.accept(index.plan().name());
                    Snapshot.Index folder =
                            new Snapshot.Index(index.plan().name(), index.plan().folder());
                    checked.add(new PlannedIndex(
                            index.plan(),
                            index.metadata(),
                            SharedIds.reason(repository, store, snapshot, folder, index.metadata())));
                } else {
                    checked.add(index);
                }
            }
        }
        return new BackfillPlan(snapshot, checked, leftOut);
    }

    private static void refuseSharedTargets(List<PlannedIndex> chosen) throws RepositoryException {
        Map<String, String> sources = new HashMap<>();
        for (PlannedIndex index : chosen) {
            String other = sources.put(index.plan().target(), index.plan().name());
            if (other != null) {
                throw new RepositoryException("Indices %s and %s would both become %s. Change indices.rename."
                        .formatted(other, index.plan().name(), index.plan().target()));
            }
        }
    }

    private static void refusePartial(Snapshot snapshot, BackfillOptions options) throws RepositoryException {
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
    private static String refusal(IndexMetadata index) {
        List<String> vectors = VectorsOutsideSource.of(index);
        if (!vectors.isEmpty()) {
            return "the source of %s may lack the vectors of %s, as Elasticsearch 9.2 and later store them elsewhere. Set index.mapping.exclude_source_vectors to false in a copy of the index and take a snapshot of that"
                    .formatted(index.name(), vectors);
        }
        return "";
    }

    private static PlannedIndex plan(Snapshot.Index index, IndexMetadata metadata, BackfillOptions options) {
        FenceKind fence = options.fence().apply(index.name()).orElseGet(() -> fenceOf(metadata));
        String target = options.targetName().apply(index.name());
        return new PlannedIndex(
                new IndexPlan(
                        index.name(),
                        index.folder(),
                        metadata.uuid(),
                        target,
                        metadata.shards(),
                        fence,
                        SourcePlan.of(metadata, options.rebuildSource())),
                metadata,
                refusal(metadata));
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
    public List<String> strangers(Cluster target, String migration) throws ClusterException {
        List<String> strangers = new ArrayList<>();
        for (PlannedIndex index : indices) {
            Optional<JsonNode> there = target.indexDefinition(index.plan().target());
            Origin wanted = new Origin(migration, index.plan().uuid());
            if (there.isPresent() && !Origin.of(there.get().path("mappings")).equals(wanted)) {
                strangers.add(
                        strange(index.plan().target(), Origin.of(there.get().path("mappings")), wanted));
            }
        }
        return strangers;
    }

    /**
     * Makes the target indices that are not there, each marked with the migration and the source index.
     *
     * @return what happened to each; the refused ones must not be written to
     */
    public List<PreparedIndex> prepare(Cluster target, String migration, BackfillOptions options)
            throws ClusterException {
        List<PreparedIndex> prepared = new ArrayList<>();
        for (PlannedIndex index : indices) {
            prepared.add(prepare(target, migration, options, index));
        }
        return prepared;
    }

    private static PreparedIndex prepare(Cluster target, String migration, BackfillOptions options, PlannedIndex index)
            throws ClusterException {
        String name = index.plan().target();
        if (!index.refusal().isEmpty()) {
            return new PreparedIndex(name, Preparation.REFUSED, index.refusal());
        }
        Origin origin = new Origin(migration, index.plan().uuid());
        Optional<JsonNode> there = target.indexDefinition(name);
        if (there.isPresent()) {
            Origin found = Origin.of(there.get().path("mappings"));
            if (found.equals(origin)) {
                return new PreparedIndex(name, Preparation.FOUND, "");
            }
            if (!options.replace()) {
                return new PreparedIndex(name, Preparation.REFUSED, strange(name, found, origin));
            }
        }
        if (!index.metadata().conflicts().isEmpty()) {
            return new PreparedIndex(name, Preparation.REFUSED, conflict(index.metadata()));
        }
        if (there.isPresent()) {
            target.deleteIndex(name);
        }
        Optional<String> refusal = create(target, name, index.metadata(), origin, options.capture());
        if (refusal.isPresent()) {
            return new PreparedIndex(name, Preparation.REFUSED, refusal.get());
        }
        return new PreparedIndex(name, there.isPresent() ? Preparation.REPLACED : Preparation.CREATED, "");
    }

    private static String conflict(IndexMetadata index) {
        return "its mapping types %s have fields of different kinds, of which the target knows one: %s. Make the kinds agree in a copy of the index and take a snapshot of that, or exclude it"
                .formatted(index.types(), index.conflicts());
    }

    /** Makes the index, or says why the target does not want it. */
    private static Optional<String> create(
            Cluster target, String name, IndexMetadata source, Origin origin, boolean capture) throws ClusterException {
        try {
            target.createIndex(
                    name,
                    IndexDefinition.of(
                            source.shards(),
                            source.routingShards(),
                            source.settings(),
                            source.mappings(),
                            origin,
                            capture));
            return Optional.empty();
        } catch (ClusterException e) {
            if (e.isRefusal()) {
                return Optional.of("the target does not accept its definition: " + e.getMessage());
            }
            throw e;
        }
    }

    private static String strange(String name, Origin found, Origin wanted) {
        String whose = found.isNamed()
                ? "it was made by migration %s from source index %s".formatted(found.migration(), found.sourceUuid())
                : "it was not made by a migration";
        return "target index %s exists and %s; expected migration %s and source index %s"
                .formatted(name, whose, wanted.migration(), wanted.sourceUuid());
    }
}
