package io.sluice.replay.load;

import io.sluice.cluster.GzipPolicy;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.conduct.SendLoad;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.send.MailboxThread;
import io.sluice.replay.wire.StepItem;
import io.sluice.replay.wire.StepItemSerializer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * The sender of requests as they were captured, in Flink's hands: event time says what is due, state keeps what has no answer. After a crash
 * what had none at the checkpoint is sent again, in the same order.
 */
final class LoadOperator extends AbstractStreamOperator<AccountRecord>
        implements OneInputStreamOperator<StepItem, AccountRecord>, OperatorEventHandler {

    private static final long serialVersionUID = 1L;

    private static final long REPORT_MILLIS = 20;
    private static final int LONGEST_ANSWER = 16 << 20;

    private static final MapStateDescriptor<String, StepItem> REQUESTS =
            new MapStateDescriptor<>("requests", Types.STRING, StepItemSerializer.TYPE);

    private final ReplaySpec spec;
    private final transient OperatorEventGateway coordinator;
    private final transient MailboxExecutor mailbox;
    private final transient TreeSet<Queued> waiting = new TreeSet<>();
    /** Those that are not in state. */
    private final transient Set<Queued> fresh = new HashSet<>();

    private transient MapState<String, StepItem> requests;
    private transient @Nullable RawHttp http;
    private transient Lines lines;
    private transient long passed;
    private transient long heapBytes;

    @SuppressWarnings("NullAway.Init") // Flink initializes state and opens before anything is processed
    LoadOperator(
            StreamOperatorParameters<AccountRecord> parameters, ReplaySpec spec, OperatorEventGateway coordinator) {
        super(parameters);
        this.spec = spec;
        this.coordinator = coordinator;
        this.mailbox = parameters.getMailboxExecutor();
        this.passed = Long.MIN_VALUE;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        requests = context.getKeyedStateStore().getMapState(REQUESTS);
        http = RawHttps.open(
                spec.target(),
                RawHttpOptions.DEFAULT
                        .withMaxConnections(Lines.MOST_UNDER_WAY)
                        .withMaxAnswerBytes(LONGEST_ANSWER)
                        .withGzip(GzipPolicy.OFF)); // bodies are as they were captured
        lines = new Lines(http, new MailboxThread(mailbox, getProcessingTimeService()), this::load, this::settled);
        this.<Integer>getKeyedStateBackend()
                .applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, REQUESTS, (key, state) -> {
                    for (Map.Entry<String, StepItem> request : state.entries()) {
                        Queued queued = new Queued(request.getValue(), key);
                        queued.stored = true;
                        await(queued);
                    }
                });
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the task ends
    public void open() throws Exception {
        super.open();
        getProcessingTimeService().scheduleAtFixedRate(now -> report(), 0, REPORT_MILLIS);
    }

    private void report() {
        coordinator.sendEventToCoordinator(new SendLoad(
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                lines.due(),
                lines.dueBytes(),
                waiting.size(),
                lines.retries(),
                lines.waitingFor(),
                passed));
    }

    @Override
    public void processElement(StreamRecord<StepItem> element) throws Exception {
        Queued queued = new Queued(element.getValue(), (Integer) getCurrentKey());
        fresh.add(queued);
        await(queued);
        if (queued.exchange().millis() <= passed) {
            release(); // its answer came late
        }
    }

    /** Leaves its bytes on the heap while there is room. */
    private void await(Queued queued) throws Exception {
        waiting.add(queued);
        if (heapBytes + queued.bytes() <= spec.bounds().waitingBytes()) {
            heapBytes += queued.bytes();
        } else {
            store(queued);
            queued.item = null;
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        passed = mark.getTimestamp();
        release();
        super.processWatermark(mark);
    }

    private void release() {
        while (!waiting.isEmpty() && waiting.first().exchange().millis() <= passed) {
            Queued first = waiting.first();
            waiting.remove(first);
            if (first.item != null) {
                heapBytes -= first.bytes();
            }
            lines.due(first);
        }
        lines.pump();
    }

    private Step.Whole load(Queued queued) {
        StepItem item = queued.item;
        if (item == null) {
            setCurrentKey(queued.key());
            try {
                item = requests.get(queued.name());
            } catch (Exception e) {
                throw new IllegalStateException("cannot read request %s from the state".formatted(queued.name()), e);
            }
            queued.item = item;
        }
        if (item != null && item.step() instanceof Step.Whole whole) {
            return whole;
        }
        throw new IllegalStateException("expected request %s but found %s".formatted(queued.name(), item));
    }

    private void store(Queued queued) throws Exception {
        if (!queued.stored) {
            setCurrentKey(queued.key());
            requests.put(queued.name(), queued.item);
            queued.stored = true;
            fresh.remove(queued);
        }
    }

    private void settled(Queued queued, Ruled ruled) {
        if (queued.stored) {
            setCurrentKey(queued.key());
            try {
                requests.remove(queued.name());
            } catch (Exception e) {
                throw new IllegalStateException("cannot remove request %s from the state".formatted(queued.name()), e);
            }
        } else {
            fresh.remove(queued);
        }
        output.collect(new StreamRecord<>(new Outcome(queued.exchange(), ruled, null)));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (Queued queued : Set.copyOf(fresh)) {
            store(queued);
        }
    }

    @Override
    public void handleOperatorEvent(OperatorEvent event) {
        // Barriers and backfills are no matter of load.
    }

    @Override
    public void close() throws Exception {
        if (http != null) {
            http.close();
        }
        super.close();
    }
}
