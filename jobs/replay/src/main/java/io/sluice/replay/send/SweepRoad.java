package io.sluice.replay.send;

import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.conduct.SweepWaits;
import io.sluice.source.IndexSweep;
import java.util.List;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.jspecify.annotations.Nullable;

/** What is around the sweeper of a sender. Belongs to the task's thread. */
final class SweepRoad implements Sweeper.Surroundings {

    private final SendOperator operator;
    private final OperatorEventGateway coordinator;

    SweepRoad(SendOperator operator, OperatorEventGateway coordinator) {
        this.operator = operator;
        this.coordinator = coordinator;
    }

    @Override
    public void write(List<Pending> writes) {
        operator.send(writes);
    }

    @Override
    public void settled(Pending step, Ruled ruled) {
        operator.settled(step, ruled);
    }

    @Override
    public void began(@Nullable String index) {
        operator.calls().began(index);
    }

    @Override
    public void ended(@Nullable String index) {
        operator.calls().ended(index);
    }

    @Override
    public void swept(SweepBacklog backlog, IndexSweep sweep) {
        operator.bypass().swept(backlog, sweep);
    }

    @Override
    public void awaitSettled(long stamp) {
        int subtask = operator.getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        coordinator.sendEventToCoordinator(new SweepWaits(subtask, stamp));
    }
}
