package io.sluice.backfill;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.DocumentFilter;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.ShardDelta;
import io.sluice.snapshot.ShardReader;
import io.sluice.transform.SourceState;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shard that was read last, kept open: the next range is most often of the same. Belongs to one thread. */
final class ShardInHand {

    private static final Logger LOG = LoggerFactory.getLogger(ShardInHand.class);

    private final SnapshotShards shards;
    private @Nullable ShardReader shard;
    private @Nullable ShardDelta delta;
    private String name = "";

    ShardInHand(SnapshotShards shards) {
        this.shards = shards;
    }

    private ShardReader of(IndexPlan index, RangeSplit split) throws IOException {
        String wanted = split.index() + "[" + split.shard() + "]";
        ShardReader open = shard;
        if (open == null || !wanted.equals(name)) {
            close();
            open = open(index, split.shard());
            shard = open;
            name = wanted;
        }
        return open;
    }

    private ShardReader open(IndexPlan index, int number) throws IOException {
        BaseIndex base = index.base();
        if (base == null) {
            return shards.openShard(index, number);
        }
        ShardDelta opened = shards.openDelta(index, base, number);
        delta = opened;
        return opened.later();
    }

    /** The documents of a range from one on, with sources as the index's plan wants them; or those to delete. */
    DocumentCursor documents(IndexPlan index, RangeSplit split, int from) throws IOException {
        ShardReader reader = of(index, split);
        if (split.isOfDeletes()) {
            return gone(index, split, from);
        }
        DocumentFilter filter = delta == null ? DocumentFilter.all() : delta.changed();
        SourcePlan source = index.source();
        if (source.state() != SourceState.WHOLE && source.rebuild()) {
            return RebuildingCursor.open(reader, split, from, source.shape(), filter);
        }
        DocumentCursor documents = reader.documents(split.segment(), from, split.to(), FieldSelection.NONE, filter);
        return source.state() == SourceState.FILTERED ? new WholeSourceCursor(documents) : documents;
    }

    private DocumentCursor gone(IndexPlan index, RangeSplit split, int from) throws IOException {
        if (delta == null) {
            throw new IllegalStateException("deletes of an index that is carried as a whole: " + split.splitId());
        }
        return delta.gone(
                from, split.to(), TargetPlaces.of(index), index.fence().isNumbered());
    }

    /** Of bytes that belong to documents of a range, read for it alone. What is deleted is not verified. */
    ByteChecksum checksum(IndexPlan index, RangeSplit split, int from, int to) throws IOException {
        return split.isOfDeletes() ? ByteChecksum.EMPTY : of(index, split).checksum(split.segment(), from, to);
    }

    /** The next range opens its shard anew. */
    void close() {
        Closeable open = delta == null ? shard : delta;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.warn("closing {} failed", name, e);
        }
        shard = null;
        delta = null;
    }
}
