package io.sluice.replay.send;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.ask.IndexCopy;
import io.sluice.replay.ask.SourceReading;
import io.sluice.replay.conduct.BarrierOrder;
import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.conduct.SendLoad;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.StepItem;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
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
        implements OneInputStreamOperator<StepItem, AccountRecord>, Settling, OperatorEventHandler {

    private static final long serialVersionUID = 1L;

    private static final long REPORT_MILLIS = 20;

    /** A document may have as many bytes as a request that carries it. */
    private static final int LONGEST_SOURCE_ANSWER = 256 << 20;

    private final ReplaySpec spec;
    private final transient OperatorEventGateway coordinator;
    private final transient MailboxExecutor mailbox;
    private final transient TreeSet<Pending> waiting = new TreeSet<>();

    private transient StepStore steps;
    private transient CallRoad calls;
    private transient @Nullable RawHttp http;
    private transient @Nullable RawHttp source;
    private transient BulkSender sender;
    private transient Asker asker;
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
        steps = new StepStore(this.<Integer>getKeyedStateBackend(), context.getKeyedStateStore());
        TaskThread thread = new MailboxThread(mailbox, getProcessingTimeService());
        http = RawHttps.open(
                spec.target(),
                RawHttpOptions.DEFAULT.withMaxConnections(spec.bounds().bulksInFlight() + 2));
        source = RawHttps.open(spec.source(), ofSource());
        openRoads(http, source, thread);
        calls = new CallRoad(this.<Integer>getKeyedStateBackend(), context.getKeyedStateStore(), this, http, thread);
        steps.restore(this::await);
    }

    private void openRoads(RawHttp toTarget, RawHttp toSource, TaskThread thread) {
        RewriteRules rules = spec.rewriting().rules();
        IndexCopy definitions = new IndexCopy(toSource, rules, spec.migration());
        sender = new BulkSender(toTarget, definitions, spec.bounds(), thread, this);
        asker = new Asker(
                new SourceReading(toSource, rules),
                rules,
                spec.bounds(),
                getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
                thread,
                this,
                sender::dueNow);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the task ends
    public void open() throws Exception {
        super.open();
        getProcessingTimeService().scheduleAtFixedRate(now -> report(), 0, REPORT_MILLIS);
    }

    private RawHttpOptions ofSource() {
        RawHttpOptions usual = RawHttpOptions.DEFAULT;
        return new RawHttpOptions(
                spec.bounds().asksInFlight() + 2,
                usual.maxWaiting(),
                usual.connectTimeout(),
                usual.idleTimeout(),
                LONGEST_SOURCE_ANSWER,
                usual.gzip(),
                usual.ioThreads());
    }

    private void report() {
        sender.giveUpMissing(calls::isInVain);
        boolean isFull = asker.held() >= spec.bounds().mostHeld();
        coordinator.sendEventToCoordinator(new SendLoad(
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                isFull ? Math.max(sender.due(), spec.mostDue()) : sender.due(), // stops the clock
                sender.dueBytes(),
                waiting.size(),
                sender.retries(),
                waitingFor(),
                passed));
        calls.report(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(), passed, coordinator);
    }

    private String waitingFor() {
        return Stream.of(sender.waitingFor(), calls.waitingFor(), asker.waitingFor())
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
    }

    @Override
    public void processElement(StreamRecord<StepItem> element) throws Exception {
        if (calls.announced(element.getValue(), (Integer) getCurrentKey())) {
            return;
        }
        Pending step = new Pending(element.getValue(), (Integer) getCurrentKey());
        steps.arrived(step);
        if (step.exchange().millis() <= passed) {
            due(step); // its answer came late
            pump();
        } else {
            await(step);
        }
    }

    private void await(Pending step) {
        waiting.add(step);
        keep(step);
    }

    /** Leaves its bytes on the heap while there is room. */
    private void keep(Pending step) {
        if (waitingBytes + step.bytes() <= spec.bounds().waitingBytes()) {
            waitingBytes += step.bytes();
        } else {
            steps.put(step);
            step.drop();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        passed = mark.getTimestamp();
        while (!waiting.isEmpty() && waiting.first().exchange().millis() <= passed) {
            Pending step = waiting.first();
            waiting.remove(step);
            unkeep(step);
            due(step);
        }
        pump();
        super.processWatermark(mark);
    }

    /** Its time has come, and it is not waiting with the others any more. */
    private void due(Pending step) {
        load(step);
        StepItem item = step.item();
        if (item == null) {
            throw new IllegalStateException("a step without its bytes: " + step.name());
        }
        if (item.step() instanceof Step.Call) {
            calls.due(step);
        } else if (item.step() instanceof Step.Read) {
            settled(step, new Ruled(Verdict.SKIPPED, "reads_not_sent_yet"));
        } else if (calls.holds(step)) {
            keep(step);
        } else {
            go(step, item);
        }
    }

    /** Nothing holds it. */
    private void go(Pending step, StepItem item) {
        if (item.step() instanceof Step.Write) {
            sender.due(step);
        } else if (item.step() instanceof Step.Ask ask) {
            asker.due(step, ask);
        } else {
            settled(step, new Ruled(Verdict.UNKNOWN, "sweeps_not_done_yet"));
        }
    }

    @Override
    public void load(Pending step) {
        steps.load(step);
    }

    private void unkeep(Pending step) {
        if (step.item() != null) {
            waitingBytes -= step.bytes();
        }
    }

    @Override
    public void settled(Pending step, Ruled ruled) {
        if (step.asker != null) {
            step.asker.accept(ruled);
            return;
        }
        if (calls.settled(step)) {
            String what = ruled.verdict() == Verdict.FAILED ? "kept_deletes_failed" : "kept_deletes_done_again";
            output.collect(new StreamRecord<>(new Noted(step.exchange().partition(), what)));
            return;
        }
        steps.remove(step);
        output.collect(new StreamRecord<>(new Outcome(step.exchange(), ruled)));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        steps.snapshot();
    }

    @Override
    public void handleOperatorEvent(OperatorEvent event) {
        if (event instanceof OpenBackfills open) {
            calls.told(open);
        } else if (event instanceof BarrierOrder order) {
            calls.told(order);
        } else {
            throw new IllegalArgumentException("not for a sender: " + event);
        }
    }

    /** Takes writes whose time had come already. */
    void send(List<Pending> writes) {
        sender.dueNow(writes);
    }

    /** Goes on with what a barrier held. */
    void passed(Scope scope, List<Pending> released) {
        sender.forget(scope);
        for (Pending step : released) {
            unkeep(step);
            due(step);
        }
        pump();
    }

    private void pump() {
        sender.pump();
        asker.pump();
    }

    /** How many steps are not settled, and writes that came of them. */
    int unsettled() {
        return waiting.size() + sender.due() + asker.held() + calls.waiting();
    }

    @Override
    public void close() throws Exception {
        if (http != null) {
            http.close();
        }
        if (source != null) {
            source.close();
        }
        super.close();
    }
}
