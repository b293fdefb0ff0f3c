package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.conduct.HeldBarriers;
import io.sluice.replay.conduct.HeldBarriers.Held;
import io.sluice.replay.conduct.SendLoad;
import io.sluice.replay.conduct.SweepWaits;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The senders of one job in one thread, with a test in the place of their coordinator. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
final class Senders implements AutoCloseable {

    private static final PartitionKeys KEYS = new PartitionKeys(Domains.COUNT, Domains.COUNT);
    private static final long TICK_MILLIS = 20;
    private static final URI NOWHERE = URI.create("file:///nowhere");

    private static final class Sender {
        final List<OperatorEvent> reports = new ArrayList<>();
        final KeyedOneInputStreamOperatorTestHarness<Integer, StepItem, AccountRecord> harness;

        Sender(ReplaySpec spec, int parallelism, int subtask) throws Exception {
            harness = new KeyedOneInputStreamOperatorTestHarness<>(
                    new Factory(spec, reports), new Domains(KEYS), Types.INT, Domains.COUNT, parallelism, subtask);
        }

        SendOperator operator() {
            return (SendOperator) harness.getOperator();
        }

        HeldBarriers barriers() {
            return reports.stream()
                    .filter(HeldBarriers.class::isInstance)
                    .map(HeldBarriers.class::cast)
                    .reduce((before, last) -> last)
                    .orElse(new HeldBarriers(0, List.of(), Long.MIN_VALUE));
        }
    }

    /** Makes an operator whose reports go to a list. */
    private static final class Factory extends AbstractStreamOperatorFactory<AccountRecord>
            implements OneInputStreamOperatorFactory<StepItem, AccountRecord> {
        private static final long serialVersionUID = 1L;
        private final ReplaySpec spec;
        private final transient List<OperatorEvent> reports;

        Factory(ReplaySpec spec, List<OperatorEvent> reports) {
            this.spec = spec;
            this.reports = reports;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature
        public <T extends StreamOperator<AccountRecord>> T createStreamOperator(
                StreamOperatorParameters<AccountRecord> parameters) {
            return (T) new SendOperator(parameters, spec, reports::add);
        }

        @Override
        public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader loader) {
            return SendOperator.class;
        }
    }

    private final List<Sender> senders = new ArrayList<>();

    static Senders start(URI target) throws Exception {
        Senders one = new Senders();
        Sender sender = new Sender(spec(target), 1, 0);
        sender.harness.open();
        one.senders.add(sender);
        return one;
    }

    /** As many as wanted, which go on from a checkpoint of one. */
    static Senders restored(URI target, OperatorSubtaskState checkpoint, int parallelism) throws Exception {
        return restored(spec(target), checkpoint, parallelism);
    }

