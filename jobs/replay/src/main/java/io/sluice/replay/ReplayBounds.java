package io.sluice.replay;

import java.io.Serializable;
import java.time.Duration;

/**
 * What bounds memory and work under way. Each subtask has its own.
 *
 * @param readAhead how much capture time may be read before the clock comes to it
 * @param assemblyBytes of open exchanges on the heap; what is more lies in Flink's state
 * @param exchangeBytes of one exchange's bodies; a larger one keeps its heads and loses its bodies
 * @param mostOpen exchanges of one partition that may be open at once
 * @param waitingBytes of steps on the heap whose time has not come; what is more lies in Flink's state
 * @param mostDue steps whose time has come, before the clock stops
 * @param mostDueBytes their bytes, before the clock stops
 * @param bulkBytes how large a bulk may grow
 * @param bulkActions how many steps a bulk may hold
 * @param bulksInFlight how many may be unanswered
 * @param heldBytes that may wait in Flink's state, all subtasks together
 * @param heldSteps how many may wait there; each leaves its name on the heap
 * @param mostHeld steps that wait for what the source or the target has to do first, before the clock stops
 * @param asksInFlight how many indices of the source may be read from at once
 * @param asksPerRead documents that are asked for together
 * @param asksPerSecond documents that are asked of the source in a second, all subtasks together; infinite for as many as there are
 * @param lookEvery how often the source is asked how far it has numbered its operations; 0 for never
 */
public record ReplayBounds(
        Duration readAhead,
        long assemblyBytes,
        long exchangeBytes,
        int mostOpen,
        long waitingBytes,
        int mostDue,
        long mostDueBytes,
        int bulkBytes,
        int bulkActions,
        int bulksInFlight,
        long heldBytes,
        int heldSteps,
        int mostHeld,
        int asksInFlight,
        int asksPerRead,
        double asksPerSecond,
        Duration lookEvery)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Heartbeats come every 100 ms, and partitions are held together every 50 ms. */
    private static final Duration LEAST_AHEAD = Duration.ofMillis(200);

    public ReplayBounds {
        if (!(asksPerSecond > 0) || asksInFlight < 1 || asksPerRead < 1) {
            throw new IllegalArgumentException("%s questions in a second, %d reads at once, %d questions in each"
                    .formatted(asksPerSecond, asksInFlight, asksPerRead));
        }
    }

    /** For a heap of 1 GB with a few subtasks. */
    public static final ReplayBounds DEFAULT = new ReplayBounds(
            Duration.ofSeconds(1),
            64 << 20,
            256 << 20,
            100_000,
            64 << 20,
            20_000,
            32 << 20,
            5 << 20,
            2_000,
            8,
            10L << 30,
            400_000,
            50_000,
            2,
            200,
            Double.POSITIVE_INFINITY,
            Duration.ofSeconds(10));

    /** The same for other wishes of the user. */
    public ReplayBounds with(long mostHeldBytes, double mostAsksPerSecond) {
        return new ReplayBounds(
                readAhead,
                assemblyBytes,
                exchangeBytes,
                mostOpen,
                waitingBytes,
                mostDue,
                mostDueBytes,
                bulkBytes,
                bulkActions,
                bulksInFlight,
                mostHeldBytes,
                heldSteps,
                mostHeld,
                asksInFlight,
                asksPerRead,
                mostAsksPerSecond,
                lookEvery);
    }

    /** The same where each request is sent so many times: as much is read ahead of the clock as without copies, as far as partitions can be held that close together. */
    public ReplayBounds ofCopies(int copies) {
        Duration each = readAhead.dividedBy(copies);
        return new ReplayBounds(
                each.compareTo(LEAST_AHEAD) < 0 ? LEAST_AHEAD : each,
                assemblyBytes,
                exchangeBytes,
                mostOpen,
                waitingBytes,
                mostDue,
                mostDueBytes,
                bulkBytes,
                bulkActions,
                bulksInFlight,
                heldBytes,
                heldSteps,
                mostHeld,
                asksInFlight,
                asksPerRead,
                asksPerSecond,
                lookEvery);
    }

    /** The same with at most so many writes in one request. */
    public ReplayBounds withBulkActions(int most) {
        return new ReplayBounds(
                readAhead,
                assemblyBytes,
                exchangeBytes,
                mostOpen,
                waitingBytes,
                mostDue,
                mostDueBytes,
                bulkBytes,
                most,
                bulksInFlight,
                heldBytes,
                heldSteps,
                mostHeld,
                asksInFlight,
                asksPerRead,
                asksPerSecond,
                lookEvery);
    }

    /** The same with another time between two looks at the source. */
    public ReplayBounds lookingEvery(Duration interval) {
        return new ReplayBounds(
                readAhead,
                assemblyBytes,
                exchangeBytes,
                mostOpen,
                waitingBytes,
                mostDue,
                mostDueBytes,
                bulkBytes,
                bulkActions,
                bulksInFlight,
                heldBytes,
                heldSteps,
                mostHeld,
                asksInFlight,
                asksPerRead,
                asksPerSecond,
                interval);
    }
}
