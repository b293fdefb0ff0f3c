package io.sluice.replay.bypass;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * An index of the source was gone over.
 *
 * @param ordered whether that was because of {@link CloseGap}; else it was because of an operation by query
 * @param swept up to where all came over, as {@link io.sluice.source.Swept#text} has it; empty when not all did
 * @param writes how many came of it
 * @param rule why not all came over, with underscores; empty when it did
 */
public record GapClosed(String index, boolean ordered, String swept, long writes, String rule)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;
}
