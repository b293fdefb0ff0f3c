package io.sluice.replay.assemble;

import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.capture.wire.Record;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.rewrite.NameChanges;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Assembly in Flink's hands. What is open lies on the heap and goes into state when a checkpoint finds it there, or when it
 * grows beyond its bound: most exchanges come and go without touching the state.
 *
 * <p>It lets time pass only as far as the rosters say that are in its own state, see {@link CaptureTime}.
 */
final class AssembleOperator extends AbstractStreamOperator<StepItem>
        implements OneInputStreamOperator<RawRecord, StepItem> {

    private static final long serialVersionUID = 1L;

    private static final long REACHED_MILLIS = 500;

    private static final ValueStateDescriptor<byte[]> PARTITION =
            new ValueStateDescriptor<>("partition", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    private static final MapStateDescriptor<String, byte[]> FRAGMENTS =
            new MapStateDescriptor<>("fragments", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final ReplaySpec spec;
    private final PartitionKeys keys;
    private final OutputTag<AccountRecord> account;
    private final transient Map<Integer, PartitionAssembly> partitions = new TreeMap<>();
    private transient ValueState<byte[]> partitionState;
    private transient MapState<String, byte[]> fragments;
    private transient Handover handover;
    private transient long passed;

    @SuppressWarnings("NullAway.Init") // Flink initializes the state before anything is processed
    AssembleOperator(
            StreamOperatorParameters<StepItem> parameters,
            ReplaySpec spec,
            PartitionKeys keys,
            OutputTag<AccountRecord> account) {
        super(parameters);
        this.spec = spec;
        this.keys = keys;
        this.account = account;
        this.passed = Long.MIN_VALUE;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        partitionState = context.getKeyedStateStore().getState(PARTITION);
        fragments = context.getKeyedStateStore().getMapState(FRAGMENTS);
        handover = new Handover(
                spec.rewriting().make(),
                spec.rewriting().isLoad()
                        ? null
                        : new NameChanges(spec.rewriting().rules())::of,
                spec.judging(),
                step -> output.collect(new StreamRecord<>(step, step.exchange().millis())),
                told -> output.collect(account, new StreamRecord<>(told)));
        getKeyedStateBackend()
                .applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, PARTITION, (key, state) -> {
                    PartitionAssembly assembly =
                            PartitionAssembly.of(state.value(), spec.bounds(), new InState(), handover);
                    partitions.put(assembly.partition(), assembly);
                });
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the task ends
    public void open() throws Exception {
        super.open();
        getProcessingTimeService().scheduleAtFixedRate(now -> look(), 0, REACHED_MILLIS);
    }

    private void look() throws Exception {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        for (PartitionAssembly partition : partitions.values()) {
            partition.tellReached(now);
            partition.tellWaitsFor();
        }
        passTheEnd(now);
    }

    /**
     * Where a capture has ended nothing comes that moves time, after a restart not even as far as it was. What began in its last
     * millisecond is then in front, too, and nothing more can become known of names that concerns its last writes: all that was read
     * was handed on before this. The least of all partitions counts, as one may be read up to an end behind which it goes on, while
     * another is read up to a later one.
     *
     * <p>A subtask to which no partition falls never hands anything on, so it holds no time either: by what it hears of others it
     * would hold what only their own ends let pass.
     */
    private void passTheEnd(long nowMillis) throws Exception {
        long end = Long.MAX_VALUE;
        for (int partition = 0; partition < spec.partitions(); partition++) {
            if (isMine(partition)) {
                PartitionAssembly assembly = partitions.get(partition);
                if (assembly == null || assembly.end(nowMillis) == 0) {
                    return;
                }
                end = Math.min(end, ExchangeRef.lastMilliAtEnd(assembly.end(nowMillis)));
            }
        }
        if (end > passed) {
            passed = end;
            super.processWatermark(new Watermark(end));
        }
    }

    private boolean isMine(int partition) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        keys.of(partition), task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks())
                == task.getIndexOfThisSubtask();
    }

    @Override
    public void processElement(StreamRecord<RawRecord> element) throws Exception {
        RawRecord raw = element.getValue();
        PartitionAssembly assembly = partitions.get(raw.partition());
        if (assembly == null) {
            assembly = new PartitionAssembly(raw.partition(), spec.bounds(), new InState(), handover);
            assembly.beginAt(spec.startOffset(raw.partition()));
            partitions.put(raw.partition(), assembly);
        }
        // A capture has no holes: nobody writes to its topic in transactions, and it is not compacted.
        if (raw.offset() != assembly.next()) {
            throw LostRecords.of(
                    spec.topic(), raw.partition(), assembly.next(), "; what comes next is offset " + raw.offset());
        }
        assembly.passed(raw.offset());
        Record record;
        try {
            record = RecordDecoder.decode(raw.key(), raw.value());
        } catch (UnreadableRecordException e) {
            LOG.warn("Set aside: offset {} of partition {}: {}", raw.offset(), raw.partition(), e.getMessage());
            handover.unreadable(raw.partition(), raw.offset(), String.valueOf(e.getMessage()));
            return;
        }
        assembly.read(record);
        if (assembly.heapBytes() * partitions.size() > spec.bounds().assemblyBytes()) {
            assembly.spill();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        long millis = mark.getTimestamp();
        for (PartitionAssembly assembly : partitions.values()) {
            millis = Math.min(millis, ExchangeRef.lastMilliBelow(assembly.time()));
        }
        if (millis > passed) {
            passed = millis;
            super.processWatermark(new Watermark(millis));
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (PartitionAssembly assembly : partitions.values()) {
            setCurrentKey(keys.of(assembly.partition()));
            partitionState.update(assembly.toBytes());
        }
    }

    /** The state of the partition whose key is the current one: always that of the record in hand, or of the one being written. */
    private final class InState implements FragmentStore {
        @Override
        public void put(String name, byte[] fragment) throws IOException {
            try {
                fragments.put(name, fragment);
            } catch (Exception e) {
                throw new IOException("cannot put a fragment into the state", e);
            }
        }

        @Override
        public byte[] get(String name) throws IOException {
            try {
                return fragments.get(name);
            } catch (Exception e) {
                throw new IOException("cannot get a fragment from the state", e);
            }
        }

        @Override
        public void remove(String name) throws IOException {
            try {
                fragments.remove(name);
            } catch (Exception e) {
                throw new IOException("cannot remove a fragment from the state", e);
            }
        }
    }
}
