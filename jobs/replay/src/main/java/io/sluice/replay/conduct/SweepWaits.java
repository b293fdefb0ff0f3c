package io.sluice.replay.conduct;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A sender asks to be told when all senders have settled what began before a sweep ended at the source.
 *
 * @param subtask which sender; what it asked before counts no more
 * @param stamp that has to be passed
 */
public record SweepWaits(int subtask, long stamp) implements OperatorEvent {

    private static final long serialVersionUID = 1L;
}
