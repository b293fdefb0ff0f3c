package io.sluice.replay.conduct;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * The answer to {@link SweepWaits}: every write whose request is stamped below this is settled, whichever sender had it.
 *
 * <p>A checkpoint that holds what a sender did because of this holds all these as settled, as what a coordinator says comes after
 * every checkpoint that it has begun.
 */
public record WritesSettled(long stamp) implements OperatorEvent {

    private static final long serialVersionUID = 1L;
}
