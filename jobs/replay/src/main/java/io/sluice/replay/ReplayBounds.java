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
 * @param asksPerSecond documents that are asked of the source, all subtasks together; 0 for as many as it answers
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
        double asksPerSecond)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** For a heap of 1 GB with a few subtasks. */
    public static final ReplayBounds DEFAULT = new ReplayBounds(
            Duration.ofSeconds(2),
            64 << 20,
            256 << 20,
            100_000,
            64 << 20,
            50_000,
            64 << 20,
            5 << 20,
            2_000,
            8,
            10L << 30,
            0);

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
                mostAsksPerSecond);
    }
}
