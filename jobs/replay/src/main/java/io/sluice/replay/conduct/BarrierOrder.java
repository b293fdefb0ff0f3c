package io.sluice.replay.conduct;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * What a sender is told of a barrier.
 *
 * @param id as it was reported
 * @param afterMillis with {@link Kind#DRAIN}: the event time from which on nothing more comes that is before the barrier
 */
public record BarrierOrder(Kind kind, String id, long afterMillis) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /** What is to be done, in this order. */
    public enum Kind {
        /** Every domain of every sender knows the barrier: say when all that is before it is settled. */
        DRAIN,
        /** It is drained everywhere: its owner sends the call. */
        CALL,
        /** The call is settled: what waits behind it goes on. */
        PASS
    }
}
