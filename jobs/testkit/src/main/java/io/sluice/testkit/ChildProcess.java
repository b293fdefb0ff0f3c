package io.sluice.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that cannot outlive this JVM.
 *
 * <p>Between this JVM and the process stands a shell. The shell's standard input is a pipe whose other end
 * only this JVM holds, so the system closes it when the JVM ends, be it by {@code SIGKILL}. A second,
 * forked shell does nothing but read that pipe, and kills the process at its end:
 *
 * <pre>
 *   this JVM ──pipe──▶ sh ─┬─ the process (its own pid is the first line of the shell's output)
 *                          └─ sh: reads the pipe until it ends, then kill -9 (its children too, on Linux)
 * </pre>
 *
 * The forked shell does its work even if the first one is killed. All three ignore the signals that a
 * terminal sends to everything in its foreground, so that Ctrl-C reaches this JVM alone, which decides.
 *
 * <p>Only processes started here are ever signalled, through handles taken at their start: a pid that the
 * system has since given to another process is not touched.
 */
final class ChildProcess implements AutoCloseable {

    private static final String WATCHDOG = """
            trap '' HUP INT QUIT
            log=$1
            scratch=$2
            shift 2
            exec 3<&0
            "$@" </dev/null 3<&- >>"$log" 2>&1 &
            child=$!
            (
              while read -r line; do :; done <&3
              trap '' TERM
              kill -9 "$child" $(cat "/proc/$child/task/"*/children)
              tries=0
              while kill -0 "$child" && [ "$tries" -lt 100 ]; do
                tries=$((tries + 1))
                sleep 0.1
              done
              [ -z "$scratch" ] || rm -rf "$scratch"
            ) >/dev/null 2>&1 &
            reaper=$!
            exec 3<&-
            echo "$child"
            wait "$child"
            code=$?
            kill "$reaper" 2>/dev/null
            exit "$code"
            """;

    /** A SIGKILL takes effect within milliseconds, unless the process hangs in the kernel. */
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(20);

    private final Process shell;
    private final ProcessHandle child;
    private final Path log;

    private ChildProcess(Process shell, ProcessHandle child, Path log) {
        this.shell = shell;
        this.child = child;
        this.log = log;
    }

    /**
     * Starts a program.
     *
     * @param environment added to this JVM's own
     * @param log where its standard output and error are appended
     */
    static ChildProcess start(List<String> command, Map<String, String> environment, Path folder, Path log)
            throws IOException {
        return start(command, environment, folder, log, Optional.empty());
    }

    /**
     * Starts a program.
     *
     * @param scratch a folder that nobody needs once this JVM is gone: deleted then, if it still exists
     */
    static ChildProcess start(
            List<String> command, Map<String, String> environment, Path folder, Path log, Optional<Path> scratch)
            throws IOException {
        List<String> watched = new ArrayList<>(List.of("/bin/sh", "-c", WATCHDOG, "sluice-watchdog"));
        watched.add(log.toString());
        watched.add(scratch.map(Path::toString).orElse(""));
        watched.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(watched).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process shell = builder.start();
        return new ChildProcess(shell, childOf(shell), log);
    }

    private static ProcessHandle childOf(Process shell) throws IOException {
        // Not closed: closing the reader would close nothing that the shell still needs, but it has no more to say.
        BufferedReader output =
                new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
        String pid = output.readLine();
        Optional<ProcessHandle> child = pid == null ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid.strip()));
        // It may already have ended; then its shell is as good a handle as any, and ends next.
        return child.orElse(shell.toHandle());
    }

    long pid() {
        return child.pid();
    }

    boolean isAlive() {
        return child.isAlive();
    }

    /** Waits until it ends. Returns its exit code (128 + n when a signal n ended it), or nothing in time. */
    Optional<Integer> waitFor(Duration timeout) {
        try {
            return shell.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    ? Optional.of(shell.exitValue())
                    : Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Sends SIGTERM. */
    void terminate() {
        child.destroy();
    }

    /** Sends SIGTERM and waits; kills it when it does not end in time. */
    void stop(Duration grace) {
        terminate();
        if (waitFor(grace).isEmpty()) {
            kill();
        }
    }

    /** Sends SIGKILL to it and to all it has started, and returns when it is gone. */
    void kill() {
        child.descendants().forEach(ProcessHandle::destroyForcibly);
        child.destroyForcibly();
        try {
            child.onExit().get(KILL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stuck) {
            throw new IllegalStateException(
                    "Process " + pid() + " did not end within " + KILL_TIMEOUT.toSeconds()
                            + " s of a SIGKILL; its log is " + log + ".",
                    stuck);
        }
        waitFor(KILL_TIMEOUT);
    }

    /** Freezes it with SIGSTOP, as a machine that hangs: connections stay open, nothing answers. */
    void suspend() throws IOException {
        signal("STOP");
    }

    void resume() throws IOException {
        signal("CONT");
    }

    String logTail(int lines) {
        return LogTail.of(log, lines);
    }

    @Override
    public void close() {
        kill();
    }

    private void signal(String name) throws IOException {
        if (!child.isAlive()) {
            throw new IOException("Cannot send SIG" + name + ": process " + pid() + " has ended.");
        }
        new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid())
                .start()
                .onExit()
                .join();
    }
}
