package io.sluice.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one line of servers arranges a repository. Immutable once open. */
sealed interface Layout permits GenerationLayout, NameLayout {

    Logger LOG = LoggerFactory.getLogger(Layout.class);

    /** The names of some ten thousand snapshots. */
    int MAX_NAMES_BYTES = 16 << 20;

    /** Finds out which layout the store holds, and reads its root listing. */
    static Layout of(BlobStore store) throws IOException {
        long generation = latestGeneration(store);
        if (generation >= 0) {
            return GenerationLayout.open(store, generation);
        }
        try {
            return NameLayout.of(store, store.readAll("index", MAX_NAMES_BYTES));
        } catch (NoSuchFileException e) {
            LOG.debug("No index in {}: it holds no repository", store.describe());
        }
        List<String> root = store.list("", "");
        throw new RepositoryException(
                "There is no snapshot repository at %s: it has neither index.latest nor index-N nor index.%s Give the folder that holds them, and see that a snapshot was taken."
                        .formatted(store.describe(), store.canList() ? found(root) : ""));
    }

    List<String> snapshotNames();

    /** A snapshot in whatever state it is. */
    Snapshot snapshot(String name) throws IOException;

    IndexMetadata indexMetadata(Snapshot snapshot, Snapshot.Index index) throws IOException;

    ShardFiles shardFiles(Snapshot snapshot, Snapshot.Index index, int shard) throws IOException;

    /**
     * {@code index.latest} decides: it holds N of the {@code index-N} that is valid, as 8 big-endian bytes, and
     * older or newer ones may lie beside it. Where there is none, the highest N is taken. −1: there is neither.
     */
    private static long latestGeneration(BlobStore store) throws IOException {
        try {
            byte[] latest = store.readAll("index.latest", 1024);
            if (latest.length == Long.BYTES) {
                return ByteBuffer.wrap(latest).getLong();
            }
            throw new CorruptBlobException("index.latest", 0, "a generation of 8 bytes", latest.length + " bytes");
        } catch (NoSuchFileException e) {
            LOG.debug("No index.latest in {}: looking for the highest index-N", store.describe());
        }
        return store.list("", "index-").stream()
                .map(name -> name.substring("index-".length()))
                .filter(generation -> generation.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(-1);
    }

    /** What to say of a snapshot that the root listing does not have. */
    static RepositoryException noSuchSnapshot(String name, Layout layout, BlobStore store) {
        List<String> names = layout.snapshotNames();
        String exist = names.isEmpty() ? "It has none: take one." : "It has %s.".formatted(String.join(", ", names));
        return new RepositoryException(
                "There is no snapshot \"%s\" in %s. %s".formatted(name, store.describe(), exist));
    }

    /**
     * What to say of a shard without a file list.
     *
     * @param missing names the blob that is not there
     */
    static RepositoryException noSuchShard(
            Snapshot snapshot, Snapshot.Index index, int shard, BlobStore store, NoSuchFileException missing) {
        return new RepositoryException(
                "Snapshot \"%s\" in %s has no shard %s[%d]: %s is not there. Copy the repository again, as a whole, or exclude the index."
                        .formatted(snapshot.name(), store.describe(), index.name(), shard, missing.getFile()),
                missing);
    }

    private static String found(List<String> root) {
        int shown = Math.min(root.size(), 8);
        if (shown == 0) {
            return " It holds no files.";
        }
        return " It holds %s%s.".formatted(String.join(", ", root.subList(0, shown)), root.size() > shown ? ", …" : "");
    }
}
