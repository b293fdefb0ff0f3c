package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.CircleWriter.Way;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.FlinkSession;
import io.sluice.testkit.FlinkSetup;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

/**
 * The full circle: clients write through a proxy, a snapshot is taken in the middle, backfill and replay run at the same time, and
 * in the end the target is as the source is.
 *
 * <p>{@code -Dsluice.circle=UPDATES,BY_QUERY} writes in these {@linkplain Way ways} only, {@code -Dsluice.circle.seed=N} repeats one.
 */
class FullCircleIT {

    private static final int PARTITIONS = 4;
    private static final int WRITERS_OF_EACH = Boolean.getBoolean("sluice.long") ? 2 : 1;
    private static final int BEFORE_SNAPSHOT = 15;
    private static final int AFTER_BACKFILL = 15;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2)
            .resolve(UUID.randomUUID().toString());
    private final long seed = Long.getLong("sluice.circle.seed", System.nanoTime());

    @TempDir
    private Path folder;

    private KafkaProcess kafka;
    private Circle circle;

    @BeforeEach
    void begin() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        Circle.prepare(source);
        kafka = KafkaProcess.start(KafkaSetup.single());
        Files.writeString(folder.resolve("migration.yaml"), """
                name: circle
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                capture: {brokers: "%s", partitions: %d}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {max: 64mb}}
                replay: {parallelism: 2, catch_up: 20}
                """.formatted(
                        source, target, repository, kafka.address(), PARTITIONS));
        assertThat(Circle.run(folder, "capture", "create-topic").exitCode()).isZero();
        circle = new Circle(folder, source, target, seed);
    }

    @AfterEach
    void end() throws Exception {
        circle.close();
        kafka.close();
        Servers.wipe(source);
        Servers.wipe(target);
    }

    @Test
    void everyDocumentIsTheSameWhateverClientsDoMeanwhile() throws Exception {
        circle.startWriters(ways(), WRITERS_OF_EACH);
        circle.awaitWrites(BEFORE_SNAPSHOT);
        CommandRun snapshot = circle.done("snapshot", "create", "--json");
        assertThat(new ObjectMapper().readTree(snapshot.out().get(0)).path("marks"))
                .hasSize(1);

        CompletableFuture<CommandRun> replay = circle.running("replay", "start", "--json");
        circle.done("backfill", "start", "--json");
        circle.awaitWrites(AFTER_BACKFILL);
        circle.stopWriters();
        JsonNode status = circle.awaitCaughtUp(replay);

        assertSame(status);
        assertThat(status.at("/exchanges/in_snapshot").asLong()).isPositive();
        assertGoesOnFromItsSavepoint(replay);
    }

    @Test
    @Tag("long")
    void theSameOnAFlinkOfItsOwnThatIsScaledMeanwhile() throws Exception {
        FlinkSetup setup = FlinkSetup.of(1)
                .withSlots(4)
                .withLibrary(jarOf(EmbeddedRocksDBStateBackend.class))
                .withLibrary(jarOf(RocksDB.class));
        try (FlinkSession flink = FlinkSession.start(setup)) {
            Files.writeString(
                    folder.resolve("migration.yaml"),
                    "flink: {rest: \"%s\"}\n".formatted(flink.rest()),
                    StandardOpenOption.APPEND);
            circle.startWriters(ways(), WRITERS_OF_EACH);
            circle.awaitWrites(BEFORE_SNAPSHOT);
            circle.done("snapshot", "create");
            circle.done("replay", "start");
            circle.done("backfill", "start");
            circle.await(
                    () -> "the backfill ended",
                    () -> circle.run("backfill", "status").exitCode() == ExitCode.DONE);
            circle.done("replay", "scale", "3");
            circle.awaitWrites(AFTER_BACKFILL);
            circle.stopWriters();
            assertSame(circle.awaitCaughtUp());

            circle.done("replay", "stop");
            writeSome();
            CommandRun again = circle.done("replay", "start");
            assertThat(again.out()).anyMatch(line -> line.contains("Going on from "));
            assertSame(circle.awaitCaughtUp());
            circle.done("replay", "stop");
        }
    }

    private static Path jarOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private void assertGoesOnFromItsSavepoint(CompletableFuture<CommandRun> replay) throws Exception {
        circle.done("replay", "stop");
        assertThat(replay.get().exitCode()).as("%s", replay.get().err()).isZero();

        writeSome();
        CompletableFuture<CommandRun> again = circle.running("replay", "start", "--json");
        JsonNode status = circle.awaitCaughtUp(again);

        assertSame(status);
        circle.done("replay", "stop");
        assertThat(again.get().err()).anyMatch(line -> line.contains("Going on from "));
    }

    private static Set<Way> ways() {
        String some = System.getProperty("sluice.circle", "");
        return some.isBlank()
                ? EnumSet.allOf(Way.class)
                : Stream.of(some.split(",")).map(Way::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private void writeSome() {
        circle.startWriters(ways(), WRITERS_OF_EACH);
        circle.awaitWrites(AFTER_BACKFILL);
        circle.stopWriters();
    }

    /** Every index of both sides, and every document of them; and nothing is left that the replay could not tell. */
    private void assertSame(JsonNode status) throws IOException {
        circle.requireSame(status);
        for (String trouble : List.of("failed", "unknown", "held", "gaps", "late")) {
            assertThat(status.at("/exchanges/" + trouble).asLong())
                    .as("%s, seed %d, %s", trouble, seed, status)
                    .isZero();
        }
    }
}
