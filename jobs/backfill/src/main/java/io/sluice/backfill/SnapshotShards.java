package io.sluice.backfill;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.ShardDelta;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens the shards of a snapshot, and what changed in them since an older one. May be used from any thread. */
final class SnapshotShards implements AutoCloseable {

    private final BlobStore store;
    private final Repository repository;
    private final Snapshot snapshot;
    private final @Nullable Snapshot older;
    private final Map<String, Snapshot.Index> folders = new HashMap<>();

    private SnapshotShards(BlobStore store, String snapshot, @Nullable String older) throws IOException {
        this.store = store;
        this.repository = Repository.open(store);
        this.snapshot = repository.snapshot(snapshot);
        this.older = older == null ? null : repository.snapshot(older);
        this.snapshot.indices().forEach(index -> folders.put(index.name(), index));
    }

    /**
     * Opens the repository.
     *
     * @param older the name of an older snapshot, of which the target has everything; null for none
     */
    static SnapshotShards open(RepositoryLocation location, String snapshot, @Nullable String older)
            throws IOException {
        BlobStore store = BlobStore.open(location);
        try {
            return new SnapshotShards(store, snapshot, older);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** @throws RepositoryException when the shard failed when one of the snapshots was taken */
    ShardDelta openDelta(IndexPlan index, BaseIndex base, int shard) throws IOException {
        if (older == null) {
            throw new IllegalStateException("no older snapshot to compare with: " + index.name());
        }
        ShardFiles then = repository.shardFiles(older, new Snapshot.Index(index.name(), base.folder()), shard);
        return ShardDelta.open(then, base.primaryTerm(shard), files(index, shard), store);
    }

    /** @throws RepositoryException when the shard failed when the snapshot was taken */
    ShardReader openShard(IndexPlan index, int shard) throws IOException {
        return ShardFormats.open(files(index, shard), store);
    }

    private ShardFiles files(IndexPlan index, int shard) throws IOException {
        Snapshot.Index folder = folders.get(index.name());
        if (folder == null) {
            throw new IllegalStateException("an index that is not part of the snapshot: " + index.name());
        }
        return repository.shardFiles(snapshot, folder, shard);
    }

    /** How many bytes were asked of the repository. */
    long bytesRead() {
        return store.bytesRead();
    }

    @Override
    public void close() {
        store.close();
    }
}
