package io.sluice.replay.send;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.conduct.SendLoad;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.StepItem;
import io.sluice.replay.wire.StepItemSerializer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
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
 * The sender in Flink's hands: event time says what is due, state keeps what is not settled.
 *
 * <p>Steps lie on the heap in the order of time. They go into state when a checkpoint finds them there, or when there are too
 * many of them; most come and go without touching it.
 */
final class SendOperator extends AbstractStreamOperator<AccountRecord>
        implements OneInputStreamOperator<StepItem, AccountRecord>, Settling {

    private static final long serialVersionUID = 1L;

    private static final long REPORT_MILLIS = 20;

    private static final MapStateDescriptor<String, StepItem> STEPS =
            new MapStateDescriptor<>("steps", Types.STRING, StepItemSerializer.TYPE);

    private final ReplaySpec spec;
    private final transient OperatorEventGateway coordinator;
    private final transient MailboxExecutor mailbox;
    private final transient TreeSet<Pending> waiting = new TreeSet<>();
    /** Those that are not in state. */
    private final transient Set<Pending> fresh = new HashSet<>();

    private transient MapState<String, StepItem> steps;
    private transient @Nullable RawHttp http;
    private transient BulkSender sender;
    private transient long passed;
    private transient long waitingBytes;

    @SuppressWarnings("NullAway.Init") // Flink initializes state and opens before anything is processed
    SendOperator(
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
        steps = context.getKeyedStateStore().getMapState(STEPS);
        this.<Integer>getKeyedStateBackend()
                .applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, STEPS, (key, state) -> {
                    for (Map.Entry<String, StepItem> step : state.entries()) {
                        Pending pending = new Pending(step.getValue(), key);
                        pending.stored = true;
                        await(pending);
                    }
                });
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the task ends
    public void open() throws Exception {
        super.open();
        http = RawHttps.open(
                spec.target(),
                RawHttpOptions.DEFAULT.withMaxConnections(spec.bounds().bulksInFlight() + 2));
        sender = new BulkSender(http, spec.bounds(), new OnMailbox(), this);
        getProcessingTimeService().scheduleAtFixedRate(now -> report(), 0, REPORT_MILLIS);
    }

    private void report() {
        coordinator.sendEventToCoordinator(new SendLoad(
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                sender.due(),
                sender.dueBytes(),
                waiting.size(),
                sender.retries(),
                sender.waitingFor()));
    }

    @Override
    public void processElement(StreamRecord<StepItem> element) throws Exception {
        Pending step = new Pending(element.getValue(), (Integer) getCurrentKey());
        fresh.add(step);
        if (step.exchange().millis() <= passed) {
            due(step); // its answer came late
            sender.pump();
        } else {
            await(step);
        }
    }

    private void await(Pending step) throws Exception {
        waiting.add(step);
        if (waitingBytes + step.bytes() <= spec.bounds().waitingBytes()) {
            waitingBytes += step.bytes();
        } else {
            store(step);
            step.drop();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        passed = mark.getTimestamp();
        while (!waiting.isEmpty() && waiting.first().exchange().millis() <= passed) {
            Pending step = waiting.first();
            waiting.remove(step);
            if (step.item() != null) {
                waitingBytes -= step.bytes();
            }
            due(step);
        }
        sender.pump();
        super.processWatermark(mark);
    }

    private void due(Pending step) {
        load(step);
        StepItem item = step.item();
        if (item == null) {
            throw new IllegalStateException("a step without its bytes: " + step.name());
        }
        if (item.step() instanceof Step.Write) {
            sender.due(step);
        } else if (item.step() instanceof Step.Ask) {
            settled(step, new Ruled(Verdict.UNKNOWN, "asks_not_sent_yet"));
        } else if (item.step() instanceof Step.Sweep) {
            settled(step, new Ruled(Verdict.UNKNOWN, "sweeps_not_done_yet"));
        } else {
            settled(step, new Ruled(Verdict.SKIPPED, "calls_not_sent_yet"));
        }
    }

    @Override
    public void load(Pending step) {
        if (step.item() == null) {
            setCurrentKey(step.key());
            try {
                step.restore(steps.get(step.name()));
            } catch (Exception e) {
                throw new IllegalStateException("cannot read step %s from the state".formatted(step.name()), e);
            }
        }
    }

    private void store(Pending step) throws Exception {
        if (!step.stored) {
            setCurrentKey(step.key());
            steps.put(step.name(), step.item());
            step.stored = true;
            fresh.remove(step);
        }
    }

    @Override
    public void settled(Pending step, Ruled ruled) {
        if (step.stored) {
            setCurrentKey(step.key());
            try {
                steps.remove(step.name());
            } catch (Exception e) {
                throw new IllegalStateException("cannot remove step %s from the state".formatted(step.name()), e);
            }
        } else {
            fresh.remove(step);
        }
        output.collect(new StreamRecord<>(new Outcome(step.exchange(), ruled)));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (Pending step : fresh) {
            setCurrentKey(step.key());
            steps.put(step.name(), step.item());
            step.stored = true;
        }
        fresh.clear();
    }

    /** How many steps are not settled. */
    int unsettled() {
        return waiting.size() + sender.due();
    }

    @Override
    public void close() throws Exception {
        if (http != null) {
            http.close();
        }
        super.close();
    }

    private final class OnMailbox implements TaskThread {
        @Override
        public void run(Runnable work) {
            try {
                mailbox.execute(work::run, "answer of the target");
            } catch (RejectedExecutionException e) {
                LOG.debug("an answer after the end", e);
            }
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // it runs, or the task has ended
        public void later(long millis, Runnable work) {
            long now = getProcessingTimeService().getCurrentProcessingTime();
            getProcessingTimeService().registerTimer(now + millis, at -> work.run());
        }
    }
}
