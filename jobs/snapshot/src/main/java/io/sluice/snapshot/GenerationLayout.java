package io.sluice.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layout of Elasticsearch 7 and OpenSearch 1 to 2.
 *
 * <pre>
 *   index.latest, index-N                            the root listing
 *   snap-&lt;snapshot uuid&gt;.dat                         state, indices and failures of a snapshot
 *   indices/&lt;index id&gt;/meta-&lt;blob id&gt;.dat            settings, mappings, aliases; before 7.9 the blob id is the snapshot's
 *   indices/&lt;index id&gt;/&lt;shard&gt;/snap-&lt;snapshot uuid&gt;.dat   the list of a shard's files, which lie beside it
 * </pre>
 */
final class GenerationLayout implements Layout {

    private static final int MAX_LISTING_BYTES = 256 << 20;

    private final BlobStore store;
    private final RootListing listing;

    private GenerationLayout(BlobStore store, RootListing listing) {
        this.store = store;
        this.listing = listing;
    }

    static GenerationLayout open(BlobStore store, long generation) throws IOException {
        String blob = "index-" + generation;
        try {
            return new GenerationLayout(store, RootListing.read(blob, store.readAll(blob, MAX_LISTING_BYTES)));
        } catch (NoSuchFileException e) {
            throw new RepositoryException(
                    "The repository at %s is incomplete: index.latest names %s, which is not there; it has %s. Copy the repository again, as a whole."
                            .formatted(store.describe(), blob, store.list("", "index-")),
                    e);
        }
    }

    @Override
    public List<String> snapshotNames() {
        return List.copyOf(listing.snapshots().keySet());
    }

    @Override
    public Snapshot snapshot(String name) throws IOException {
        RootListing.Entry entry = listing.snapshots().get(name);
        if (entry == null) {
            throw new RepositoryException(
                    "There is no snapshot \"%s\" in %s. %s".formatted(name, store.describe(), exist(snapshotNames())));
        }
        ObjectNode body = MetadataBlob.read(store, "snap-" + entry.uuid() + ".dat", "snapshot");
        JsonNode snapshot = body.has("snapshot") ? body.get("snapshot") : body;
        return new Snapshot(
                name,
                entry.uuid(),
                state(snapshot.path("state").asText(), entry.state()),
                entry.version().isEmpty()
                        ? ServerVersions.ofId(snapshot.path("version_id").asInt())
                        : entry.version(),
                indices(name, snapshot.path("indices")),
                failures(snapshot.path("failures")));
    }

    private List<Snapshot.Index> indices(String snapshot, JsonNode names) throws IOException {
        List<Snapshot.Index> indices = new ArrayList<>();
        for (JsonNode node : names) {
            String name = node.asText();
            String id = listing.indexIds().get(name);
            if (id == null) {
                throw new RepositoryException(
                        "Index \"%s\" of snapshot \"%s\" is not in the root listing of %s. Exclude it, or take the snapshot again."
                                .formatted(name, snapshot, store.describe()));
            }
            indices.add(new Snapshot.Index(name, id));
        }
        return indices;
    }

    private static List<Snapshot.ShardFailure> failures(JsonNode nodes) {
        List<Snapshot.ShardFailure> failures = new ArrayList<>();
        for (JsonNode node : nodes) {
            failures.add(new Snapshot.ShardFailure(
                    node.path("index").asText(),
                    node.path("shard_id").asInt(),
                    node.path("reason").asText()));
        }
        return failures;
    }

    /** The snapshot's own blob is written last and knows best. */
    private static SnapshotState state(String own, SnapshotState listed) {
        for (SnapshotState state : SnapshotState.values()) {
            if (state.name().equals(own)) {
                return state;
            }
        }
        return listed;
    }

    @Override
    public IndexMetadata indexMetadata(Snapshot snapshot, Snapshot.Index index) throws IOException {
        String blob = "indices/%s/meta-%s.dat".formatted(index.folder(), metadataBlobId(snapshot, index));
        return IndexMetadataReader.read(blob, index.name(), MetadataBlob.read(store, blob, "index-metadata"));
    }

    /** From 7.9 snapshots share the metadata of an index that did not change, by way of two maps. */
    private String metadataBlobId(Snapshot snapshot, Snapshot.Index index) {
        RootListing.Entry entry = listing.snapshots().get(snapshot.name());
        Map<String, String> lookup = entry == null ? Map.of() : entry.metadataLookup();
        String identifier = lookup.get(index.folder());
        return identifier == null ? snapshot.uuid() : listing.identifiers().getOrDefault(identifier, snapshot.uuid());
    }

    @Override
    public ShardFiles shardFiles(Snapshot snapshot, Snapshot.Index index, int shard) throws IOException {
        String folder = "indices/%s/%d".formatted(index.folder(), shard);
        String blob = "%s/snap-%s.dat".formatted(folder, snapshot.uuid());
        try {
            return ShardFileList.read(blob, folder, index.name(), shard, MetadataBlob.read(store, blob, "snapshot"));
        } catch (NoSuchFileException e) {
            throw new RepositoryException(
                    "Snapshot \"%s\" in %s has no shard %s[%d]: %s is not there. Copy the repository again, as a whole, or exclude the index."
                            .formatted(snapshot.name(), store.describe(), index.name(), shard, blob),
                    e);
        }
    }

    private static String exist(List<String> names) {
        return names.isEmpty() ? "It has none: take one." : "It has %s.".formatted(String.join(", ", names));
    }
}
