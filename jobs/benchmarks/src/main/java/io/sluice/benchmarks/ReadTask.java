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
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads every document of a snapshot and looks at each: shards are cut into ranges as the job cuts them, and each thread
 * takes one after the other until there are none.
 */
final class ReadTask implements Worker.Task {

    /** As the job cuts a shard, if not by the same code: into pieces of this size, or into so many if they are larger. */
    private static final long SMALLEST_RANGE_BYTES = 8L << 20;

    private static final int RANGES_PER_SHARD = 64;

    @Override
    public ObjectNode perform(JsonNode order, Worker.Mark mark) throws IOException {
        mark.begin();
        RepositoryLocation location =
                new RepositoryLocation.FileSystem(order.path("repository").asText());
        Looks sum = new Looks();
        long storeBytes = 0;
        for (int pass = order.path("passes").asInt(); pass > 0; pass--) {
            try (BlobStore store = BlobStore.open(location)) {
                Repository repository = Repository.open(store);
                Snapshot snapshot = repository.snapshot(order.path("snapshot").asText());
                Snapshot.Index index = snapshot.indices().get(0);
                int shards = repository.indexMetadata(snapshot, index).shards();
                for (int shard = 0; shard < shards; shard++) {
                    ShardFiles files = repository.shardFiles(snapshot, index, shard);
                    read(files, store, order.path("slots").asInt(), sum);
                }
                storeBytes += store.bytesRead();
            }
        }
        ObjectNode result = new ObjectMapper().createObjectNode();
        return result.put("documents", sum.documents)
                .put("source_bytes", sum.sourceBytes)
                .put("store_bytes", storeBytes)
                .put("digest", sum.digest);
    }

    private record Range(String segment, int from, int to) {}

    private static void read(ShardFiles files, BlobStore store, int slots, Looks sum) throws IOException {
        Queue<Range> ranges = new ConcurrentLinkedQueue<>();
        try (ShardReader shard = ShardFormats.open(files, store)) {
            ranges.addAll(cut(shard.segments()));
        }
        ExecutorService threads = Executors.newFixedThreadPool(slots);
        try {
            List<Future<Looks>> parts = new ArrayList<>();
            for (int slot = 0; slot < slots; slot++) {
                parts.add(threads.submit(() -> read(files, store, ranges)));
            }
            for (Future<Looks> part : parts) {
                sum.add(part.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("reading failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Range> cut(List<Segment> segments) {
        long bytes = segments.stream().mapToLong(Segment::storedBytes).sum();
        long target = Math.max(SMALLEST_RANGE_BYTES, bytes / RANGES_PER_SHARD);
        List<Range> ranges = new ArrayList<>();
        for (Segment segment : segments) {
            long pieces = Math.max(1, Math.round((double) segment.storedBytes() / target));
            for (long piece = 0; piece < pieces; piece++) {
                int from = (int) (segment.documents() * piece / pieces);
                int to = (int) (segment.documents() * (piece + 1) / pieces);
                ranges.add(new Range(segment.name(), from, to));
            }
        }
        return ranges;
    }

    private static Looks read(ShardFiles files, BlobStore store, Queue<Range> ranges) throws IOException {
        Looks looks = new Looks();
        try (ShardReader shard = ShardFormats.open(files, store)) {
            for (Range range = ranges.poll(); range != null; range = ranges.poll()) {
                try (DocumentCursor cursor = shard.documents(range.segment(), range.from(), range.to())) {
                    while (cursor.next()) {
                        looks.at(cursor);
                    }
                    cursor.checksum();
                }
            }
        }
        return looks;
    }

    /** What one thread has seen. */
    private static final class Looks {
        private long documents;
        private long sourceBytes;
        /** Depends on every document, so that no part of reading can be left out as unused. */
        private long digest;

        void at(DocumentCursor cursor) {
            documents++;
            sourceBytes += cursor.sourceLength();
            digest += 31L * cursor.idBytes()[cursor.idLength() - 1]
                    + cursor.seqNo()
                    + cursor.sourceBytes()[cursor.sourceOffset()];
        }

        void add(Looks others) {
            documents += others.documents;
            sourceBytes += others.sourceBytes;
            digest += others.digest;
        }
    }
}
