package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.Fault;
import io.sluice.testkit.FaultPlan;
import io.sluice.testkit.FaultRelay;
import io.sluice.testkit.RelayCounts;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real OpenSearch behind a relay that refuses, delays and cuts. */
class StormIT {

    private static final long LOOK_NANOS = 50_000_000;
    private static final long SEED = Long.getLong("sluice.seed", 20261123L);

    private final SourceSnapshot snapshot = SourceSnapshot.shared();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path state;

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(target);
    }

    @Test
    void refusalsDelaysAndCutsLoseAndSpoilNothing() throws Exception {
        try (FaultRelay relay = FaultRelay.to(target)) {
            Backfill backfill = backfill().withBulksOf(64 << 10);
            BackfillSpec spec = backfill.prepare(relay.endpoint());
            relay.plan(FaultPlan.seeded(SEED)
                    .onlyFor("_bulk")
                    .with(0.10, new Fault.Refuse(429))
                    .with(0.10, new Fault.Refuse(503))
                    .with(0.05, new Fault.ApplyThenRefuse(503))
                    .with(0.05, new Fault.CutAnswer())
                    .with(0.05, new Fault.CutRequest())
                    .with(0.10, new Fault.Delay(Duration.ofMillis(100))));

            JsonNode status = backfill.run(spec, 2);

            RelayCounts counts = relay.counts();
            assertThat(counts.refused()).as("seed %d: %s", SEED, counts).isPositive();
            assertThat(counts.cutAnswers() + counts.cutRequests()).isPositive();
            assertEverythingIsEqual();
            assertThat(status.at("/documents/failed").asLong()).isZero();
            assertThat(status.get("retries").asLong()).isPositive();
        }
    }

    @Test
    void aTargetThatIsGoneForAWhileIsWaitedForWhileCheckpointsGoOn() throws Exception {
        try (FaultRelay relay = FaultRelay.to(target)) {
            Backfill backfill = backfill().withBulksOf(64 << 10);
            BackfillSpec spec = backfill.prepare(relay.endpoint());
            relay.refuseConnections();
            CompletableFuture<JsonNode> run = CompletableFuture.supplyAsync(() -> {
                try {
                    return backfill.run(spec, 2);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            awaitWaiting(backfill, run);
            long checkpoints = checkpoints();
            awaitCheckpointAfter(checkpoints, run);

            relay.acceptConnections();
            run.get(2, TimeUnit.MINUTES);

            assertEverythingIsEqual();
        }
    }

    private static void awaitWaiting(Backfill backfill, CompletableFuture<JsonNode> run) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < end && !run.isDone()) {
            if (backfill.hasStatus() && !backfill.status().path("waiting_for").isEmpty()) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        throw new AssertionError("status never said that it waits for the target");
    }

    /** Flink keeps the newest checkpoint only, and numbers them. */
    private long checkpoints() throws IOException {
        Path folder = state.resolve("checkpoints/backfill");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("chk-"))
                    .mapToLong(name -> Long.parseLong(name.substring("chk-".length())))
                    .max()
                    .orElse(0);
        } catch (UncheckedIOException gone) {
            return 0;
        }
    }

    private void awaitCheckpointAfter(long number, CompletableFuture<JsonNode> run) throws IOException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < end && !run.isDone()) {
            if (checkpoints() > number + 2) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        throw new AssertionError("no checkpoint was taken while the target was gone");
    }

    private Backfill backfill() {
        return new Backfill(snapshot.location(), SourceSnapshot.NAME, target, state);
    }

    private void assertEverythingIsEqual() throws IOException {
        for (String index : SampleData.INDICES) {
            DocumentComparison comparison = DocumentComparison.of(snapshot.source(), target, index);
            assertThat(comparison.isEqual()).as("seed %d: %s", SEED, comparison).isTrue();
        }
    }
}
