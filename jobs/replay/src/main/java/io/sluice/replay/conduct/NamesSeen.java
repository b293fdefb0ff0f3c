package io.sluice.replay.conduct;

import io.sluice.replay.names.NameEffects;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/** What the source says that its names do, beyond what was known at the start. */
public record NamesSeen(NameEffects effects) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /** Nothing more. */
    static final NamesSeen NOTHING = new NamesSeen(NameEffects.NONE);
}
