package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.flink.FlinkJob;
import io.sluice.control.state.StateDirectory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An embedded job in a process of its own, asked and ended from this one. */
class EmbeddedJobIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private MigrationConfig config;
    private StateDirectory state;
    private Process process;

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(folder.resolve("migration.yaml"), "name: books\nstate: state\n");
        config = ConfigurationFile.read(file, Map.of());
        state = StateDirectory.of(config.state(), config.name());
        process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx512m",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedProcess.class.getName(),
                        config.state()))
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "process.log"))
                .start();
    }

    @AfterEach
    void kill() throws Exception {
        process.destroyForcibly();
        process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void isScaledFromAnotherProcessAndTakesASavepointWhenItIsToldToEnd() throws Exception {
        RunningJob job = running();

        job.scale(3);

        assertThat(job.flink().await(job.job().id(), EmbeddedJobIT::isAtThree, LIMIT))
                .isPresent();

        // Not INT, which a JVM takes in the same way: what runs in the background of a shell inherits that it is
        // ignored.
        new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                .start()
                .waitFor();

        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("It does not end: " + threads());
        }
        assertThat(state.newestRestorePoint("count"))
                .get()
                .asString()
                .as("%s", Files.readString(folder.resolve("process.log")))
                .contains("/savepoints/count/savepoint-");
        assertThat(RunningJob.find(config, state, "count")).isEmpty();
    }

    private String threads() throws Exception {
        Path stacks = folder.resolve("stacks.txt");
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jstack")
                                .toString(),
                        Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(stacks.toFile())
                .start()
                .waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        return Files.readString(stacks) + Files.readString(folder.resolve("process.log"));
    }

    private static boolean isAtThree(FlinkJob job) {
        return job.isRunning() && job.vertices().stream().allMatch(vertex -> vertex.parallelism() == 3);
    }

    private RunningJob running() throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            Optional<RunningJob> found = RunningJob.find(config, state, "count");
            if (found.isPresent()) {
                found.get().flink().await(found.get().job().id(), FlinkJob::isRunning, LIMIT);
                return found.get();
            }
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("No job: " + Files.readString(folder.resolve("process.log")));
    }
}
