package io.sluice.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one line of servers arranges a repository. Immutable once open. */
sealed interface Layout permits GenerationLayout {

    /** Finds out which layout the store holds, and reads its root listing. */
    static Layout of(BlobStore store) throws IOException {
        long generation = latestGeneration(store);
        if (generation >= 0) {
            return GenerationLayout.open(store, generation);
        }
        List<String> root = store.list("", "");
        if (root.contains("index")) {
            throw new RepositoryException(
                    "The repository at %s was written by Elasticsearch 1 or 2, whose layout this build cannot read."
                            .formatted(store.describe()));
        }
        throw new RepositoryException(
                "There is no snapshot repository at %s: it has neither index.latest nor index-N. %s Give the folder that holds them, and see that a snapshot was taken."
                        .formatted(store.describe(), found(root)));
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
            Logger log = LoggerFactory.getLogger(Layout.class);
            log.debug("No index.latest in {}: looking for the highest index-N", store.describe());
        }
        return store.list("", "index-").stream()
                .map(name -> name.substring("index-".length()))
                .filter(generation -> generation.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(-1);
    }

    private static String found(List<String> root) {
        int shown = Math.min(root.size(), 8);
        if (shown == 0) {
            return "It holds no files.";
        }
        return "It holds %s%s.".formatted(String.join(", ", root.subList(0, shown)), root.size() > shown ? ", …" : "");
    }
}
