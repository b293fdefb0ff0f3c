package io.sluice.snapshot;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layout of Elasticsearch from 5.0 on and of OpenSearch.
 *
 * <pre>
 *   index.latest, index-N                            the root listing
 *   snap-&lt;snapshot uuid&gt;.dat                         state, indices and failures of a snapshot
 *   indices/&lt;index id&gt;/meta-&lt;blob id&gt;.dat            settings, mappings, aliases; before 7.9 the blob id is the snapshot's
 *   indices/&lt;index id&gt;/&lt;shard&gt;/snap-&lt;snapshot uuid&gt;.dat   the list of a shard's files, which lie beside it
 * </pre>
 *
 * In place of the UUID of a snapshot that Elasticsearch 2 took before the repository was moved on stands its name, and
 * in place of an index's id its name. OpenSearch may have the shards in {@linkplain ShardFolders other folders}.
 */
final class GenerationLayout implements Layout {

    private static final int MAX_LISTING_BYTES = 256 << 20;

    /** What later versions write down for a snapshot that has none. */
    private static final String UUID_OF_VERSION_2 = "_na_";

    private final BlobStore store;
    private final ShardFolders folders;
    private final RootListing listing;

    private GenerationLayout(BlobStore store, RootListing listing) {
        this.store = store;
        this.folders = new ShardFolders(store);
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
            throw Layout.noSuchSnapshot(name, this, store);
        }
        String uuid = entry.uuid().equals(UUID_OF_VERSION_2) ? name : entry.uuid();
        SnapshotInfo info = SnapshotInfo.of(MetadataBlob.read(store, "snap-" + uuid + ".dat", "snapshot"));
        return new Snapshot(
                name,
                uuid,
                info.state(entry.state()),
                entry.version().isEmpty() ? info.serverVersion() : entry.version(),
                indices(entry, info.indices()),
                info.failures());
    }

    private List<Snapshot.Index> indices(RootListing.Entry entry, List<String> names) throws IOException {
        List<Snapshot.Index> indices = new ArrayList<>();
        for (String name : names) {
            RootListing.Index index = listing.indices().get(name);
            if (index != null && !index.id().isEmpty()) {
                indices.add(new Snapshot.Index(name, index.id()));
            } else if (entry.uuid().equals(UUID_OF_VERSION_2)) {
                indices.add(new Snapshot.Index(name, name));
            } else {
                throw new RepositoryException(
                        "Index \"%s\" of snapshot \"%s\" is not in the root listing of %s. Exclude it, or take the snapshot again."
                                .formatted(name, entry.name(), store.describe()));
            }
        }
        return indices;
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
        RootListing.Index listed =
                listing.indices().getOrDefault(index.name(), new RootListing.Index(index.folder(), 0));
        String usual = folders.usual(listed, shard);
        try {
            return shardFiles(usual, snapshot, index, shard);
        } catch (NoSuchFileException e) {
            String other = ShardFolders.isFixed(listed) ? "" : folders.listed(listed, shard);
            if (!other.isEmpty() && !other.equals(usual)) {
                return shardFiles(other, snapshot, index, shard);
            }
            throw Layout.noSuchShard(snapshot, index, shard, store, e);
        }
    }

    private ShardFiles shardFiles(String folder, Snapshot snapshot, Snapshot.Index index, int shard)
            throws IOException {
        String blob = "%s/snap-%s.dat".formatted(folder, snapshot.uuid());
        return ShardFileList.read(blob, folder, index.name(), shard, MetadataBlob.read(store, blob, "snapshot"));
    }
}
