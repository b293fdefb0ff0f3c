package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.flink.FlinkJob;
import io.sluice.control.flink.FlinkRest;
import io.sluice.control.state.StateDirectory;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.FlinkSession;
import io.sluice.testkit.FlinkSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A TaskManager that does not see the folder the command wrote to. All are on one machine here, so the folder is
 * taken for another one while there is no TaskManager yet.
 */
class StateNotSharedIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @Test
    void endsTheJobAtOnceAndStatusSaysWhy() throws Exception {
        takeASnapshot();
        try (FlinkSession session = FlinkSession.start(FlinkSetup.of(0))) {
            configure(session.rest());

            CommandRun start = run("start");

            assertThat(start.exitCode()).as("%s", start.err()).isZero();
            assertThat(start.out()).anyMatch(line -> line.contains("waits for them"));
            CommandRun waiting = run("status");
            assertThat(waiting.exitCode()).as("%s", waiting.err()).isEqualTo(ExitCode.NOT_READY);

            try (Stream<Path> marks = Files.list(state().resolve("marks/backfill"))) {
                Files.delete(marks.findFirst().orElseThrow());
            }
            session.addTaskManager();
            FlinkRest flink = new FlinkRest(session.rest());
            String job = flink.find("sluice/apart/backfill").orElseThrow().id();
            assertThat(flink.await(job, FlinkJob::isOver, LIMIT)).get().returns(true, FlinkJob::hasFailed);

            CommandRun failed = run("status");

            assertThat(failed.exitCode()).as("%s", failed.err()).isEqualTo(ExitCode.FAILED);
            assertThat(failed.out())
                    .anyMatch(line -> line.startsWith("reason: ")
                            && line.contains(state().toString())
                            && line.contains("Every host of the Flink cluster must see the same one"));
        }
    }

    private Path state() {
        try {
            MigrationConfig config = ConfigurationFile.read(folder.resolve("migration.yaml"), Map.of());
            return StateDirectory.of(config.state(), config.name()).root();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private CommandRun run(String verb) throws IOException {
        return CommandRun.in(folder).withBundle(Bundle.jar()).run("backfill", verb);
    }

    private void takeASnapshot() throws IOException {
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(source, "PUT", "/few/_doc/1", "{\"n\":1}");
        Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("apart");
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/apart",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}");
        Servers.succeed(source, "PUT", "/_snapshot/apart/one?wait_for_completion=true", "{}");
    }

    private void configure(URI flink) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: apart
                state: %s
                target: {endpoint: "%s"}
                snapshot: {name: one, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                flink: {rest: "%s"}
                """.formatted(
                        folder.resolve("state"),
                        target,
                        SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("apart"),
                        flink));
    }
}
