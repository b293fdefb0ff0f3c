package io.sluice.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a process, and at how many documents have come out of it, until it is closed. Both are asked from
 * outside, so that whatever is compared is measured by the same eye.
 */
final class ProcessWatch implements AutoCloseable {

    /** How many documents have arrived where they should. */
    interface Arrivals {
        long documents() throws IOException;
    }

    /**
     * One look.
     *
     * @param nanos by {@link System#nanoTime}, which on Linux is the same clock in every process
     */
    record Look(long nanos, long cpuNanos, long documents) {}

    private final long pid;
    private final Arrivals arrivals;
    private final long everyNanos;
    private final Thread thread;
    private final List<Look> looks = new ArrayList<>();
    private volatile boolean closed;
    private volatile @Nullable IOException failure;

    private ProcessWatch(long pid, Arrivals arrivals, long everyMillis) {
        this.pid = pid;
        this.arrivals = arrivals;
        this.everyNanos = TimeUnit.MILLISECONDS.toNanos(everyMillis);
        this.thread = new Thread(this::watch, "benchmark-watch");
        thread.setDaemon(true);
    }

    static ProcessWatch start(long pid, Arrivals arrivals, long everyMillis) {
        ProcessWatch watch = new ProcessWatch(pid, arrivals, everyMillis);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            while (!closed) {
                OptionalLong cpu = ProcessUsage.cpuNanos(pid);
                if (cpu.isPresent()) {
                    look(cpu.getAsLong());
                }
                LockSupport.parkNanos(everyNanos);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void look(long cpuNanos) throws IOException {
        Look look = new Look(System.nanoTime(), cpuNanos, arrivals.documents());
        synchronized (looks) {
            looks.add(look);
        }
    }

    /**
     * The last look before the first document had arrived.
     *
     * @throws IOException when there is none, or none could be taken
     */
    Look beforeAny() throws IOException {
        Look first = whenArrived(1);
        synchronized (looks) {
            int at = looks.indexOf(first);
            if (at == 0) {
                throw new IOException("Documents had arrived before the first look.");
            }
            return looks.get(at - 1);
        }
    }

    /**
     * The first look that found so many documents.
     *
     * @throws IOException when there was none
     */
    Look whenArrived(long documents) throws IOException {
        close();
        IOException failed = failure;
        if (failed != null) {
            throw new IOException("Cannot see how many documents have arrived: " + failed.getMessage(), failed);
        }
        synchronized (looks) {
            for (Look look : looks) {
                if (look.documents() >= documents) {
                    return look;
                }
            }
            long last = looks.isEmpty() ? 0 : looks.get(looks.size() - 1).documents();
            throw new IOException("Of %,d documents %,d have arrived.".formatted(documents, last));
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
