package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.console.Output;
import io.sluice.control.console.Terminal;
import io.sluice.control.flink.FlinkJob;
import io.sluice.control.flink.FlinkRest;
import io.sluice.control.state.StateDirectory;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.FlinkSession;
import io.sluice.testkit.FlinkSetup;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills what a backfill of 200,000 documents runs on, by SIGKILL, at points drawn from a seed, always while
 * bulks are in flight as the job's own status says; at the end every document of both sides is compared.
 */
class KillIT {

    private static final long SEED = Long.getLong("sluice.seed", 20261123L);
    private static final boolean LONG = Boolean.getBoolean("sluice.long");
    private static final int ROUNDS = LONG ? 5 : 1;
    private static final int KILLS = LONG ? 3 : 2;
    private static final int DOCUMENTS = 200_000;
    private static final String SNAPSHOT = "snap-1";

    /** Slow enough that there is time for every kill, however fast the machine; after the last one there is no limit. */
    private static final String RATE = "9000 docs/s";

    /** So that it still runs when two new TaskManagers have come and Flink has scaled twice. */
    private static final String SLOW_RATE = "4000 docs/s";

    private static final long LOOK_NANOS = 20_000_000;
    private static final Duration LIMIT = Duration.ofMinutes(6);

    @TempDir
    private static Path folder;

