package io.sluice.replay.account;

import java.util.Map;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * What the coordinator is told of a partition.
 *
 * @param noted gaps, late and malformed records, and the like
 * @param time everything stamped below it was read
 * @param floor every write whose request began below it was handed to the senders
 * @param confirmed every write stamped below it is confirmed
 * @param settled every write stamped below it is confirmed, but for what sweeps did
 */
public record AccountReport(
        int partition,
        Counts exchanges,
        Counts items,
        Map<String, Long> noted,
        long time,
        long floor,
        long confirmed,
        long settled)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    public AccountReport {
        noted = Map.copyOf(noted);
    }
}
