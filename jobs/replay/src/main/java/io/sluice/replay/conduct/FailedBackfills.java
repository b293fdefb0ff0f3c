package io.sluice.replay.conduct;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.replay.rewrite.Scope;
import io.sluice.source.IndexCopy;
import io.sluice.state.JobFiles;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets operations go on that wait for a backfill that failed, when the source has said what became of their indices.
 *
 * <p>An index that the source still has is what the operation leaves it as: documents that are not carried yet come when the
 * backfill is started again, whatever was done to the index. One that the source has deleted must never come back, so it is written
 * down as gone before the operation goes on: no backfill carries it from then on. A backfill that was started meanwhile has said so
 * before it looks at what is gone; then nothing goes on here.
 *
 * <p>All but {@link #close} belongs to one thread, which it keeps waiting.
 */
final class FailedBackfills implements AutoCloseable {

    private static final long ANSWER_SECONDS = 30;

    /** How long a source is left alone that did not answer. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final StateFiles files;
    private final BackfillLook look;
    private final ReplaySpec spec;
    private @Nullable RawHttp source;
    private boolean isClosed;
    /** Since when the source is left alone, by {@link System#nanoTime}; null when it answered last. */
    private @Nullable Long silentSince;

    FailedBackfills(StateFiles files, BackfillLook look, ReplaySpec spec) {
        this.files = files;
        this.look = look;
        this.spec = spec;
    }

    /**
     * Asks the source of each index whose backfill failed and that an operation waits for.
     *
     * @param seen what {@link BackfillLook#look} has just found
     * @param stuck operations that wait for backfills that failed, and for no other
     * @return those that need not wait any longer; none while the source does not answer
     */
    Set<String> settle(OpenBackfills seen, Map<String, Scope> stuck) throws IOException, InterruptedException {
        if (silentSince != null && System.nanoTime() - silentSince < REST_NANOS) {
            return Set.of();
        }
        silentSince = System.nanoTime(); // until all have an answer
        for (String target : new TreeSet<>(seen.failed().keySet())) {
            Optional<HeldIndex> index = look.held(target);
            if (index.isPresent() && stuck.values().stream().anyMatch(scope -> scope.touches(target))) {
                settle(index.get());
            }
        }
        silentSince = null;
        OpenBackfills now = look.look();
        return stuck.entrySet().stream()
                .filter(operation -> !now.touchesUnfailed(operation.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    private void settle(HeldIndex index) throws IOException, InterruptedException {
        if (!isAtSource(index)) {
            files.write(
                    JobFiles.gone(index.uuid()),
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("index", index.name())
                            .put("uuid", index.uuid()));
        }
    }

    private boolean isAtSource(HeldIndex index) throws IOException, InterruptedException {
        try {
            return new IndexCopy(source(), spec.rewriting().rules(), spec.migration())
                    .isThere(index.name(), index.uuid())
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "the source does not say whether it still has index %s, whose backfill failed"
                            .formatted(index.name()),
                    e);
        }
    }

    /** Opened when there is something to ask: most backfills do not fail. */
    private synchronized RawHttp source() throws IOException {
        if (isClosed) {
            throw new IOException("the job ends");
        }
        RawHttp http = source;
        if (http == null) {
            http = RawHttps.open(spec.source(), RawHttpOptions.DEFAULT.withMaxConnections(1));
            source = http;
        }
        return http;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (source != null) {
            source.close();
        }
    }
}
