package io.sluice.replay.account;

import java.util.List;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/** What the coordinator is told of all partitions of a subtask, at one moment. One message costs as much as one of a single partition. */
public record AccountReports(List<AccountReport> partitions) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    public AccountReports {
        partitions = List.copyOf(partitions);
    }
}
