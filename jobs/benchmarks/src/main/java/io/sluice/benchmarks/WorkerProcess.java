package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A {@link Worker} in a JVM of its own. It ends with this JVM: it reads its standard input, which only this
 * JVM holds open.
 */
final class WorkerProcess implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIMIT_MINUTES = 60;
    private static final int TAIL_LINES = 15;

    private final String task;
    private final Process process;
    private final Path result;
    private final Path log;

    private WorkerProcess(String task, Process process, Path result, Path log) {
        this.task = task;
        this.process = process;
        this.result = result;
        this.log = log;
    }

    /**
     * Starts one.
     *
     * @param task a task that {@link Worker} knows
     * @param order what it is to do
     * @param scratch an empty folder of its own
     * @param javaOptions more options for its JVM
     */
    static WorkerProcess start(String task, ObjectNode order, int heapMegabytes, Path scratch, List<String> javaOptions)
            throws IOException {
        Path orderFile = scratch.resolve("order.json");
        Path result = scratch.resolve("result.json");
        Path log = scratch.resolve("worker.log");
        JSON.writeValue(orderFile.toFile(), order);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMegabytes + "m");
        command.addAll(asTheCommandIs());
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Worker.class.getName(), task, orderFile.toString(), result.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new WorkerProcess(task, process, result, log);
    }

    private static List<String> asTheCommandIs() {
        List<String> options = new ArrayList<>();
        options.add("@" + Objects.requireNonNull(System.getProperty("sluice.bench.jvm"), "-Dsluice.bench.jvm"));
        String archive = System.getProperty("sluice.bench.archive", "");
        if (!archive.isEmpty() && Files.exists(Path.of(archive))) {
            options.add("-XX:SharedArchiveFile=" + archive);
        }
        return options;
    }

    long pid() {
        return process.pid();
    }

    /**
     * Waits for its end.
     *
     * @return what it says of its work
     * @throws IOException when it fails, with the end of its log
     */
    JsonNode await() throws IOException {
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("The %s worker was not done after %d minutes. Its log ends:%n%s"
                        .formatted(task, LIMIT_MINUTES, tail()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for the " + task + " worker.", e);
        }
        if (process.exitValue() != 0 || !Files.exists(result)) {
            throw new IOException("The %s worker ended with exit code %d. Its log ends:%n%s"
                    .formatted(task, process.exitValue(), tail()));
        }
        return JSON.readTree(result.toFile());
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
