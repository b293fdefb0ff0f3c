package io.sluice.backfill;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;

/** The documents of an index, read from the repository; none of shards that the snapshot lacks, and no registered queries. */
record SnapshotDocuments(Repository repository, BlobStore store, Snapshot snapshot, Snapshot.Index index, int shards)
        implements IndexDocuments {

    @Override
    public long atMost(int shard) throws IOException {
        if (!isInSnapshot(shard)) {
            return 0;
        }
        try (ShardReader reader = open(shard)) {
            return reader.segments().stream().mapToLong(Segment::liveDocuments).sum();
        }
    }

    @Override
    public void each(int shard, Visit visit) throws IOException {
        if (!isInSnapshot(shard)) {
            return;
        }
        try (ShardReader reader = open(shard)) {
            for (Segment segment : reader.segments()) {
                try (DocumentCursor cursor = reader.documents(segment.name(), 0, segment.documents())) {
                    while (cursor.next()) {
                        show(cursor, visit);
                    }
                }
            }
        }
    }

    private static void show(DocumentCursor cursor, Visit visit) {
        String type = cursor.type();
        if (!LeftOut.PERCOLATOR_TYPE.equals(type)) {
            visit.of(type, cursor.idBytes(), cursor.idLength(), cursor.routingBytes(), cursor.routingLength());
        }
    }

    private ShardReader open(int shard) throws IOException {
        return ShardFormats.open(repository.shardFiles(snapshot, index, shard), store);
    }

    private boolean isInSnapshot(int shard) {
        return snapshot.failures().stream()
                .noneMatch(failure -> failure.index().equals(index.name()) && failure.shard() == shard);
    }
}
