package io.sluice.backfill;

import io.sluice.snapshot.ShardDelta;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks into one shard after the other, and cuts each into ranges. Belongs to one thread. */
final class ShardPlanner {

    private static final Logger LOG = LoggerFactory.getLogger(ShardPlanner.class);

    private static final int ATTEMPTS = 3;

    private final BackfillSpec spec;
    private @Nullable Workplace place;

    ShardPlanner(BackfillSpec spec) {
        this.spec = spec;
    }

    /** The shard's ranges; a shard that cannot be read gives a plan that says why. */
    ShardPlan plan(IndexPlan index, int shard) throws IOException {
        if (place == null) {
            place = Workplace.join(spec);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return plan(place, index, shard);
            } catch (IOException e) {
                LOG.warn("looking into {}[{}] failed, attempt {} of {}", index.name(), shard, attempt, ATTEMPTS, e);
                if (attempt == ATTEMPTS) {
                    return ShardPlan.failed(index.name(), shard, String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private static ShardPlan plan(Workplace place, IndexPlan index, int shard) throws IOException {
        BaseIndex base = index.base();
        if (base != null) {
            try (ShardDelta delta = place.shards().openDelta(index, base, shard)) {
                return ShardPlan.cut(index.name(), shard, delta);
            }
        }
        try (ShardReader reader = place.shards().openShard(index, shard)) {
            return ShardPlan.cut(index.name(), shard, reader.segments());
        }
    }

    void close() {
        if (place != null) {
            place.leave();
            place = null;
        }
    }
}
