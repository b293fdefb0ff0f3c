package io.sluice.snapshot;

import java.io.IOException;
import java.util.List;

/**
 * A snapshot repository, as its root listing stood when it was opened.
 *
 * <p>Immutable, and safe for use by any thread. It does not own the store: whoever opened that closes it.
 */
public final class Repository {

    private final BlobStore store;
    private final Layout layout;

    private Repository(BlobStore store, Layout layout) {
        this.store = store;
        this.layout = layout;
    }

    /**
     * Reads the root listing.
     *
     * @throws RepositoryException when the store holds no repository that this build reads; the message says
     *     what was found instead
     */
    public static Repository open(BlobStore store) throws IOException {
        return new Repository(store, Layout.of(store));
    }

    /** The names of all snapshots, in the order of the listing. */
    public List<String> snapshotNames() {
        return layout.snapshotNames();
    }

    /**
     * Reads what the repository says of a snapshot.
     *
     * @throws RepositoryException when there is none of that name (the message lists those that are), or when it
     *     has failed or is still being taken
     */
    public Snapshot snapshot(String name) throws IOException {
        Snapshot snapshot = layout.snapshot(name);
        switch (snapshot.state()) {
            case FAILED ->
                throw new RepositoryException(
                        "Snapshot \"%s\" in %s failed when it was taken%s. Take it again, or use another: %s."
                                .formatted(name, store.describe(), firstFailure(snapshot), snapshotNames()));
            case IN_PROGRESS ->
                throw new RepositoryException(
                        "Snapshot \"%s\" in %s is still being taken. Wait until the source says SUCCESS."
                                .formatted(name, store.describe()));
            case SUCCESS, PARTIAL, UNKNOWN -> {
                return snapshot;
            }
        }
        throw new AssertionError(snapshot.state());
    }

    /** Reads an index's settings, mappings and aliases. */
    public IndexMetadata indexMetadata(Snapshot snapshot, Snapshot.Index index) throws IOException {
        return layout.indexMetadata(snapshot, index);
    }

    /**
     * Reads the list of a shard's files.
     *
     * @throws RepositoryException when the snapshot says that this shard failed
     */
    public ShardFiles shardFiles(Snapshot snapshot, Snapshot.Index index, int shard) throws IOException {
        for (Snapshot.ShardFailure failure : snapshot.failures()) {
            if (failure.index().equals(index.name()) && failure.shard() == shard) {
                throw new RepositoryException(
                        "Shard %s[%d] is not in snapshot \"%s\": it failed when the snapshot was taken (%s). Take the snapshot again, or leave this shard out."
                                .formatted(index.name(), shard, snapshot.name(), failure.reason()));
            }
        }
        return layout.shardFiles(snapshot, index, shard);
    }

    private static String firstFailure(Snapshot snapshot) {
        return snapshot.failures().isEmpty()
                ? ""
                : " (%s)".formatted(snapshot.failures().get(0).reason());
    }
}
