package io.sluice.replay.account;

import io.sluice.replay.wire.PartitionKeys;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the accounts of this subtask's partitions. They lie on the heap, where counting is cheap, and are written into
 * keyed state when a checkpoint is taken.
 */
final class AccountOperator extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<AccountRecord, Void> {

    private static final long serialVersionUID = 1L;

    private static final long REPORT_MILLIS = 100;

    private static final ValueStateDescriptor<byte[]> IMAGE =
            new ValueStateDescriptor<>("account", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final transient OperatorEventGateway coordinator;
    private final PartitionKeys keys;
    private final transient Map<Integer, PartitionAccount> accounts = new TreeMap<>();
    private transient ValueState<byte[]> image;

    @SuppressWarnings("NullAway.Init") // Flink initializes the state before anything is processed
    AccountOperator(StreamOperatorParameters<Void> parameters, OperatorEventGateway coordinator, PartitionKeys keys) {
        super(parameters);
        this.coordinator = coordinator;
        this.keys = keys;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        image = context.getKeyedStateStore().getState(IMAGE);
        getKeyedStateBackend()
                .applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, IMAGE, (key, state) -> {
                    PartitionAccount account = PartitionAccount.of(state.value());
                    accounts.put(account.partition(), account);
                });
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the task ends
    public void open() throws Exception {
        super.open();
        getProcessingTimeService().scheduleAtFixedRate(now -> report(), 0, REPORT_MILLIS);
    }

    private void report() {
        accounts.values().forEach(account -> coordinator.sendEventToCoordinator(account.report()));
    }

    @Override
    public void processElement(StreamRecord<AccountRecord> element) {
        AccountRecord record = element.getValue();
        accounts.computeIfAbsent(record.partition(), PartitionAccount::new).take(record);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (PartitionAccount account : accounts.values()) {
            setCurrentKey(keys.of(account.partition()));
            image.update(account.toBytes());
        }
    }
}
