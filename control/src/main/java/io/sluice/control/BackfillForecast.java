package io.sluice.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.SnapshotStreams;
import io.sluice.config.ConfigurationException;
import io.sluice.config.MigrationConfig;
import io.sluice.config.Rate;
import io.sluice.config.SnapshotConfig;
import io.sluice.control.console.Numbers;
import io.sluice.control.state.StateException;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Snapshot;
import io.sluice.transform.IndexNames;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * How long the backfill will take, as far as can be told beforehand.
 *
 * @param basis of what this was reckoned, for people
 */
record BackfillForecast(Duration duration, String basis) {

    /** What one subtask was seen to carry on a small machine, and that by half. */
    private static final long CAREFUL_BYTES_PER_SECOND = 5L << 20;

    /** One that runs knows best; else the snapshot's size tells; else nothing does. */
    static Optional<BackfillForecast> of(Invocation invocation) throws Exception {
        long eta = eta(invocation);
        if (eta > 0) {
            return Optional.of(new BackfillForecast(Duration.ofSeconds(eta), "what the running backfill expects"));
        }
        MigrationConfig config = invocation.config();
        SnapshotConfig snapshot = config.snapshot();
        Rate rate = config.backfill().rate();
        if (snapshot == null || rate instanceof Rate.Documents) {
            return Optional.empty();
        }
        invocation.output().step("looking at the size of snapshot " + snapshot.name());
        try {
            return Optional.of(
                    of(bytes(config, snapshot), rate, config.backfill().parallelism()));
        } catch (IOException unreadable) {
            invocation.output().warning("the time of the backfill is not known: " + unreadable.getMessage());
            return Optional.empty();
        }
    }

    /** 0 when none runs, or when its state cannot be read: what is forecast is a help, not a need. */
    private static long eta(Invocation invocation) throws ConfigurationException {
        try {
            Optional<ObjectNode> status =
                    invocation.state().status(BackfillStart.JOB).read();
            return status.map(node -> node.path("eta_seconds").asLong(0)).orElse(0L);
        } catch (StateException unreadable) {
            return 0;
        }
    }

    static BackfillForecast of(long bytes, Rate rate, int parallelism) {
        boolean limited = rate instanceof Rate.Bytes;
        long perSecond = rate instanceof Rate.Bytes limit ? limit.perSecond() : CAREFUL_BYTES_PER_SECOND * parallelism;
        return new BackfillForecast(
                Duration.ofSeconds(bytes / perSecond + 1),
                "%s of snapshot at %s %s/s"
                        .formatted(
                                Numbers.bytes(bytes),
                                limited ? "the configured" : "a careful",
                                Numbers.bytes(perSecond)));
    }

    /** All files of all chosen shards: more than is read, as much as could be. */
    private static long bytes(MigrationConfig config, SnapshotConfig snapshot) throws IOException {
        try (BlobStore store = BlobStore.open(BackfillSetup.location(snapshot.repository()))) {
            Repository repository = Repository.open(store);
            Snapshot found = repository.snapshot(snapshot.name());
            IndexNames names = BackfillSetup.names(config).with(SnapshotStreams.of(repository, found));
            long bytes = 0;
            for (Snapshot.Index index : found.indices()) {
                if (names.selects(index.name())) {
                    int shards = repository.indexMetadata(found, index).shards();
                    for (int shard = 0; shard < shards; shard++) {
                        bytes += isThere(found, index, shard)
                                ? repository.shardFiles(found, index, shard).bytes()
                                : 0;
                    }
                }
            }
            return bytes;
        }
    }

    private static boolean isThere(Snapshot snapshot, Snapshot.Index index, int shard) {
        return snapshot.failures().stream()
                .noneMatch(failed -> failed.index().equals(index.name()) && failed.shard() == shard);
    }
}
