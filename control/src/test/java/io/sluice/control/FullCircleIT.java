package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.CircleWriter.Way;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.FlinkSession;
import io.sluice.testkit.FlinkSetup;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ProxyProcess;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARTITIONS = 4;
    private static final int WRITERS_OF_EACH = Boolean.getBoolean("sluice.long") ? 2 : 1;
    private static final int BEFORE_SNAPSHOT = 25;
    private static final int AFTER_BACKFILL = 25;
    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(3);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final String MAPPING = """
            {"settings": {"number_of_shards": 3, "number_of_replicas": 0, "refresh_interval": "200ms"%s},
             "mappings": {"properties": {"writer": {"type": "integer"}, "n": {"type": "integer"}, "text": {"type": "keyword"},
                                         "piped": {"type": "boolean"}}}}
            """;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2)
            .resolve(UUID.randomUUID().toString());
    private final long seed = Long.getLong("sluice.circle.seed", System.nanoTime());
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<CircleWriter> writers = new ArrayList<>();
    private final List<CompletableFuture<Void>> writing = new ArrayList<>();

    @TempDir
    private Path folder;

    private KafkaProcess kafka;
    private ProxyProcess proxy;

    @BeforeEach
    void begin() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(source, "PUT", "/_ingest/pipeline/mark", """
                {"processors": [{"set": {"field": "piped", "value": true}}]}
                """);
        Servers.succeed(source, "PUT", "/" + CircleWriter.INDEX, MAPPING.formatted(""));
        Servers.succeed(source, "PUT", "/" + CircleWriter.PIPED, MAPPING.formatted(", \"default_pipeline\": \"mark\""));
        Servers.succeed(source, "PUT", "/rolling-000001", "{\"aliases\": {\"rolling\": {\"is_write_index\": true}}}");
        Servers.succeed(source, "POST", "/_aliases", """
                {"actions": [{"add": {"index": "books", "alias": "plain"}},
                             {"add": {"index": "books", "alias": "routed", "routing": "a"}}]}
                """);
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
        assertThat(run("capture", "create-topic").exitCode()).isZero();
        proxy = ProxyProcess.start(
                Path.of("../proxy/bin/sluice-proxy"), folder.resolve("migration.yaml"), folder.resolve("proxy.log"));
    }

    @AfterEach
    void end() throws Exception {
        stop.set(true);
        proxy.close();
        kafka.close();
        Servers.wipe(source);
        Servers.wipe(target);
    }

    private CommandRun run(String... arguments) {
        try {
            return CommandRun.in(folder).withBundle(Bundle.jar()).run(arguments);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle is not built", e);
        }
    }

    private CompletableFuture<CommandRun> running(String... arguments) {
        return CompletableFuture.supplyAsync(() -> run(arguments), task -> new Thread(task, arguments[0]).start());
    }

    @Test
    void everyDocumentIsTheSameWhateverClientsDoMeanwhile() throws Exception {
        startWriters();
        awaitWrites(BEFORE_SNAPSHOT);
        CommandRun snapshot = run("snapshot", "create", "--json");
        assertThat(snapshot.exitCode()).as("%s", snapshot.err()).isZero();
        assertThat(JSON.readTree(snapshot.out().get(0)).path("marks")).hasSize(1);

        CompletableFuture<CommandRun> replay = running("replay", "start", "--json");
        CommandRun backfill = run("backfill", "start", "--json");
        assertThat(backfill.exitCode()).as("%s", backfill.err()).isZero();
        awaitWrites(AFTER_BACKFILL);
        stopWriters();
        JsonNode status = awaitCaughtUp(replay, Instant.now());

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
            startWriters();
            awaitWrites(BEFORE_SNAPSHOT);
            assertDone(run("snapshot", "create"));
            assertDone(run("replay", "start"));
            assertDone(run("backfill", "start"));
            await(() -> "the backfill ended", () -> run("backfill", "status").exitCode() == ExitCode.DONE);
            assertDone(run("replay", "scale", "3"));
            awaitWrites(AFTER_BACKFILL);
            stopWriters();
            assertSame(awaitCaughtUp(new CompletableFuture<>(), Instant.now()));

            assertDone(run("replay", "stop"));
            startWriters();
            awaitWrites(AFTER_BACKFILL);
            stopWriters();
            CommandRun again = run("replay", "start");
            assertDone(again);
            assertThat(again.out()).anyMatch(line -> line.contains("Going on from "));
            assertSame(awaitCaughtUp(new CompletableFuture<>(), Instant.now()));
            assertDone(run("replay", "stop"));
        }
    }

    private static void assertDone(CommandRun run) {
        assertThat(run.exitCode()).as("%s", run.err()).isZero();
    }

    private static Path jarOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private void assertGoesOnFromItsSavepoint(CompletableFuture<CommandRun> replay) throws Exception {
        CommandRun stopped = run("replay", "stop");
        assertThat(stopped.exitCode()).as("%s", stopped.err()).isZero();
        assertThat(replay.get().exitCode()).as("%s", replay.get().err()).isZero();

        startWriters();
        awaitWrites(AFTER_BACKFILL);
        stopWriters();
        CompletableFuture<CommandRun> again = running("replay", "start", "--json");
        JsonNode status = awaitCaughtUp(again, Instant.now());

        assertSame(status);
        assertThat(run("replay", "stop").exitCode()).isZero();
        assertThat(again.get().err()).anyMatch(line -> line.contains("Going on from "));
    }

    private void startWriters() {
        stop.set(false);
        writers.clear();
        writing.clear();
        int number = 0;
        for (Way way : ways()) {
            for (int i = 0; i < WRITERS_OF_EACH; i++) {
                CircleWriter writer = new CircleWriter(proxy.endpoint(), way, number++, seed, stop);
                writers.add(writer);
                writing.add(CompletableFuture.runAsync(writer, task -> new Thread(task, way.name()).start()));
            }
        }
    }

    private static Set<Way> ways() {
        String some = System.getProperty("sluice.circle", "");
        return some.isBlank()
                ? EnumSet.allOf(Way.class)
                : Stream.of(some.split(",")).map(Way::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns when each of them has been answered so many times more. */
    private void awaitWrites(int more) {
        int[] wanted =
                writers.stream().mapToInt(writer -> writer.writes() + more).toArray();
        await(() -> "the writers wrote", () -> {
            writing.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
            for (int i = 0; i < wanted.length; i++) {
                if (writers.get(i).writes() < wanted[i]) {
                    return false;
                }
            }
            return true;
        });
    }

    private void stopWriters() {
        stop.set(true);
        writing.forEach(CompletableFuture::join);
    }

    private JsonNode awaitCaughtUp(CompletableFuture<CommandRun> replay, Instant end) throws IOException {
        JsonNode[] last = {JSON.nullNode()};
        await(() -> "the replay caught up; seed %d, last %s".formatted(seed, last[0]), () -> {
            assertThat(replay)
                    .as("the replay ended: %s, last %s", end(replay), last[0])
                    .isNotDone();
            last[0] = status();
            return last[0].path("caught_up").asBoolean()
                    && Instant.parse(last[0].path("replayed_until").asText()).isAfter(end);
        });
        return last[0];
    }

    private static String end(CompletableFuture<CommandRun> replay) {
        return replay.isDone() ? replay.join().err().toString() : "";
    }

    private JsonNode status() {
        CommandRun run = run("replay", "status", "--json");
        try {
            return run.out().isEmpty()
                    ? JSON.nullNode()
                    : JSON.readTree(run.out().get(0));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(Supplier<String> what, BooleanSupplier condition) {
        long limit = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(() -> "it took too long until " + what.get())
                    .isLessThan(limit);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Every index of both sides, and every document of them. */
    private void assertSame(JsonNode status) throws IOException {
        assertThat(indices(target)).isEqualTo(indices(source));
        for (String index : indices(source)) {
            assertThat(DocumentComparison.of(source, target, index))
                    .as("seed %d, %s", seed, status)
                    .matches(DocumentComparison::isEqual);
        }
        assertThat(DocumentComparison.of(source, target, CircleWriter.INDEX).source())
                .isPositive();
        for (String trouble : List.of("failed", "unknown", "held", "gaps", "late")) {
            assertThat(status.at("/exchanges/" + trouble).asLong())
                    .as("%s, seed %d, %s", trouble, seed, status)
                    .isZero();
        }
    }

    private static Set<String> indices(URI cluster) throws IOException {
        Set<String> names = new TreeSet<>();
        for (JsonNode index : Servers.succeed(cluster, "GET", "/_cat/indices?format=json&h=index", "")) {
            String name = index.path("index").asText();
            if (!name.startsWith(".")) {
                names.add(name);
            }
        }
        return names;
    }
}
