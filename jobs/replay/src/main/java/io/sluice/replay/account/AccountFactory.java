package io.sluice.replay.account;

import io.sluice.replay.conduct.ReportsCoordinator;
import io.sluice.replay.wire.PartitionKeys;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator that keeps the account, and its coordinator. */
public final class AccountFactory extends AbstractStreamOperatorFactory<byte[]>
        implements OneInputStreamOperatorFactory<AccountRecord, byte[]>, CoordinatedOperatorFactory<byte[]> {

    private static final long serialVersionUID = 1L;

    private final String job;
    private final PartitionKeys keys;
    private final Outcomes outcomes;

    /**
     * @param job tells this job's conductor from those of others
     * @param outcomes which are handed on, as blocks of compressed lines
     */
    public AccountFactory(String job, PartitionKeys keys, Outcomes outcomes) {
        this.job = job;
        this.keys = keys;
        this.outcomes = outcomes;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // Flink's signature promises any type of operator; it is given the one it asked for
    public <T extends StreamOperator<byte[]>> T createStreamOperator(StreamOperatorParameters<byte[]> parameters) {
        OperatorID id = parameters.getStreamConfig().getOperatorID();
        return (T) new AccountOperator(
                parameters, parameters.getOperatorEventDispatcher().getOperatorEventGateway(id), keys, outcomes);
    }

    @Override
    public OperatorCoordinator.Provider getCoordinatorProvider(String name, OperatorID id) {
        return new ReportsCoordinator.Provider(id, job);
    }

    @Override
    public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader loader) {
        return AccountOperator.class;
    }
}
