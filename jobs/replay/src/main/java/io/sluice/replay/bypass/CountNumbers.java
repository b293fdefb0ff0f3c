package io.sluice.replay.bypass;

import io.sluice.transform.ShardLayout;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Asks all senders how many operations of the source they have settled, by sequence number.
 *
 * @param round which question it is
 * @param shows whether the numbers themselves are asked for
 */
public record CountNumbers(long round, List<OfIndex> indices, boolean shows) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /**
     * Where to count.
     *
     * @param index of the source
     * @param above by shard, numbers up to these need not be known any more
     * @param upTo by shard, up to which number to count
     */
    public record OfIndex(String index, ShardLayout layout, Map<Integer, Long> above, Map<Integer, Long> upTo)
            implements Serializable {
        private static final long serialVersionUID = 1L;

        public OfIndex {
            above = Map.copyOf(above);
            upTo = Map.copyOf(upTo);
        }
    }

    public CountNumbers {
        indices = List.copyOf(indices);
    }
}
