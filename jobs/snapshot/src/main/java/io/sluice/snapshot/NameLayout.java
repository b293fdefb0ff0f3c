package io.sluice.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The layouts of Elasticsearch 1 and 2, which name blobs by the snapshot's name and folders by the index's.
 *
 * <pre>
 *   index                                              {"snapshots": [name]}
 *   version 2                                          version 1, in which nothing has a frame
 *   snap-&lt;name&gt;.dat                                    snapshot-&lt;name&gt;
 *   indices/&lt;index&gt;/meta-&lt;name&gt;.dat                    indices/&lt;index&gt;/snapshot-&lt;name&gt;
 *   indices/&lt;index&gt;/&lt;shard&gt;/snap-&lt;name&gt;.dat            indices/&lt;index&gt;/&lt;shard&gt;/snapshot-&lt;name&gt;
 * </pre>
 *
 * One repository may hold snapshots of both.
 */
final class NameLayout implements Layout {

    private final BlobStore store;
    private final List<String> names;

    private NameLayout(BlobStore store, List<String> names) {
        this.store = store;
        this.names = names;
    }

    /** @param listing the bytes of {@code index} */
    static NameLayout of(BlobStore store, byte[] listing) throws IOException {
        List<String> names = new ArrayList<>();
        JsonNode snapshots = MetadataBlob.document("index", 0, listing).path("snapshots");
        if (!snapshots.isArray()) {
            throw new CorruptBlobException(
                    "index", 0, "an array \"snapshots\"", String.valueOf(snapshots.getNodeType()));
        }
        snapshots.forEach(name -> names.add(name.asText()));
        return new NameLayout(store, names);
    }

    @Override
    public List<String> snapshotNames() {
        return List.copyOf(names);
    }

    /** There is no UUID: a snapshot that was taken again under an old name differs by the time it began. */
    @Override
    public Snapshot snapshot(String name) throws IOException {
        if (!names.contains(name)) {
            throw Layout.noSuchSnapshot(name, this, store);
        }
        SnapshotInfo info = SnapshotInfo.of(read("", name, "snap", "snapshot"));
        return new Snapshot(
                name,
                name + "-" + info.startTime(),
                info.state(SnapshotState.UNKNOWN),
                info.serverVersion(),
                info.indices().stream()
                        .map(index -> new Snapshot.Index(index, index))
                        .toList(),
                info.failures());
    }

    @Override
    public IndexMetadata indexMetadata(Snapshot snapshot, Snapshot.Index index) throws IOException {
        String folder = "indices/" + index.folder() + "/";
        ObjectNode document = read(folder, snapshot.name(), "meta", "index-metadata");
        return IndexMetadataReader.read(folder, index.name(), document);
    }

    @Override
    public ShardFiles shardFiles(Snapshot snapshot, Snapshot.Index index, int shard) throws IOException {
        String folder = "indices/%s/%d".formatted(index.folder(), shard);
        try {
            ObjectNode list = read(folder + "/", snapshot.name(), "snap", "snapshot");
            return ShardFileList.read(folder + "/snap-" + snapshot.name(), folder, index.name(), shard, list);
        } catch (NoSuchFileException e) {
            throw Layout.noSuchShard(snapshot, index, shard, store, e);
        }
    }

    /** Version 2's blob, or version 1's where there is none. */
    private ObjectNode read(String folder, String name, String prefix, String codec) throws IOException {
        try {
            return MetadataBlob.read(store, "%s%s-%s.dat".formatted(folder, prefix, name), codec);
        } catch (NoSuchFileException e) {
            try {
                return MetadataBlob.readUnframed(store, "%ssnapshot-%s".formatted(folder, name));
            } catch (NoSuchFileException older) {
                older.addSuppressed(e);
                throw older;
            }
        }
    }
}
