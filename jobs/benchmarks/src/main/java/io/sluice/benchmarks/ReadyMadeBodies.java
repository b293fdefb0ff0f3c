package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.BulkBody;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The documents of a data set as bulk bodies in one file, ready to be sent: the same ids, routing and fences
 * as the job writes, cut by the same size.
 *
 * @param bodies one behind the other
 * @param index a JSON array: of each body its bytes and its documents
 */
record ReadyMadeBodies(Path bodies, Path index) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHUNK_BYTES = 64 << 10;

    /** Those that lie beside the data set, made now if they are not there. */
    static ReadyMadeBodies of(DataSetStore.Kept data, int maxBulkBytes) throws IOException {
        String name = "bodies-of-" + maxBulkBytes;
        ReadyMadeBodies bodies = new ReadyMadeBodies(
                data.folder().resolve(name + ".ndjson"), data.folder().resolve(name + ".json"));
        if (!Files.exists(bodies.index)) {
            Path fresh = Files.createTempFile(data.folder(), "making-", ".ndjson");
            try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ArrayNode lengths = new Writer(out, maxBulkBytes).write(data);
                Files.move(fresh, bodies.bodies, StandardCopyOption.ATOMIC_MOVE);
                // Last: what is there is whole.
                Files.writeString(fresh, lengths.toString());
                Files.move(fresh, bodies.index, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return bodies;
    }

    /** Their lengths and documents, in order. */
    JsonNode lengths() throws IOException {
        return JSON.readTree(index.toFile());
    }

    private static final class Writer {
        private final FileChannel out;
        private final int maxBulkBytes;
        private final BulkBody body = new BulkBody(CHUNK_BYTES);
        private final ArrayNode lengths = JSON.createArrayNode();
        private int documents;

        Writer(FileChannel out, int maxBulkBytes) {
            this.out = out;
            this.maxBulkBytes = maxBulkBytes;
        }

        ArrayNode write(DataSetStore.Kept data) throws IOException {
            try (BlobStore store = BlobStore.open(data.repository())) {
                Repository repository = Repository.open(store);
                Snapshot snapshot = repository.snapshot(DataSet.SNAPSHOT);
                Snapshot.Index index = snapshot.indices().get(0);
                for (int shard = 0; shard < data.data().shards(); shard++) {
                    try (ShardReader reader = ShardFormats.open(repository.shardFiles(snapshot, index, shard), store)) {
                        write(reader);
                    }
                }
            }
            return lengths;
        }

        private void write(ShardReader reader) throws IOException {
            for (Segment segment : reader.segments()) {
                try (DocumentCursor cursor = reader.documents(segment.name(), 0, segment.documents())) {
                    while (cursor.next()) {
                        if (documents > 0 && body.bytes() + cursor.sourceLength() > maxBulkBytes) {
                            flush();
                        }
                        add(cursor);
                    }
                }
                flush();
            }
        }

        private void add(DocumentCursor cursor) throws IOException {
            body.index(
                    cursor.idBytes(),
                    cursor.idLength(),
                    cursor.routingBytes(),
                    cursor.routingLength(),
                    cursor.seqNo(),
                    cursor.sourceBytes(),
                    cursor.sourceOffset(),
                    cursor.sourceLength());
            documents++;
            if (cursor.sourceLength() >= BulkBody.REFERENCED_BYTES) {
                flush(); // its bytes are the cursor's, which moves on
            }
        }

        private void flush() throws IOException {
            if (documents == 0) {
                return;
            }
            long bytes = 0;
            for (ByteBuffer part : body.content()) {
                ByteBuffer rest = part.duplicate();
                while (rest.hasRemaining()) {
                    bytes += out.write(rest);
                }
            }
            ObjectNode length = lengths.addObject();
            length.put("bytes", bytes).put("documents", documents);
            body.clear();
            documents = 0;
        }
    }
}
