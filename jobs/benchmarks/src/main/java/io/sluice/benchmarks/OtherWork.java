package io.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * How much of the machine is used by processes that have no part in a benchmark while it runs, or is given to
 * other virtual machines. What says whether a figure can be believed. Source: proc(5), {@code /proc/stat}.
 */
final class OtherWork {

    private static final long NANOS_PER_TICK = 10_000_000;

    /** user, nice, system, idle, iowait, irq, softirq, steal; guest time is part of user time. */
    private static final int[] BUSY_FIELDS = {1, 2, 3, 6, 7, 8};

    private final long[] parts;
    private final long began;
    private final long busy;
    private final long ours;

    private OtherWork(long[] parts) throws IOException {
        this.parts = parts;
        this.began = System.nanoTime();
        this.busy = busyNanos();
        this.ours = cpuNanosOfParts();
    }

    /**
     * Begins to watch.
     *
     * @param parts processes that have a part in the benchmark and outlive it; this one is another
     */
    static OtherWork since(long... parts) throws IOException {
        return new OtherWork(LongStream.concat(
                        Arrays.stream(parts),
                        LongStream.of(ProcessHandle.current().pid()))
                .toArray());
    }

    /**
     * The number of cores that others have used since then, on average.
     *
     * @param underTestNanos CPU time of the process under test, which began since then and has ended
     */
    double cores(long underTestNanos) throws IOException {
        double others = (double) (busyNanos() - busy - (cpuNanosOfParts() - ours) - underTestNanos);
        return Math.max(0, others / (System.nanoTime() - began));
    }

    private long cpuNanosOfParts() {
        return Arrays.stream(parts)
                .map(pid -> ProcessUsage.cpuNanos(pid).orElse(0))
                .sum();
    }

    private static long busyNanos() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +", -1);
        return Arrays.stream(BUSY_FIELDS)
                        .mapToLong(field -> Long.parseLong(fields[field]))
                        .sum()
                * NANOS_PER_TICK;
    }
}
