package io.sluice.replay.conduct;

import io.sluice.replay.account.AccountReports;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.jspecify.annotations.Nullable;

/** Hands what subtasks report to the job's {@link Conductor}. Keeps nothing: subtasks report again after a failure. */
public final class ReportsCoordinator implements OperatorCoordinator {

    private final Conductor conductor;
    /** Of each subtask the attempt that counts: reports of one that has failed tell of what has to be done again. */
    private final Map<Integer, Integer> attempts = new HashMap<>();

    private ReportsCoordinator(String job) {
        this.conductor = Conductor.join(job);
        conductor.forgetCurrent(); // of the job before it was scaled, while others of that have not left
    }

    @Override
    public void start() {}

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
        if (!(event instanceof AccountReports reports)) {
            throw new IllegalArgumentException("no reports: " + event);
        }
        if (Integer.valueOf(attempt).equals(attempts.get(subtask))) {
            reports.partitions().forEach(conductor::heard);
        }
    }

    @Override
    public void checkpointCoordinator(long checkpoint, CompletableFuture<byte[]> result) {
        result.complete(new byte[0]);
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {}

    @Override
    public void resetToCheckpoint(long checkpoint, byte @Nullable [] data) {
        attempts.clear();
        conductor.forgetCurrent();
    }

    @Override
    public void subtaskReset(int subtask, long checkpoint) {
        gone(subtask);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {
        gone(subtask);
    }

    private void gone(int subtask) {
        attempts.remove(subtask);
        conductor.forgetCurrent();
    }

    @Override
    public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {
        attempts.put(subtask, attempt);
    }

    @Override
    public void close() {
        conductor.leave();
    }

    /** Makes one wherever the JobMaster runs. */
    public static final class Provider implements OperatorCoordinator.Provider {

        private static final long serialVersionUID = 1L;

        private final OperatorID operator;
        private final String job;

        public Provider(OperatorID operator, String job) {
            this.operator = operator;
            this.job = job;
        }

        @Override
        public OperatorID getOperatorId() {
            return operator;
        }

        @Override
        public OperatorCoordinator create(OperatorCoordinator.Context context) {
            return new ReportsCoordinator(job);
        }
    }
}
