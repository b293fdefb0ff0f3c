package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process under test: does one task and writes down what that cost.
 *
 * <p>What is counted begins with the JVM and ends when the task has returned, so that everything the task
 * needs is in it, and nothing of writing the result.
 */
final class Worker {

    static final String READ = "read";
    static final String BACKFILL = "backfill";
    static final String LOAD = "load";
    static final String FIRST_DOCUMENT = "first-document";
    static final String SCROLL = "scroll";
    static final String VERIFY = "verify";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, Task> TASKS = Map.of(
            READ,
            new ReadTask(),
            BACKFILL,
            new BackfillTask(),
            LOAD,
            new LoadTask(),
            FIRST_DOCUMENT,
            new FirstDocumentTask(),
            SCROLL,
            new ScrollTask(),
            VERIFY,
            new VerifyTask());

    private Worker() {}

    /** Something that is measured. */
    interface Task {

        /**
         * Does it.
         *
         * @param order what to do, as the benchmark wrote it
         * @param mark to be called when the first document is about to be read
         * @return what it found out, for the benchmark
         */
        ObjectNode perform(JsonNode order, Mark mark) throws Exception;
    }

    /** Remembers when the work itself began, and what the process had used by then. Any thread may call it. */
    static final class Mark {
        private long nanos;
        private long cpuNanos;

        synchronized void begin() {
            if (nanos == 0) {
                nanos = System.nanoTime();
                cpuNanos = ProcessUsage.ownCpuNanos();
            }
        }

        private synchronized void write(ObjectNode result) {
            result.put("began_nanos", nanos).put("cpu_nanos_before", cpuNanos);
        }
    }

    /**
     * Runs one task.
     *
     * @param arguments the task, the file with its order, the file for its result
     */
    @SuppressWarnings("noSystemExitOutsideMain")
    public static void main(String[] arguments) throws Exception {
        endWithParent(System.in);
        Mark mark = new Mark();
        Task task = TASKS.get(arguments[0]);
        if (task == null) {
            throw new IllegalArgumentException("no task " + arguments[0]);
        }
        ObjectNode result = task.perform(JSON.readTree(Path.of(arguments[1]).toFile()), mark);
        result.put("ended_nanos", System.nanoTime());
        result.put("cpu_nanos", ProcessUsage.ownCpuNanos());
        result.put("peak_rss_bytes", ProcessUsage.ownPeakRssBytes());
        mark.write(result);
        JSON.writeValue(Path.of(arguments[2]).toFile(), result);
        System.exit(0);
    }

    /** Whoever started us holds the other end; when it is gone, nobody wants the result. */
    private static void endWithParent(InputStream in) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (in.read() >= 0) {
                            // Nothing is ever said.
                        }
                    } catch (IOException closed) {
                        // As good as its end.
                    }
                    Runtime.getRuntime().halt(1);
                },
                "benchmark-parent");
        thread.setDaemon(true);
        thread.start();
    }
}
