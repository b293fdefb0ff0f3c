package io.sluice.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.backfill.Since.GoneIndex;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Snapshot;
import io.sluice.transform.IndexDefinition.Origin;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The older snapshot, as far as the newer one is compared with it: looked up before anything is changed.
 *
 * @param snapshot as the repository has it
 * @param indices those of the newer snapshot's chosen indices that it has too, by name: the same incarnation
 * @param gone what chosen indices that the newer snapshot does not have went to
 */
public record DeltaBase(Snapshot snapshot, Map<String, OlderIndex> indices, List<GoneIndex> gone) {

    public DeltaBase {
        indices = Map.copyOf(indices);
        gone = List.copyOf(gone);
    }

    /** One index as the older snapshot has it. */
    public record OlderIndex(String folder, IndexMetadata metadata) {}

    /**
     * Reads it.
     *
     * @param later what is to be carried, of a snapshot of the same repository
     * @throws RepositoryException when the snapshot cannot be used; the message says what is there
     */
    public static DeltaBase of(
            RepositoryLocation location, String snapshotName, BackfillPlan later, BackfillOptions options)
            throws IOException {
        try (BlobStore store = BlobStore.open(location)) {
            Repository repository = Repository.open(store);
            Snapshot older = repository.snapshot(snapshotName);
            BackfillPlan.refusePartial(older, options);
            BackfillOptions told = options.with(SnapshotStreams.of(repository, older));
            Map<String, String> laterUuids = new HashMap<>();
            Set<String> targets = new HashSet<>();
            for (PlannedIndex index : later.indices()) {
                laterUuids.put(index.plan().name(), index.plan().uuid());
                targets.addAll(index.plan().targets());
            }
            Map<String, OlderIndex> same = new HashMap<>();
            List<GoneIndex> gone = new ArrayList<>();
            for (Snapshot.Index index : older.indices()) {
                if (!told.names().selects(index.name())) {
                    continue;
                }
                IndexMetadata metadata = repository.indexMetadata(older, index);
                if (metadata.uuid().equals(laterUuids.get(index.name()))) {
                    same.put(index.name(), new OlderIndex(index.folder(), metadata));
                } else if (!laterUuids.containsKey(index.name())) {
                    gone.addAll(gone(metadata, told));
                }
            }
            gone.removeIf(index -> targets.contains(index.target()));
            return new DeltaBase(older, same, gone);
        }
    }

    private static List<GoneIndex> gone(IndexMetadata index, BackfillOptions options) {
        String target = options.names().targetName(index.name());
        TypeRoutes routes = options.types().apply(index.name()).routes(target, index.types());
        if (!routes.isSplit()) {
            return List.of(new GoneIndex(index.name(), index.uuid(), "", target, false));
        }
        List<GoneIndex> gone = new ArrayList<>();
        routes.targets()
                .forEach((type, name) -> gone.add(new GoneIndex(index.name(), index.uuid(), type, name, false)));
        return gone;
    }

    /** The index in the older snapshot; empty when that does not have it, or another of its name. */
    public Optional<BaseIndex> index(PlannedIndex later) {
        IndexPlan plan = later.plan();
        return Optional.ofNullable(indices.get(plan.name()))
                .map(older -> new BaseIndex(
                        older.folder(),
                        older.metadata().primaryTerms(),
                        LayoutChoice.mixesShards(later.metadata(), plan.types(), plan.layout())));
    }

    /**
     * Gives the target indices the mappings that the newer snapshot has of them, if those are others: fields that came since would
     * get what the target makes of their first values.
     *
     * @return why the target does not want that, or empty
     */
    public String updateMappings(Cluster target, String migration, PlannedIndex index, BackfillOptions options)
            throws ClusterException {
        OlderIndex before = indices.get(index.plan().name());
        if (before == null
                || before.metadata().typeMappings().equals(index.metadata().typeMappings())) {
            return "";
        }
        return new TargetIndices(target, migration, options).updateMappings(index);
    }

    /**
     * Those gone indices that the target has and this migration made. What else is there under such a name is nobody's business.
     */
    public List<GoneIndex> stillThere(Cluster target, String migration) throws ClusterException {
        List<GoneIndex> there = new ArrayList<>();
        for (GoneIndex index : gone) {
            Optional<JsonNode> definition = target.indexDefinition(index.target());
            Origin ours = new Origin(migration, index.uuid(), index.type());
            if (definition.isPresent()
                    && Origin.of(definition.get().path("mappings")).equals(ours)) {
                there.add(index);
            }
        }
        return there;
    }
}
