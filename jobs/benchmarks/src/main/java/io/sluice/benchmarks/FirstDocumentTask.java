package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.cluster.BulkBody;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.util.List;

/**
 * Everything the job does from opening the snapshot to the first document in a bulk: the plan of the indices, the look into
 * the shard for its ranges, and the reader that opens the shard again and reads on until there is a document.
 */
final class FirstDocumentTask implements Worker.Task {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int CHUNK_BYTES = 64 << 10;

    /** A shard of 10 GB is cut into ranges of this part of a segment, or smaller ones. */
    private static final int RANGES_PER_SEGMENT = 16;

    @Override
    public ObjectNode perform(JsonNode order, Worker.Mark mark) throws IOException {
        mark.begin();
        long began = System.nanoTime();
        RepositoryLocation location =
                new RepositoryLocation.FileSystem(order.path("repository").asText());
        String name = order.path("snapshot").asText();
        BackfillPlan.of(location, name, BackfillOptions.DEFAULT);
        long planned = System.nanoTime();
        try (BlobStore store = BlobStore.open(location)) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(name);
            List<Segment> segments;
            try (ShardReader shard = open(repository, snapshot, store)) {
                segments = shard.segments();
            }
            long cut = System.nanoTime();
            Segment first = segments.get(0);
            BulkBody body = new BulkBody(CHUNK_BYTES);
            try (ShardReader shard = open(repository, snapshot, store);
                    DocumentCursor documents =
                            shard.documents(first.name(), 0, Math.max(1, first.documents() / RANGES_PER_SEGMENT))) {
                if (!documents.next()) {
                    throw new IOException("The first range of segment " + first.name() + " has no document.");
                }
                add(documents, body);
                long done = System.nanoTime();
                return new ObjectMapper()
                        .createObjectNode()
                        .put("plan_ms", (planned - began) / NANOS_PER_MILLI)
                        .put("ranges_ms", (cut - planned) / NANOS_PER_MILLI)
                        .put("read_ms", (done - cut) / NANOS_PER_MILLI)
                        .put("first_document_ms", (done - began) / NANOS_PER_MILLI)
                        .put(
                                "shard_bytes",
                                segments.stream()
                                        .mapToLong(Segment::storedBytes)
                                        .sum())
                        .put(
                                "largest_segment_bytes",
                                segments.stream()
                                        .mapToLong(Segment::storedBytes)
                                        .max()
                                        .orElse(0))
                        .put("bulk_bytes", body.bytes())
                        .put("store_bytes", store.bytesRead());
            }
        }
    }

    private static ShardReader open(Repository repository, Snapshot snapshot, BlobStore store) throws IOException {
        return ShardFormats.open(
                repository.shardFiles(snapshot, snapshot.indices().get(0), 0), store);
    }

    private static void add(DocumentCursor document, BulkBody body) {
        body.index(
                document.idBytes(),
                document.idLength(),
                document.routingBytes(),
                document.routingLength(),
                document.seqNo(),
                document.sourceBytes(),
                document.sourceOffset(),
                document.sourceLength());
    }
}
