package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.CircleWriter.Way;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.replay.ReplayJob;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.FlinkSession;
import io.sluice.testkit.FlinkSetup;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import io.sluice.testkit.TaskManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rocksdb.RocksDB;

/**
 * The full circle while everything that it runs on is killed by SIGKILL, once each, in an order and at moments drawn from a
 * seed, and the replay gets another number of subtasks: in the end both clusters have the same documents, whatever the replay
 * itself says of them. At each of these moments a hundred exchanges or more were on their way to the target.
 *
 * <p>Each round prints one line for docs/benchmarks.md: seed, what was done when with how many exchanges on their way, exchanges,
 * documents, duration, and whether they are equal. {@code -Dsluice.circle.seed=N} begins with another seed.
 */
@Tag("long")
class CircleFaultsIT {

    private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 20 : 1;
    private static final long FIRST_SEED = Long.getLong("sluice.circle.seed", 20261130L);
    private static final Set<Way> WAYS = EnumSet.allOf(Way.class);
    private static final int CLIENTS_EACH = 1;
    private static final int PARTITIONS = 4;
    private static final int BEFORE_SNAPSHOT = 20;
    private static final int AT_THE_END = 20;
    private static final int IN_FLIGHT = 100;
    private static final int MOST_PAUSE_MILLIS = 1_500;

    @TempDir
    private static Path folder;

    private static URI source;
    private static ServerProcess target;
    private static KafkaProcess kafka;
    private static FlinkSession flink;

    /** What is done to a running circle. */
    private enum Fault {
        TASK_MANAGER("TaskManager"),
        JOB_MANAGER("JobManager"),
        KAFKA("Kafka"),
        TARGET("target"),
        RESCALE("rescale");

        private final String label;

        Fault(String label) {
            this.label = label;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        source = SharedServers.es7().endpoint();
        target = ServerProcess.start(ServerSetup.of(Distributions.OS_2_19_6).withFolder(folder.resolve("target")));
        kafka = KafkaProcess.start(KafkaSetup.single());
        flink = FlinkSession.start(FlinkSetup.of(2)
                .withSlots(4)
                .withLibrary(jarOf(EmbeddedRocksDBStateBackend.class))
                .withLibrary(jarOf(RocksDB.class))
                .withConfiguration(Map.of(
                        "heartbeat.interval",
                        "500",
                        "heartbeat.timeout",
                        "4000",
                        "cluster.registration.error-delay",
                        "500 ms",
                        "cluster.registration.refused-registration-delay",
                        "500 ms")));
    }

    private static Path jarOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @AfterAll
    static void end() throws IOException {
        flink.close();
        kafka.close();
        target.close();
        Servers.wipe(source);
    }

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + ROUNDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverIsKilledBothClustersEndTheSame(long seed) throws Exception {
        Servers.wipe(source);
        Servers.wipe(target.endpoint());
        Circle.prepare(source);
        Path migration = configure(seed);
        try (Round round = new Round(migration, seed)) {
            round.run();
        }
    }

    private static Path configure(long seed) throws IOException {
        Path migration = Files.createDirectories(folder.resolve("round-" + seed));
        Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2)
                .resolve(UUID.randomUUID().toString());
        Files.writeString(migration.resolve("migration.yaml"), """
                name: circle-%d
                state: "%s"
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                capture: {brokers: "%s", partitions: %d}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {max: 64mb}}
                replay: {parallelism: 2, delay: 5s}
                flink: {rest: "%s"}
                """.formatted(
                        seed,
                        migration.resolve("state"),
                        source,
                        target.endpoint(),
                        repository,
                        kafka.address(),
                        PARTITIONS,
                        flink.rest()));
        assertThat(Circle.run(migration, "capture", "create-topic").exitCode()).isZero();
        return migration;
    }

    /** One seed's. */
    private static final class Round implements AutoCloseable {
        private final Path migration;
        private final long seed;
        private final Random random;
        private final Circle circle;
        private final long began = System.nanoTime();
        private final List<String> told = new ArrayList<>();
        private boolean carried;

        Round(Path migration, long seed) throws IOException {
            this.migration = migration;
            this.seed = seed;
            this.random = new Random(seed);
            this.circle = new Circle(migration, source, target.endpoint(), seed);
        }

