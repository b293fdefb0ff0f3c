package io.sluice.replay.account;

import io.sluice.replay.account.AccountRecord.Unreadable;
import io.sluice.replay.outcome.GzipBlock;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.PartitionKeys;
import java.io.ByteArrayOutputStream;
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
 *
 * <p>Hands on a line for each settled exchange, if it is wanted, in blocks of {@link GzipBlock}. None is left behind when a
 * checkpoint is taken, so lines and counts are of the same exchanges.
 */
final class AccountOperator extends AbstractStreamOperator<byte[]>
        implements OneInputStreamOperator<AccountRecord, byte[]> {

    private static final long serialVersionUID = 1L;

    private static final long REPORT_MILLIS = 100;
    private static final int REPORTS_PER_BREAKDOWN = 10;

    private static final ValueStateDescriptor<byte[]> IMAGE =
            new ValueStateDescriptor<>("account", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final transient OperatorEventGateway coordinator;
    private final PartitionKeys keys;
    private final Outcomes outcomes;
    private final transient GzipBlock block = new GzipBlock();
    private final transient LineBuffer line = new LineBuffer();
    private final transient Map<Integer, PartitionAccount> accounts = new TreeMap<>();
    private transient ValueState<byte[]> image;
    private transient long reports;
    private transient long settledAtBreakdown;

    @SuppressWarnings("NullAway.Init") // Flink initializes the state before anything is processed
    AccountOperator(
            StreamOperatorParameters<byte[]> parameters,
            OperatorEventGateway coordinator,
            PartitionKeys keys,
            Outcomes outcomes) {
        super(parameters);
        this.coordinator = coordinator;
        this.keys = keys;
        this.outcomes = outcomes;
    }

    /** Shows its bytes without a copy. */
    private static final class LineBuffer extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        image = context.getKeyedStateStore().getState(IMAGE);
        getKeyedStateBackend()
                .applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, IMAGE, (key, state) -> {
                    PartitionAccount account = PartitionAccount.of(state.value(), this::closed);
                    accounts.put(account.partition(), account);
                });
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the task ends
    public void open() throws Exception {
        super.open();
        AccountMetrics metrics = new AccountMetrics(getMetricGroup());
        getProcessingTimeService()
                .scheduleAtFixedRate(
                        now -> {
                            report();
                            metrics.show(accounts.values(), now);
                        },
                        0,
                        REPORT_MILLIS);
    }

    /** What is larger, and asked for less, goes with every tenth. */
    private void report() {
        long settled =
                accounts.values().stream().mapToLong(PartitionAccount::settled).sum();
        boolean whole = reports++ % REPORTS_PER_BREAKDOWN == 0 && (reports == 1 || settled != settledAtBreakdown);
        if (whole) {
            settledAtBreakdown = settled;
        }
        if (!accounts.isEmpty()) {
            coordinator.sendEventToCoordinator(new AccountReports(accounts.values().stream()
                    .map(account -> account.report(whole))
                    .toList()));
        }
    }

    private void closed(ExchangeRef ref, Unsettled exchange) {
        if (outcomes == Outcomes.ALL || (outcomes == Outcomes.NOTABLE && exchange.isNotable())) {
            line.reset();
            OutcomeLine.write(ref, exchange, line);
            handOn();
        }
    }

    private void setAside(Unreadable record) {
        if (outcomes != Outcomes.NONE) {
            line.reset();
            OutcomeLine.write(record, line);
            handOn();
        }
    }

    private void handOn() {
        block.add(line.bytes(), line.size());
        if (block.isFull()) {
            output.collect(new StreamRecord<>(block.take()));
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        super.prepareSnapshotPreBarrier(checkpoint);
        if (!block.isEmpty()) {
            output.collect(new StreamRecord<>(block.take()));
        }
    }

    @Override
    public void processElement(StreamRecord<AccountRecord> element) {
        AccountRecord record = element.getValue();
        PartitionAccount account = accounts.get(record.partition());
        if (account == null) {
            account = new PartitionAccount(record.partition(), this::closed);
            accounts.put(record.partition(), account);
        }
        account.take(record);
        if (record instanceof Unreadable unreadable) {
            setAside(unreadable);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (PartitionAccount account : accounts.values()) {
            setCurrentKey(keys.of(account.partition()));
            image.update(account.toBytes());
        }
    }

    @Override
    public void close() throws Exception {
        block.close();
        super.close();
    }
}
