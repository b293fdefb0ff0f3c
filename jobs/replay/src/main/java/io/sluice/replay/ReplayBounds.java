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
 * @param mostHeld steps that wait for what the source or the target has to do first, before the clock stops
 * @param asksInFlight how many indices of the source may be read from at once
 * @param asksPerRead documents that are asked for together
 * @param asksPerSecond documents that are asked of the source in a second, all subtasks together; infinite for as many as there are
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
        int mostHeld,
        int asksInFlight,
        int asksPerRead,
        double asksPerSecond)
        implements Serializable {

    private static final long serialVersionUID = 1L;

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
            50_000,
            2,
            200,
            Double.POSITIVE_INFINITY);

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
                mostHeld,
                asksInFlight,
                asksPerRead,
                mostAsksPerSecond);
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
                mostHeld,
                asksInFlight,
                asksPerRead,
                asksPerSecond);
    }
}