        void run() throws Exception {
            circle.startWriters(WAYS, CLIENTS_EACH);
            circle.awaitWrites(BEFORE_SNAPSHOT);
            circle.done("snapshot", "create");
            circle.done("replay", "start");
            circle.done("backfill", "start");
            awaitCheckpoint();
            List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
            Collections.shuffle(faults, random);
            for (Fault fault : faults) {
                pause();
                told.add("%s %.1f s (%d)".formatted(fault.label, seconds(), awaitInFlight()));
                inflict(fault);
            }
            circle.awaitWrites(AT_THE_END);
            circle.stopWriters();
            awaitCarried();
            JsonNode status = circle.awaitCaughtUp();
            boolean equal = false;
            long documents = 0;
            try {
                documents = circle.requireSame(status);
                equal = true;
            } finally {
                tell(status, documents, equal);
            }
        }

        /** Returns when there is something to go on from. */
        private void awaitCheckpoint() throws Exception {
            MigrationConfig config = ConfigurationFile.read(migration.resolve("migration.yaml"), Map.of());
            StateDirectory state = StateDirectory.of(config.state(), config.name());
            circle.await(() -> "the replay's first checkpoint", () -> {
                try {
                    return state.newestRestorePoint(ReplayJob.NAME).isPresent();
                } catch (StateException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        private void pause() {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_PAUSE_MILLIS));
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
        }

        private double seconds() {
            return (System.nanoTime() - began) / 1e9;
        }

        /** Returns as soon as the job says, from now on, that enough is on its way; with how much that is. */
        private long awaitInFlight() {
            Instant now = Instant.now();
            JsonNode[] last = {MissingNode.getInstance()};
            circle.await(() -> "so much was on its way; last " + last[0], () -> {
                last[0] = circle.status();
                return last[0].path("state").asText().equals("running")
                        && Instant.parse(last[0].path("updated").asText("1970-01-01T00:00:00Z"))
                                .isAfter(now)
                        && last[0].at("/exchanges/held").asLong() >= IN_FLIGHT;
            });
            return last[0].at("/exchanges/held").asLong();
        }

        private void inflict(Fault fault) throws IOException {
            switch (fault) {
                case TASK_MANAGER -> {
                    flink.kill(atWork());
                    flink.addTaskManager();
                }
                case JOB_MANAGER -> {
                    flink.killJobManager();
                    flink.restartJobManager();
                    goOn();
                }
                case KAFKA -> {
                    kafka.kill();
                    kafka.restart();
                }
                case TARGET -> {
                    target.kill();
                    target.restart();
                }
                case RESCALE -> circle.done("replay", "scale", random.nextBoolean() ? "1" : "3");
            }
        }

        /** One of those that have something to do. */
        private TaskManager atWork() throws IOException {
            Set<String> used = new HashSet<>();
            for (JsonNode one :
                    Servers.succeed(flink.rest(), "GET", "/taskmanagers", "").path("taskmanagers")) {
                if (one.path("freeSlots").asInt() < one.path("slotsNumber").asInt()) {
                    used.add(one.path("id").asText());
                }
            }
            List<TaskManager> atWork = flink.taskManagers().stream()
                    .filter(one -> used.contains(one.id()))
                    .toList();
            assertThat(atWork).as("seed %d", seed).isNotEmpty();
            return atWork.get(random.nextInt(atWork.size()));
        }

        /** Nothing keeps jobs without their JobManager: they are started again, from their newest checkpoints. */
        private void goOn() {
            CommandRun replay = circle.done("replay", "start");
            assertThat(replay.out()).anyMatch(line -> line.contains("Going on from "));
            if (!isCarried()) {
                circle.done("backfill", "start");
            }
        }

        private boolean isCarried() {
            carried = carried || circle.run("backfill", "status").exitCode() == ExitCode.DONE;
            return carried;
        }

        private void awaitCarried() {
            circle.await(() -> "the backfill ended", this::isCarried);
        }

        private void tell(JsonNode status, long documents, boolean equal) {
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %s | %d | %d | %.0f s | %s |%n",
                    seed,
                    String.join(", ", told),
                    status.at("/exchanges/captured").asLong(),
                    documents,
                    seconds(),
                    equal ? "yes" : "NO");
        }

        @Override
        public void close() {
            circle.run("replay", "stop");
            circle.close();
        }
    }
}
