package io.sluice.replay.assemble;

import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.util.OutputTag;

/** Makes the operator that puts exchanges together. */
public final class AssembleFactory extends AbstractStreamOperatorFactory<StepItem>
        implements OneInputStreamOperatorFactory<RawRecord, StepItem> {

    private static final long serialVersionUID = 1L;

    private final ReplaySpec spec;
    private final PartitionKeys keys;
    private final OutputTag<AccountRecord> account;

    /** @param account where goes what only the account wants to know */
    public AssembleFactory(ReplaySpec spec, PartitionKeys keys, OutputTag<AccountRecord> account) {
        this.spec = spec;
        this.keys = keys;
        this.account = account;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // Flink's signature promises any type of operator; it is given the one it asked for
    public <T extends StreamOperator<StepItem>> T createStreamOperator(StreamOperatorParameters<StepItem> parameters) {
        return (T) new AssembleOperator(parameters, spec, keys, account);
    }

    @Override
    public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader loader) {
        return AssembleOperator.class;
    }
}
