package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing may outlive the JVM that started it, whatever ends that JVM. */
class ParentDeathIT {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final long DEATH_SECONDS = 20;

    @ParameterizedTest
    @ValueSource(strings = {"server", "program"})
    void sigkillOfTheParentLeavesNothingRunningAndNoScratchFolder(String what, @TempDir Path folder) throws Exception {
        Process parent = startParent(what, folder);
        List<ProcessHandle> descendants = parent.descendants().toList();
        ProcessHandle child = child(folder);
        assertThat(descendants).contains(child).hasSizeGreaterThanOrEqualTo(3).allMatch(ProcessHandle::isAlive);
        assertThat(scratch(folder)).isDirectory();

        parent.destroyForcibly().waitFor();

        for (ProcessHandle descendant : descendants) {
            descendant.onExit().get(DEATH_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(descendants).noneMatch(ProcessHandle::isAlive);
        assertThat(scratch(folder)).doesNotExist();
    }

    @Test
    void evenWhenTheFirstShellWasKilledBefore(@TempDir Path folder) throws Exception {
        Process parent = startParent("program", folder);
        ProcessHandle child = child(folder);
        child.parent().orElseThrow().destroyForcibly();

        parent.destroyForcibly().waitFor();

        child.onExit().get(DEATH_SECONDS, TimeUnit.SECONDS);
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void sigtermOfTheParentLeavesNothingRunning(@TempDir Path folder) throws Exception {
        Process parent = startParent("program", folder);
        ProcessHandle child = child(folder);

        parent.destroy();

        parent.waitFor();
        child.onExit().get(DEATH_SECONDS, TimeUnit.SECONDS);
        assertThat(child.isAlive()).isFalse();
    }

    private static Process startParent(String what, Path folder) throws Exception {
        Path started = folder.resolve("started");
        try (WatchService watch = folder.getFileSystem().newWatchService()) {
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            Process parent = new ProcessBuilder(
                            Jdks.java17().orElseThrow().java().toString(),
                            "-cp",
                            Machine.classPath(),
                            ParentProcess.class.getName(),
                            what,
                            started.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("parent.log").toFile())
                    .start();
            long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
            while (!Files.exists(started)) {
                assertThat(parent.isAlive() && System.nanoTime() < deadline)
                        .as("parent: %s", LogTail.of(folder.resolve("parent.log"), 40))
                        .isTrue();
                var key = watch.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
            return parent;
        }
    }

    private static ProcessHandle child(Path folder) throws Exception {
        String pid = Files.readAllLines(folder.resolve("started")).get(0);
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static Path scratch(Path folder) throws Exception {
        return Path.of(Files.readAllLines(folder.resolve("started")).get(1));
    }
}
