package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;

/** Reads every document of a snapshot, one segment after the other, on one thread, and looks at each. */
final class ReadTask implements Worker.Task {

    private long documents;
    private long sourceBytes;
    /** Depends on every document, so that no part of reading can be left out as unused. */
    private long digest;

    @Override
    public ObjectNode perform(JsonNode order, Worker.Mark mark) throws IOException {
        mark.begin();
        RepositoryLocation location =
                new RepositoryLocation.FileSystem(order.path("repository").asText());
        try (BlobStore store = BlobStore.open(location)) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(order.path("snapshot").asText());
            Snapshot.Index index = snapshot.indices().get(0);
            int shards = repository.indexMetadata(snapshot, index).shards();
            for (int shard = 0; shard < shards; shard++) {
                ShardFiles files = repository.shardFiles(snapshot, index, shard);
                read(files, store);
            }
            ObjectNode result = new ObjectMapper().createObjectNode();
            return result.put("documents", documents)
                    .put("source_bytes", sourceBytes)
                    .put("store_bytes", store.bytesRead())
                    .put("digest", digest);
        }
    }

    private void read(ShardFiles files, BlobStore store) throws IOException {
        try (ShardReader shard = ShardFormats.open(files, store)) {
            for (Segment segment : shard.segments()) {
                try (DocumentCursor cursor = shard.documents(segment.name(), 0, segment.documents())) {
                    while (cursor.next()) {
                        look(cursor);
                    }
                }
            }
        }
    }

    private void look(DocumentCursor cursor) {
        documents++;
        sourceBytes += cursor.sourceLength();
        digest = digest * 31
                + cursor.idBytes()[cursor.idLength() - 1]
                + cursor.seqNo()
                + cursor.sourceBytes()[cursor.sourceOffset()];
    }
}
