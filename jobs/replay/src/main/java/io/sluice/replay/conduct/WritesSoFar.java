package io.sluice.replay.conduct;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Tells senders of reads what a read may have seen. Stamps, in nanoseconds since 1970.
 *
 * @param confirmed every write stamped below it is confirmed at the target; 0 when not known
 * @param newest the newest write that was sent and is settled; 0 when there is none
 */
public record WritesSoFar(long confirmed, long newest) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /** Nobody knows. */
    public static final WritesSoFar NOTHING = new WritesSoFar(0, 0);
}
