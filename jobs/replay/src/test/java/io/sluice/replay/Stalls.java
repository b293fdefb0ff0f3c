package io.sluice.replay;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long the machine, or this JVM, lets a thread wait that wants to do almost nothing. What is measured at the same time cannot be
 * more punctual than that: a limit for an idle machine is to be widened by it.
 */
final class Stalls implements AutoCloseable {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private volatile long longestNanos;
    private volatile boolean isOver;

    private Stalls() {}

    static Stalls start() {
        Stalls stalls = new Stalls();
        Thread thread = new Thread(stalls::watch, "stalls");
        thread.setDaemon(true);
        thread.start();
        return stalls;
    }

    private void watch() {
        long before = System.nanoTime();
        while (!isOver) {
            LockSupport.parkNanos(EVERY_NANOS);
            long now = System.nanoTime();
            longestNanos = Math.max(longestNanos, now - before - EVERY_NANOS);
            before = now;
        }
    }

    /** The longest so far. */
    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos);
    }

    @Override
    public void close() {
        isOver = true;
    }
}