    private static Senders restored(ReplaySpec spec, OperatorSubtaskState checkpoint, int parallelism)
            throws Exception {
        Senders all = new Senders();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            Sender sender = new Sender(spec, parallelism, subtask);
            sender.harness.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    checkpoint, Domains.COUNT, 1, parallelism, subtask));
            sender.harness.open();
            all.senders.add(sender);
        }
        return all;
    }

    /** One that has a source. */
    static Senders start(URI source, URI target) throws Exception {
        return start(source, target, ReplayBounds.DEFAULT);
    }

    /** One that has a source, within other bounds. */
    static Senders start(URI source, URI target, ReplayBounds bounds) throws Exception {
        Senders one = new Senders();
        Sender sender = new Sender(ReplaySpecs.of(source, target, NOWHERE, bounds), 1, 0);
        sender.harness.open();
        one.senders.add(sender);
        return one;
    }

    /** The usual ones but for these. */
    static ReplayBounds bounds(long mostDueBytes, int bulkActions, int mostHeld) {
        ReplayBounds usual = ReplayBounds.DEFAULT;
        return new ReplayBounds(
                usual.readAhead(),
                usual.assemblyBytes(),
                usual.exchangeBytes(),
                usual.mostOpen(),
                usual.waitingBytes(),
                usual.mostDue(),
                mostDueBytes,
                usual.bulkBytes(),
                bulkActions,
                usual.bulksInFlight(),
                usual.heldBytes(),
                usual.heldSteps(),
                mostHeld,
                usual.asksInFlight(),
                usual.asksPerRead(),
                usual.asksPerSecond(),
                usual.lookEvery());
    }

    /** One that has a source, and goes on from a checkpoint. */
    static Senders restored(URI source, URI target, OperatorSubtaskState checkpoint) throws Exception {
        return restored(source, target, checkpoint, 1);
    }

    /** As many as wanted that have a source, and go on from a checkpoint of one. */
    static Senders restored(URI source, URI target, OperatorSubtaskState checkpoint, int parallelism) throws Exception {
        return restored(ReplaySpecs.of(source, target, NOWHERE), checkpoint, parallelism);
    }

    static ReplaySpec spec(URI target) {
        return ReplaySpecs.of(target, target, NOWHERE);
    }

    private static ExchangeRef at(int millis) {
        return new ExchangeRef(0, millis * 1_000_000L, new UUID(1, 1), 1, millis);
    }

    /** How the barrier of a call is called. */
    static String id(int millis) {
        return Holding.idOf(at(millis), 0);
    }

    /** A write of the document whose id and time are a number of milliseconds. */
    void write(String index, int millis) throws Exception {
        write(index, String.valueOf(millis), millis);
    }

    /** A write whose time and fence are a number of milliseconds. */
    void write(String index, String id, int millis) throws Exception {
        ByteString source = ByteString.copyFromUtf8("{\"n\":%d}".formatted(millis));
        take(millis, new Step.Write(0, index, index, null, id, null, millis, source));
    }

    /**
     * A write of the document whose id, time and fence are a number of milliseconds.
     *
     * @param via the alias that was written through; null for none
     * @param answered when the source had answered it, in milliseconds
     */
    void write(String index, @Nullable String via, int millis, int answered) throws Exception {
        ByteString source = ByteString.copyFromUtf8("{}");
        String id = String.valueOf(millis);
        long stamp = at(answered).stamp();
        take(millis, new Step.Write(0, index, index, null, id, null, millis, source, via, stamp));
    }

    /** What a request did to names that ended at a number of milliseconds. */
    void names(NameEffects effects, int millis) throws Exception {
        for (int domain = 0; domain < Domains.COUNT; domain++) {
            take(millis, new Step.Names(0, domain, effects));
        }
    }

    /** The same without a document. */
    void delete(String index, int millis) throws Exception {
        take(millis, new Step.Write(0, index, index, null, String.valueOf(millis), null, millis, null));
    }

    /** A question about a document of books whose id is a number of milliseconds. */
    void ask(int millis) throws Exception {
        String id = String.valueOf(millis);
        take(millis, new Step.Ask(0, "books", "books", true, null, id, null, AskReason.UPDATE));
    }

    /** The same through a name that may stand for any index. */
    void askByAlias(int millis) throws Exception {
        String id = String.valueOf(millis);
        take(millis, new Step.Ask(0, "any", "any", false, null, id, null, AskReason.UPDATE));
    }

    /** A request that changed documents of books without naming them. */
    void sweep(int millis, boolean writes, boolean deletes, @Nullable String task) throws Exception {
        sweep(millis, writes, deletes, task, at(millis).stamp() + 1);
    }

    /** The same without an answer. */
    void unansweredSweep(int millis) throws Exception {
        sweep(millis, true, true, null, 0);
    }

    private void sweep(int millis, boolean writes, boolean deletes, @Nullable String task, long ended)
            throws Exception {
        take(millis, new Step.Sweep(0, "books", "books", AskReason.BY_QUERY, writes, deletes, ended, task));
    }

    /** A call and its barriers. */
    void call(String method, String path, Set<String> indices, int millis) throws Exception {
        call(new Step.Call(0, Scope.of(indices), method, path, null, ByteString.EMPTY), millis);
    }

    /** A definition for indices to come, and its barriers. */
    void define(String path, int millis) throws Exception {
        callOfAny("PUT", path, millis);
    }

    /** A call that may be about any index, and its barriers. */
    void callOfAny(String method, String path, int millis) throws Exception {
        call(new Step.Call(0, Scope.ALL, method, path, null, ByteString.EMPTY), millis);
    }

    /** A deletion of an index and its barriers, of which the source's answer came later. */
    void deletion(String index, int millis, int answered) throws Exception {
        Step.Call call = new Step.Call(0, Scope.of(Set.of(index)), "DELETE", "/" + index, null, ByteString.EMPTY);
        call(call, millis, at(answered).stamp());
    }

    private void call(Step.Call call, int millis) throws Exception {
        call(call, millis, at(millis).stamp());
    }

    private void call(Step.Call call, int millis, long answered) throws Exception {
        take(millis, call);
        for (int domain = 0; domain < Domains.COUNT; domain++) {
            take(millis, call.barrier(domain, answered));
        }
    }

    private void take(int millis, Step step) throws Exception {
        StepItem item = new StepItem(at(millis), step);
        int subtask = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                new Domains(KEYS).getKey(item), Domains.COUNT, senders.size());
        senders.get(subtask).harness.processElement(new StreamRecord<>(item, millis));
    }

    void time(long millis) throws Exception {
        for (Sender sender : senders) {
            sender.harness.processWatermark(millis);
        }
    }

    void tell(OperatorEvent order) {
        senders.forEach(sender -> sender.operator().handleOperatorEvent(order));
    }

    /** The last word of a kind that the first said. */
    <T extends OperatorEvent> T last(Class<T> kind) {
        return senders.get(0).reports.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((before, last) -> last)
                .orElseThrow();
    }

    /** What the first said last of what it has to do. */
    SendLoad load() {
        return last(SendLoad.class);
    }

    /** What all say of a barrier. */
    List<Held> held(String id) {
        return senders.stream()
                .flatMap(sender -> sender.barriers().held().stream())
                .filter(held -> held.id().equals(id))
                .toList();
    }

    /** Of what was before a barrier, the latest event time at which a write will be certain; the least there is when all are. */
    long certainMillis() {
        return senders.stream()
                .mapToLong(sender -> sender.barriers().certainMillis())
                .max()
                .orElse(Long.MIN_VALUE);
    }

    boolean isDrained(String id) {
        return held(id).stream().mapToInt(Held::domains).sum() == Domains.COUNT
                && held(id).stream().allMatch(Held::drained);
    }

    boolean isCalled(String id) {
        return held(id).stream().anyMatch(Held::called);
    }

    List<AccountRecord> told() {
        return senders.stream()
                .flatMap(sender -> sender.harness.extractOutputValues().stream())
                .toList();
    }

    OperatorSubtaskState checkpoint() throws Exception {
        return senders.get(0).harness.snapshot(1, 1);
    }

    /** Lets them work, and their clock go, until something is so. */
    void until(String what, BooleanSupplier condition) throws Exception {
        until(what, TICK_MILLIS, condition);
    }

    /** The same in strides, for what takes minutes. */
    void until(String what, long stride, BooleanSupplier condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            tick(stride);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** The stamp below which all has to be settled before a sweep goes on, as it was asked for last; 0 for none. */
    long awaitedStamp() {
        return senders.get(0).reports.stream()
                .filter(SweepWaits.class::isInstance)
                .mapToLong(report -> ((SweepWaits) report).stamp())
                .reduce(0, (before, last) -> last);
    }

    /** Lets their clock go on, and them work. */
    void pass(long millis) throws Exception {
        pass(millis, TICK_MILLIS);
    }

    /** The same in strides, for what takes minutes. */
    void pass(long millis, long stride) throws Exception {
        for (long left = millis; left > 0; left -= stride) {
            tick(stride);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Two reports and all that is there to be done. */
    void reports() throws Exception {
        tick();
        tick();
    }

    private void tick() throws Exception {
        tick(TICK_MILLIS);
    }

    private void tick(long millis) throws Exception {
        for (Sender sender : senders) {
            sender.harness.setProcessingTime(sender.harness.getProcessingTime() + millis);
            Optional<Mail> mail = sender.harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
            while (mail.isPresent()) {
                mail.get().run();
                mail = sender.harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (Sender sender : senders) {
            sender.harness.close();
        }
    }
}
