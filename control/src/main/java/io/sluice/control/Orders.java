package io.sluice.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** What a job is ordered while it runs, by files that it reads and writes. */
final class Orders {

    private static final String STOPPING = "stopping";
    private static final Duration REST_LIMIT = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 100;

    private final StateDirectory state;
    private final String job;

    Orders(StateDirectory state, String job) {
        this.state = state;
        this.job = job;
    }

    /** Waits until all of the job follows an order. Returns false when the limit passed first. */
    boolean areFollowed(long number, Duration limit) throws StateException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (applied() < number) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    private long applied() throws StateException {
        Optional<ObjectNode> status = state.status(job).read();
        return status.map(now -> now.path("applied").asLong()).orElse(0L);
    }

    /**
     * Has the job say nothing to its tasks until it is stopped: to Flink an event that comes to one just as that has ended for the
     * savepoint is lost, and the job has failed. One that does not answer is stopped all the same.
     */
    void rest() throws StateException, InterruptedException {
        areFollowed(state.control(job).update(orders -> orders.put(STOPPING, true)), REST_LIMIT);
    }

    /** It was not stopped. */
    void goOn() throws StateException {
        give(orders -> orders);
    }

    /**
     * Writes an order; who gives one does not want the job to rest for a stop that was cut off.
     *
     * @return its number
     */
    long give(UnaryOperator<ObjectNode> change) throws StateException {
        return state.control(job).update(orders -> change.apply(orders).put(STOPPING, false));
    }

    /** Whether the job was to be stopped, and left a savepoint behind since then that is newer than all else. */
    boolean areToStopAndSaved() throws StateException {
        boolean isStopping = state.control(job)
                .read()
                .map(orders -> orders.path(STOPPING).asBoolean())
                .orElse(false);
        return isStopping
                && state.newestRestorePoint(job, state.control(job).path())
                        .filter(newest ->
                                newest.startsWith(state.savepoints(job).toAbsolutePath()))
                        .isPresent();
    }
}
