package io.sluice.backfill;

import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the documents of a snapshot as a backfill reads them: in the same ranges, in the same order, and with sources as the plan of
 * each index wants them. For whoever compares them with what came of them. Belongs to one thread.
 */
public final class SnapshotReading implements AutoCloseable {

    private final SnapshotShards shards;
    private final ShardInHand shard;
    private final Map<String, IndexPlan> indices = new HashMap<>();

    private SnapshotReading(SnapshotShards shards, List<IndexPlan> indices) {
        this.shards = shards;
        this.shard = new ShardInHand(shards);
        indices.forEach(index -> this.indices.put(index.name(), index));
    }

    /** Opens the repository. */
    public static SnapshotReading open(RepositoryLocation location, String snapshot, List<IndexPlan> indices)
            throws IOException {
        return new SnapshotReading(SnapshotShards.open(location, snapshot, null), indices);
    }

    /** All documents of a shard; those of another shard must not be read before they are done with. */
    public ShardDocuments documents(String index, int number) throws IOException {
        return new ShardDocuments(this, index, number);
    }

    /** One document, by where {@link ShardDocuments} met it. */
    public DocumentCursor document(String index, int number, String segment, int document) throws IOException {
        return cursor(RangeSplit.unread(index, number, segment, document, document + 1), document);
    }

    /** How many documents an index has, nested children included. */
    public long count(String index) throws IOException {
        IndexPlan plan = plan(index);
        long count = 0;
        for (int number = 0; number < plan.shards(); number++) {
            try (ShardReader reader = shards.openShard(plan, number)) {
                count += reader.segments().stream()
                        .mapToLong(Segment::liveDocuments)
                        .sum();
            }
        }
        return count;
    }

    ShardPlan ranges(String index, int number) throws IOException {
        try (ShardReader reader = shards.openShard(plan(index), number)) {
            return ShardPlan.cut(index, number, reader.segments());
        }
    }

    DocumentCursor cursor(RangeSplit range, int from) throws IOException {
        return shard.documents(plan(range.index()), range, from);
    }

    /** To be called after something failed: what is read next is opened anew. */
    public void letGo() {
        shard.close();
    }

    private IndexPlan plan(String index) {
        IndexPlan plan = indices.get(index);
        if (plan == null) {
            throw new IllegalStateException("an index that is not read: " + index);
        }
        return plan;
    }

    @Override
    public void close() {
        shard.close();
        shards.close();
    }
}
