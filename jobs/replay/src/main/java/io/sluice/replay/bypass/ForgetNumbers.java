package io.sluice.replay.bypass;

import java.util.Set;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Tells all senders that neither source nor target has some indices any more: their numbers say nothing of others by these names.
 *
 * @param indices of the source
 */
public record ForgetNumbers(Set<String> indices) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    public ForgetNumbers {
        indices = Set.copyOf(indices);
    }
}