    private static ServerProcess target;
    private static FlinkSession flink;
    private static URI source;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void takeASnapshot() throws IOException {
        source = SharedServers.es7().endpoint();
        Servers.wipe(source);
        SampleData.load(source, DOCUMENTS, SEED);
        Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("kill");
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/kill",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}");
        Servers.succeed(source, "PUT", "/_snapshot/kill/" + SNAPSHOT + "?wait_for_completion=true", "{}");
        target = ServerProcess.start(ServerSetup.of(Distributions.OS_2_19_6).withFolder(folder.resolve("target")));
        flink = FlinkSession.start(FlinkSetup.of(2)
                .withSlots(1)
                .withConfiguration(Map.of("heartbeat.interval", "500", "heartbeat.timeout", "4000")));
    }

    @AfterAll
    static void end() throws IOException {
        flink.close();
        target.close();
        Servers.wipe(source);
    }

    @Test
    void taskManagersThatAreKilledLoseNothing() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (Run run = start("task-managers-" + round, RATE)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    run.awaitBulksInFlight(random.nextInt(1500));
                    flink.kill(random.nextInt(flink.taskManagers().size()));
                    flink.addTaskManager();
                }
                run.order("rate", "unlimited");
                ObjectNode status = run.awaitEnd();

                assertEverythingIsEqual(status);
            }
        }
    }

    @Test
    void aTargetThatIsKilledAndComesBackLosesNothing() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (Run run = start("target-" + round, RATE)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    run.awaitBulksInFlight(random.nextInt(1500));
                    target.kill();
                    target.restart();
                }
                run.order("rate", "unlimited");
                ObjectNode status = run.awaitEnd();

                assertEverythingIsEqual(status);
            }
        }
    }

    @Test
    void pausedScaledAndResumedItCarriesEverything() throws Exception {
        try (Run run = start("scaled", SLOW_RATE)) {
            run.awaitBulksInFlight(200);
            run.scale(1);
            run.awaitReaders(1);
            run.order("pause");
            long settledWhilePaused = BackfillReport.settled(run.awaitQuiet());
            run.order("resume");
            run.awaitSettled(settledWhilePaused + 1);
            flink.addTaskManager();
            flink.addTaskManager();
            run.scale(4);
            run.awaitReaders(4);
            long before = BackfillReport.settled(run.status());
            run.scale(2);
            run.awaitReaders(2);
            long after = BackfillReport.settled(run.status());
            run.order("rate", "unlimited");
            ObjectNode status = run.awaitEnd();

            assertThat(before - after)
                    .as("documents whose position a rescale gave up")
                    .isLessThan(5 * 9000);
            assertEverythingIsEqual(status);
        }
    }

    private static void assertEverythingIsEqual(ObjectNode status) throws IOException {
        long total = 0;
        for (String index : SampleData.INDICES) {
            DocumentComparison comparison = DocumentComparison.of(source, target.endpoint(), index);
            assertThat(comparison.isEqual()).as("seed %d: %s", SEED, comparison).isTrue();
            total += comparison.source();
        }
        assertThat(total).isGreaterThanOrEqualTo(DOCUMENTS);
        assertThat(status.at("/documents/in_snapshot").asLong()).isEqualTo(total);
        assertThat(BackfillReport.settled(status)).isEqualTo(total);
        assertThat(BackfillReport.hasLosses(status)).isFalse();
    }

    private static Run start(String name, String rate) throws Exception {
        Servers.wipe(target.endpoint());
        return new Run(name, rate);
    }

    /** One backfill on the session, seen through its own status and commands; nothing of it runs after its end. */
    private static final class Run implements AutoCloseable {
        private final Path file;
        private final StateDirectory state;
        private final FlinkRest rest = new FlinkRest(flink.rest());
        private final String job;
        private final Instant began = Instant.now();

        Run(String name, String rate) throws Exception {
            file = folder.resolve(name + ".yaml");
            Files.writeString(file, """
                    name: %s
                    state: %s
                    target: {endpoint: "%s"}
                    snapshot: {name: %s, repository: {fs: "%s"}}
                    backfill: {parallelism: 2, rate: %s, bulk: {max_bytes: 256kb}}
                    flink: {rest: "%s"}
                    """.formatted(
                    name,
                    folder.resolve("state"),
                    target.endpoint(),
                    SNAPSHOT,
                    SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("kill"),
                    rate,
                    flink.rest()));
            MigrationConfig config = ConfigurationFile.read(file, Map.of());
            state = StateDirectory.of(config.state(), config.name());
            StringWriter sink = new StringWriter();
            Output output = new Output(
                    new PrintWriter(sink), new PrintWriter(sink), Terminal.NONE, InstantSource.system(), false);
            BackfillSetup setup =
                    BackfillSetup.prepare(config, state, output, new BackfillSetup.Wishes(false, false, null));
            StartedJob backfill =
                    new BackfillStart(setup.spec(), config.backfill().parallelism());
            job = new JobStart(state, output, backfill).submit(rest, Bundle.jar(), null);
        }

        ObjectNode status() throws IOException {
            return state.status(BackfillStart.JOB).read().orElseThrow();
        }

        /** Returns at a moment at which the job, at work for a while, says that bulks are in flight. */
        void awaitBulksInFlight(int millisOfWork) throws Exception {
            Instant reference = Instant.now();
            long wanted = BackfillReport.settled(status()) + 1 + millisOfWork;
            await(
                    "bulks in flight",
                    status -> Instant.parse(status.path("updated").asText("1970-01-01T00:00:00Z"))
                                    .isAfter(reference)
                            && status.at("/in_flight/bulks").asLong() > 0
                            && BackfillReport.settled(status) >= wanted);
        }

        void awaitReaders(int readers) throws Exception {
            await(readers + " readers", status -> status.path("readers").asInt() == readers);
        }

        void awaitSettled(long documents) throws Exception {
            await(documents + " documents", status -> BackfillReport.settled(status) >= documents);
        }

        ObjectNode awaitQuiet() throws Exception {
            return await(
                    "a pause",
                    status -> status.path("state").asText().equals("paused")
                            && status.at("/in_flight/bulks").asLong() == 0);
        }

        ObjectNode awaitEnd() throws Exception {
            rest.await(job, FlinkJob::isOver, LIMIT);
            return await("the end", status -> status.path("state").asText().equals("finished"));
        }

        void scale(int parallelism) {
            order("scale", String.valueOf(parallelism));
        }

        void order(String... words) {
            List<String> all = new ArrayList<>(List.of("backfill"));
            all.addAll(List.of(words));
            command(all.toArray(String[]::new));
        }

        @Override
        public void close() throws IOException {
            if (!rest.job(job).isOver()) {
                rest.cancel(job);
                rest.await(job, FlinkJob::isOver, LIMIT);
            }
        }

        private void command(String... words) {
            StringWriter said = new StringWriter();
            PrintWriter writer = new PrintWriter(said);
            Surroundings surroundings = new Surroundings(
                    writer,
                    writer,
                    new BufferedReader(new StringReader("")),
                    Terminal.NONE,
                    Map.of(),
                    folder,
                    InstantSource.system(),
                    Path.of("sluice-bundle.jar"),
                    Path.of("sluice-proxy"),
                    log -> {});
            List<String> arguments = new ArrayList<>(List.of("-c", file.toString()));
            arguments.addAll(List.of(words));
            int code = Sluice.run(surroundings, arguments);
            assertThat(code).as("%s: %s", arguments, said).isZero();
        }

        private ObjectNode await(String what, Predicate<ObjectNode> wanted) throws Exception {
            long end = System.nanoTime() + LIMIT.toNanos();
            ObjectNode status = status();
            while (!wanted.test(status)) {
                boolean over = status.path("state").asText().equals("finished")
                        || rest.job(job).state().equals("FAILED");
                if (System.nanoTime() > end || over) {
                    throw new AssertionError("seed %d: waited for %s since %s, but status is %s; Flink: %s"
                            .formatted(SEED, what, began, status, rest.rootCause(job)));
                }
                LockSupport.parkNanos(LOOK_NANOS);
                status = status();
            }
            return status;
        }
    }
}
