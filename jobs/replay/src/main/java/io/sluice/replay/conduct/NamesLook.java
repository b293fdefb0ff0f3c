package io.sluice.replay.conduct;

import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.ClusterException;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.names.SourceNames;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads again and again what the source's names do: somebody may change that behind the proxy. Keeps what it has ever seen.
 *
 * <p>Belongs to one thread, which it keeps waiting.
 */
final class NamesLook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NamesLook.class);

    /** At the least from one look to the next. */
    static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** So many times as long as a look takes nobody looks: a large source is not to be kept busy with it. */
    private static final long REST = 100;

    private final ClusterAddress source;
    private final NameEffects known;
    private final LongSupplier nanos;
    private NameEffects seen = NameEffects.NONE;
    private long nextNanos;
    private boolean hasFailed;
    private @Nullable Cluster cluster;

    NamesLook(ClusterAddress source, NameEffects known, LongSupplier nanos) {
        this.source = source;
        this.known = known;
        this.nanos = nanos;
        this.nextNanos = nanos.getAsLong(); // what one of before has seen since the last checkpoint is known to nobody
    }

    /** What was ever seen beyond what was known; looks for more if it is time to. */
    NameEffects look() {
        long began = nanos.getAsLong();
        if (began - nextNanos < 0) {
            return seen;
        }
        try {
            Cluster asked = cluster == null ? Cluster.connect(source) : cluster;
            cluster = asked;
            seen = seen.plus(SourceNames.of(asked).effects().without(known).without(seen));
            hasFailed = false;
        } catch (ClusterException e) {
            if (!hasFailed) {
                LOG.warn("Cannot read the aliases, settings and templates of the source; it is tried again.", e);
            }
            hasFailed = true;
        }
        long now = nanos.getAsLong();
        nextNanos = now + Math.max(EVERY_NANOS, REST * (now - began));
        return seen;
    }

    @Override
    public void close() {
        if (cluster != null) {
            cluster.close();
        }
    }
}
