package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.state.StateDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A verification in a process of its own, which is to be killed. */
final class VerifyProcess implements AutoCloseable {

    private static final long LOOK_NANOS = 20_000_000;
    private static final long LIMIT_SECONDS = 60;

    private final Process process;
    private final File log;
    private final StateDirectory state;

    /** When it is to be killed. */
    @FunctionalInterface
    interface Moment {
        boolean isNow(StateDirectory state) throws Exception;
    }

    private VerifyProcess(Process process, File log, StateDirectory state) {
        this.process = process;
        this.log = log;
        this.state = state;
    }

    /** Starts it for the migration {@code verify} in a folder, whose state lies in {@code state}. */
    static VerifyProcess start(Path folder, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx512m",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "-c",
                folder.resolve("migration.yaml").toString(),
                "verify"));
        command.addAll(List.of(options));
        File log = new File(folder.toFile(), "process.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        return new VerifyProcess(
                process, log, StateDirectory.of(folder.resolve("state").toString(), "verify"));
    }

    /** Waits for a moment in its life, and ends it there. */
    void killAt(Moment moment) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!moment.isNow(state)) {
            assertThat(process.isAlive())
                    .as("%s", Files.readString(log.toPath()))
                    .isTrue();
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(LOOK_NANOS);
        }
        close();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
