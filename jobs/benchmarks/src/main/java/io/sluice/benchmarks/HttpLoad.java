package io.sluice.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 requests by {@code h2load}, all alike, over a number of connections that each send the next when they have the answer.
 *
 * @param method of every request
 * @param target of every request
 * @param body of every request, a file; null for none
 * @param connections how many
 * @param perSecond requests of all connections together; 0: as many as go
 */
record HttpLoad(String method, URI target, @Nullable Path body, int connections, double perSecond) {

    private static final int MARGIN_SECONDS = 60;

    /** What came of it. */
    static final class Result {
        private final double seconds;
        private final int[] sortedMicros;
        private final long failed;

        private Result(double seconds, int[] sortedMicros, long failed) {
            this.seconds = seconds;
            this.sortedMicros = sortedMicros;
            this.failed = failed;
        }

        /** Requests that were answered with 2xx. */
        int answered() {
            return sortedMicros.length;
        }

        /** Requests with another answer. */
        long failed() {
            return failed;
        }

        double perSecond() {
            return sortedMicros.length / seconds;
        }

        /**
         * How long a request took, from its first byte to the last of its answer.
         *
         * @param percent of the requests took at most as long, such as 50 or 99
         */
        double milliseconds(double percent) {
            int at = (int) Math.min(sortedMicros.length - 1, Math.floor(sortedMicros.length * percent / 100));
            return sortedMicros[at] / 1000.0;
        }
    }

    /** Sends for so many seconds. */
    Result run(double seconds, Path scratch) throws IOException {
        return run(seconds, scratch, pid -> {});
    }

    /**
     * Sends for so many seconds.
     *
     * @param whileRunning is given the process id of the load again and again
     * @throws IOException when it cannot, or when nothing was answered
     */
    Result run(double seconds, Path scratch, LongConsumer whileRunning) throws IOException {
        Sending sending = begin(seconds, scratch);
        try {
            await(sending, seconds, whileRunning);
            return read(sending.log(), "%s: %s".formatted(target, Files.readString(sending.said())));
        } finally {
            sending.delete();
        }
    }

    /**
     * The same, by connections that take turns. Those of one {@code h2load} that are given a rate all send at the same
     * moments, so each gets an {@code h2load} of its own here, begun when its turn comes. Only with a rate.
     */
    Result runInTurns(double seconds, Path scratch) throws IOException {
        HttpLoad alone = new HttpLoad(method, target, body, 1, perSecond / connections);
        List<Sending> all = new ArrayList<>();
        Path together = Files.createTempFile(scratch, "loads-", ".tsv");
        try {
            for (int i = 0; i < connections; i++) {
                all.add(alone.begin(seconds, scratch));
                TimeUnit.NANOSECONDS.sleep((long) (TimeUnit.SECONDS.toNanos(1) / perSecond));
            }
            for (Sending each : all) {
                await(each, seconds, pid -> {});
                Files.write(together, Files.readAllBytes(each.log()), StandardOpenOption.APPEND);
            }
            return read(together, target.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while h2load was started", interrupted);
        } finally {
            for (Sending each : all) {
                each.delete();
            }
            Files.deleteIfExists(together);
        }
    }

    /** An {@code h2load} that runs, its log, and what it says. */
    private record Sending(Process process, Path log, Path said) {
        void delete() throws IOException {
            process.destroyForcibly();
            Files.deleteIfExists(log);
            Files.deleteIfExists(said);
        }
    }

    private Sending begin(double seconds, Path scratch) throws IOException {
        Path log = Files.createTempFile(scratch, "load-", ".tsv");
        Path said = Files.createTempFile(scratch, "load-", ".txt");
        Files.delete(log);
        Process process = new ProcessBuilder(command(seconds, log))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        return new Sending(process, log, said);
    }

    private List<String> command(double seconds, Path log) {
        List<String> command = new ArrayList<>(List.of("h2load", "--h1", "-t1"));
        command.add("-c" + connections);
        command.add("--duration=" + Math.max(1, Math.round(seconds)));
        command.add("--log-file=" + log);
        command.addAll(List.of("-H", ":method: " + method, "-H", "content-type: application/json"));
        if (perSecond > 0) {
            command.add(String.format(Locale.ROOT, "--rps=%.3f", perSecond / connections));
        }
        if (body != null) {
            command.addAll(List.of("-d", body.toString()));
        }
        command.add(target.toString());
        return command;
    }

    private void await(Sending sending, double seconds, LongConsumer whileRunning) throws IOException {
        Process load = sending.process();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos((long) seconds + MARGIN_SECONDS);
            while (!load.waitFor(20, TimeUnit.MILLISECONDS)) {
                whileRunning.accept(load.pid());
                if (System.nanoTime() > end) {
                    throw new IOException(
                            "h2load against %s does not end: %s".formatted(target, Files.readString(sending.said())));
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while h2load ran", interrupted);
        } finally {
            load.destroyForcibly();
        }
    }

    /**
     * A line for each request: when it began in microseconds, the status, how long it took in microseconds. Source: h2load(1),
     * {@code --log-file}.
     */
    static Result read(Path log, String said) throws IOException {
        int[] micros = new int[1 << 16];
        int count = 0;
        long failed = 0;
        long first = Long.MAX_VALUE;
        long last = 0;
        try (Stream<String> lines = Files.exists(log) ? Files.lines(log) : Stream.empty()) {
            for (String line : (Iterable<String>) lines::iterator) {
                String[] fields = line.split("\t", -1);
                long began = Long.parseLong(fields[0]);
                int took = Integer.parseInt(fields[2]);
                first = Math.min(first, began);
                last = Math.max(last, began + took);
                if (!fields[1].startsWith("2")) {
                    failed++;
                    continue;
                }
                if (count == micros.length) {
                    micros = Arrays.copyOf(micros, count * 2);
                }
                micros[count++] = took;
            }
        }
        if (count == 0) {
            throw new IOException("h2load got no good answer from " + said);
        }
        int[] sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        return new Result((last - first) / 1e6, sorted, failed);
    }
}
