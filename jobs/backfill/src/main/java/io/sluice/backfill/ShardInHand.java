package io.sluice.backfill;

import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.ShardReader;
import io.sluice.transform.SourceState;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shard that a carrier read last, kept open: its next range is most often of the same. Belongs to the carrier's thread. */
final class ShardInHand {

    private static final Logger LOG = LoggerFactory.getLogger(ShardInHand.class);

    private final Workplace place;
    private @Nullable ShardReader shard;
    private String name = "";

    ShardInHand(Workplace place) {
        this.place = place;
    }

    ShardReader of(IndexPlan index, RangeSplit split) throws IOException {
        String wanted = split.index() + "[" + split.shard() + "]";
        if (shard == null || !wanted.equals(name)) {
            close();
            shard = place.openShard(index, split.shard());
            name = wanted;
        }
        return shard;
    }

    /** The documents of a range from one on, with sources as the index's plan wants them. */
    DocumentCursor documents(IndexPlan index, RangeSplit split, int from) throws IOException {
        ShardReader reader = of(index, split);
        SourcePlan source = index.source();
        if (source.state() != SourceState.WHOLE && source.rebuild()) {
            return RebuildingCursor.open(reader, split, from, source.shape());
        }
        DocumentCursor documents = reader.documents(split.segment(), from, split.to());
        return source.state() == SourceState.FILTERED ? new WholeSourceCursor(documents) : documents;
    }

    /** The next range opens its shard anew. */
    void close() {
        if (shard != null) {
            try {
                shard.close();
            } catch (IOException e) {
                LOG.warn("closing {} failed", name, e);
            }
            shard = null;
        }
    }
}
