package io.sluice.replay.load;

import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.conduct.SendCoordinator;
import io.sluice.replay.send.Domains;
import io.sluice.replay.wire.StepItem;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator that sends requests as they were captured, and its coordinator. */
public final class LoadFactory extends AbstractStreamOperatorFactory<AccountRecord>
        implements OneInputStreamOperatorFactory<StepItem, AccountRecord>, CoordinatedOperatorFactory<AccountRecord> {

    private static final long serialVersionUID = 1L;

    private final ReplaySpec spec;

    public LoadFactory(ReplaySpec spec) {
        this.spec = spec;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // Flink's signature promises any type of operator; it is given the one it asked for
    public <T extends StreamOperator<AccountRecord>> T createStreamOperator(
            StreamOperatorParameters<AccountRecord> parameters) {
        OperatorID id = parameters.getStreamConfig().getOperatorID();
        LoadOperator operator = new LoadOperator(
                parameters, spec, parameters.getOperatorEventDispatcher().getOperatorEventGateway(id));
        parameters.getOperatorEventDispatcher().registerEventHandler(id, operator);
        return (T) operator;
    }

    @Override
    public OperatorCoordinator.Provider getCoordinatorProvider(String name, OperatorID id) {
        return new SendCoordinator.Provider(id, spec, Domains.COUNT);
    }

    @Override
    public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader loader) {
        return LoadOperator.class;
    }
}
