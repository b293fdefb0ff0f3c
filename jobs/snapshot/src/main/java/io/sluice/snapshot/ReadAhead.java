package io.sluice.snapshot;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which the next range is fetched while the current one is decoded. Shared by all cursors of
 * this class's loader; a thread that has had nothing to do for a few seconds ends, so nothing needs to be
 * closed and no class loader is kept.
 */
final class ReadAhead {

    /** More ranges than this at once, and the next one is read by whoever needs it. */
    private static final int MAX_THREADS = 64;

    private static final long IDLE_SECONDS = 5;

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(
            0, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), ReadAhead::thread);

    private ReadAhead() {}

    /** Begins the task, or returns null when every thread is busy. */
    static <T> @Nullable Future<T> begin(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        try {
            THREADS.execute(future);
            return future;
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "sluice-read-ahead-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        thread.setContextClassLoader(ReadAhead.class.getClassLoader());
        return thread;
    }
}
