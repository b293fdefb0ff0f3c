package io.sluice.replay.bypass;

import java.util.Map;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A sender's answer to {@link CountNumbers}.
 *
 * @param counts by index and shard; what is not there is none
 * @param shown the numbers, if they were asked for
 */
public record NumbersCounted(
        int subtask, long round, Map<String, Map<Integer, Long>> counts, Map<String, Map<Integer, NumberSet>> shown)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    public NumbersCounted {
        counts = Map.copyOf(counts);
        shown = Map.copyOf(shown);
    }
}
