package io.sluice.replay.send;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Outcomes;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.compare.Comparison;
import io.sluice.replay.conduct.BarrierOrder;
import io.sluice.replay.conduct.NamesSeen;
import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.conduct.SendLoad;
import io.sluice.replay.conduct.WritesSettled;
import io.sluice.replay.conduct.WritesSoFar;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.StepItem;
import io.sluice.source.IndexCopy;
import io.sluice.source.SourceReading;
import io.sluice.source.SweepReading;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.TaskInfo;
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

    /** A read that comes so much later than its time is answered from another state than the source had. */
    private static final long LATE_MILLIS = 1_000;

    /** More than what an answer of the source may have that is compared. */
    private static final int LONGEST_READ_ANSWER = 8 << 20;

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
    private transient Sweeper sweeper;
    private transient Doubts doubts;
    private transient BypassRoad bypass;
    private transient @Nullable RawHttp readsHttp;
    private transient ReadSender reads;
    private transient SendMetrics shown;
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
        source = SourceHttp.open(spec);
        readsHttp = RawHttps.open(
                spec.target(),
                RawHttpOptions.DEFAULT
                        .withMaxConnections(ReadSender.Limits.DEFAULT.inFlight())
                        .withMaxAnswerBytes(LONGEST_READ_ANSWER));
        reads = readSender(readsHttp, thread); // at once: whoever closes the one ends the other
        IndexCopy definitions = new IndexCopy(source, spec.rewriting().rules(), spec.migration());
        SweptIndices swept = new SweptIndices(this.<Integer>getKeyedStateBackend(), context.getKeyedStateStore());
        TaskInfo task = getRuntimeContext().getTaskInfo();
        bypass = new BypassRoad(
                spec.rewriting().rules(),
                spec.looks(),
                task.getIndexOfThisSubtask(),
                Domains.keyOf(
                        task.getIndexOfThisSubtask(),
                        task.getNumberOfParallelSubtasks(),
                        task.getMaxNumberOfParallelSubtasks()),
                coordinator,
                context.getOperatorStateStore());
        openRoads(http, source, definitions, swept, thread);
        calls = new CallRoad(
                this.<Integer>getKeyedStateBackend(),
                context.getKeyedStateStore(),
                this,
                http,
                new IndexMaking(http, definitions),
                thread);
        doubts = new Doubts(this, sender, asker, spec, context.getOperatorStateStore());
        steps.restore(this::await);
    }

    private void openRoads(
            RawHttp toTarget, RawHttp toSource, IndexCopy definitions, SweptIndices swept, TaskThread thread) {
        RewriteRules rules = spec.rewriting().rules();
        sender = new BulkSender(toTarget, definitions, spec.bounds(), thread, this);
        AskRate rate = new AskRate(
                spec.bounds().asksPerSecond()
                        / getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
                thread);
        asker = new Asker(
                new SourceReading(toSource, rules),
                rules,
                spec.bounds(),
                rate,
                thread,
                this,
                sender::dueNow,
                () -> sender.dueBytes() <= spec.mostDueBytes());
        sweeper = new Sweeper(
                new SweepReading(toSource, toTarget, rules),
                rules,
                rate,
                swept,
                thread,
                new SweepRoad(this, coordinator));
    }

    private ReadSender readSender(RawHttp toTarget, TaskThread thread) {
        Comparison comparison = new Comparison(index -> {
            String name = spec.rewriting().targetName(index);
            return name == null ? index : name;
        });
        boolean hasFiles = spec.judging().outcomes() != Outcomes.NONE;
        return new ReadSender(
                toTarget,
                new ReadJudge(comparison, hasFiles),
                ReadSender.Limits.DEFAULT,
                Cursors.Limits.DEFAULT.atSpeed(spec.speed()),
                thread,
                this::over);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the task ends
    public void open() throws Exception {
        super.open();
        shown = new SendMetrics(getMetricGroup());
        getProcessingTimeService().scheduleAtFixedRate(now -> report(), 0, REPORT_MILLIS);
    }

    private void report() {
        if (calls.hasDeletions()) {
            sender.giveUpMissing(calls::lastDeletion);
            putBehindPatterns();
        }
        sender.pump();
        asker.pump(); // there may be room
        // Sweeps do not count: what they wait for may lie behind the time at which the clock would stop for them.
        boolean isFull = asker.held() >= spec.bounds().mostHeld();
        coordinator.sendEventToCoordinator(new SendLoad(
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                isFull ? Math.max(sender.due(), spec.mostDue() + 1) : sender.due(), // stops the clock
                sender.dueBytes(),
                calls.held(),
                sender.withoutIndex(),
                waiting.size(),
                sender.retries(),
                waitingFor(),
                passed));
        shown.show(new SendMetrics.Shown(
                sender.sent(), reads.sent(), sender.sentBytes(), sender.due(), waiting.size(), sender.retries()));
        bypass.report();
        calls.report(
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(), passed, doubts::certainMillis, coordinator);
    }

    /** What waits for an index that a pattern may delete: whether it did, the source knows afterwards. Else each would wait for the other. */
    private void putBehindPatterns() {
        for (Pending step : sender.takeMissing(calls::lastByPattern)) {
            askInstead(step);
            calls.putBehind(Objects.requireNonNull(calls.lastByPattern(BulkSender.indexOf(step))), step);
            if (step.item() != null) {
                keep(step);
            }
        }
    }

    private String waitingFor() {
        return Stream.of(sender.waitingFor(), calls.waitingFor(), asker.waitingFor(), sweeper.waitingFor())
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
    }

    @Override
    public void processElement(StreamRecord<StepItem> element) throws Exception {
        if (doubts.learned(element.getValue()) || calls.announced(element.getValue(), (Integer) getCurrentKey())) {
            return;
        }
        Pending step = new Pending(element.getValue(), (Integer) getCurrentKey());
        steps.arrived(step);
        if (step.exchange().millis() <= passed) {
            due(step); // its answer came late
            if (step.isWrite()) {
                sender.pump();
            } else {
                pump();
            }
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
        doubts.passed(passed);
        pump();
        super.processWatermark(mark);
    }

    /** Its time has come, and it is not waiting with the others any more. */
    private void due(Pending step) {
        if (step.isWrite()
                && step.item() == null
                && !doubts.concern(step)) { // its bytes stay in state until it is sent
            if (!calls.holds(step)) {
                sender.due(step);
            }
            return;
        }
        StepItem item = steps.item(step);
        if (item.step() instanceof Step.Call) {
            calls.due(step);
        } else if (item.step() instanceof Step.Read read) {
            reads.due(step, read, passed - step.exchange().millis() > LATE_MILLIS);
        } else if (calls.holds(step)) {
            keep(step);
        } else {
            go(step, item);
        }
    }

    @Override
    public void askAgain(List<Pending> questions) {
        questions.forEach(step -> go(step, steps.item(step)));
        asker.pump();
    }

    /** Nothing holds it. */
    private void go(Pending step, StepItem item) {
        if (doubts.takes(step, item.step(), passed)) {
            return;
        }
        if (item.step() instanceof Step.Write) {
            sender.due(step);
        } else if (item.step() instanceof Step.Ask ask
                && !spec.rewriting().rules().liveSource()) {
            settled(step, new Ruled(Verdict.UNKNOWN, ask.reason().rule()));
        } else if (item.step() instanceof Step.Ask ask) {
            asker.due(step, ask);
        } else if (item.step() instanceof Step.Sweep sweep) {
            sweeper.due(step, sweep);
        } else {
            throw new IllegalArgumentException("not for a sender: " + item.step());
        }
    }

    @Override
    public void load(Pending step) {
        steps.load(step);
    }

    @Override
    public void unload(Pending step) {
        if (step.origin == null && !step.kept) { // those are not in state as steps
            steps.put(step);
            step.drop();
        }
    }

    private void unkeep(Pending step) {
        if (step.item() != null) {
            waitingBytes -= step.bytes();
        }
    }

    @Override
    public void settled(Pending step, Ruled ruled) {
        bypass.superseded(step);
        if (step.origin != null) {
            calls.done(step);
            bypass.answered(step, ruled);
            step.tellRefusal(ruled);
            step.origin.settled(ruled);
            return;
        }
        if (doubts.keeps(step, ruled, passed)) {
            return;
        }
        if (calls.settled(step)) {
            String what = ruled.verdict() == Verdict.FAILED ? Noted.DELETE_FAILED : Noted.DELETED_AGAIN;
            output.collect(new StreamRecord<>(new Noted(step.exchange().partition(), what)));
            return;
        }
        bypass.settled(step);
        boolean hasFiles = spec.judging().outcomes() != Outcomes.NONE;
        over(step, new Outcome(step.exchange(), ruled, hasFiles ? Failures.of(step, ruled) : null));
    }

    /** It is done with: takes it out of state, and tells the account. */
    private void over(Pending step, AccountRecord record) {
        steps.remove(step);
        output.collect(new StreamRecord<>(record));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        doubts.snapshot();
        steps.snapshot();
        bypass.snapshot();
    }

    @Override
    public void handleOperatorEvent(OperatorEvent event) {
        if (event instanceof OpenBackfills open) {
            calls.told(open);
            sweeper.told(open);
        } else if (event instanceof WritesSettled settled) {
            sweeper.settledBelow(settled.stamp());
        } else if (event instanceof BarrierOrder order) {
            calls.told(order);
        } else if (event instanceof WritesSoFar writes) {
            reads.told(writes);
        } else if (event instanceof NamesSeen seen) {
            doubts.learn(seen.effects());
        } else if (!bypass.told(event, sweeper)) {
            throw new IllegalArgumentException("not for a sender: " + event);
        }
    }

    /** Takes writes whose time had come already. */
    void send(List<Pending> writes) {
        sender.dueNow(writes);
    }

    BypassRoad bypass() {
        return bypass;
    }

    CallRoad calls() {
        return calls;
    }

    /** Goes on with what a barrier held. */
    void passed(Holding.Passed barrier) {
        sender.forget(barrier.scope());
        if (!barrier.deletion().isNone()) {
            sweeper.forget(barrier.deletion());
            bypass.forget(barrier.deletion());
        }
        barrier.overlapping().forEach(this::askInstead);
        for (Pending step : barrier.released()) {
            unkeep(step);
            due(step);
        }
        pump();
    }

    /** Its number may be of the index that was deleted, or of the one that came after it. */
    private void askInstead(Pending step) {
        boolean isOnHeap = step.item() != null;
        Step.Ask ask = FromSource.ofWhichever(steps.item(step).step());
        if (ask != null) {
            step.become(ask);
            steps.replace(step);
        }
        if (!isOnHeap) {
            step.drop();
        }
    }

    private void pump() {
        sender.pump();
        asker.pump();
        sweeper.pump();
    }

    /** How many steps are not settled, and writes that came of them. */
    int unsettled() {
        return waiting.size()
                + sender.unsettled()
                + asker.held()
                + sweeper.held()
                + calls.waiting()
                + reads.unsettled()
                + doubts.size();
    }

    @Override
    public void close() throws Exception {
        if (http != null) {
            http.close();
        }
        if (source != null) {
            source.close();
        }
        if (readsHttp != null) {
            reads.end();
            readsHttp.close();
        }
        super.close();
    }
}
