package io.sluice.replay.send;

import io.sluice.cluster.RawHttp;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.conduct.Amount;
import io.sluice.replay.conduct.BarrierOrder;
import io.sluice.replay.conduct.HeldBarriers;
import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import io.sluice.replay.wire.StepItemSerializer;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The sender's part in operations on whole indices: barriers in state, calls in their turn, and the deletes that a backfill makes
 * necessary once more. Belongs to the task's thread.
 */
final class CallRoad {

    /** After so many reports the same is reported again: the coordinator may not have been there. */
    private static final int REPORTS_PER_REPEAT = 25;

    private static final MapStateDescriptor<String, StepItem> BARRIERS =
            new MapStateDescriptor<>("barriers", Types.STRING, StepItemSerializer.TYPE);

    private final KeyedStateBackend<Integer> backend;
    private final MapState<String, StepItem> barriers;
    private final SendOperator operator;
    private final Holding holding = new Holding();
    private final KeptDeletes kept;
    private final CallSender sender;
    private @Nullable HeldBarriers reported;
    private int reports;

    /** Goes on with what the state holds. */
    CallRoad(
            KeyedStateBackend<Integer> backend,
            KeyedStateStore store,
            SendOperator operator,
            RawHttp http,
            IndexMaking making,
            TaskThread thread)
            throws Exception {
        this.backend = backend;
        this.operator = operator;
        this.barriers = store.getMapState(BARRIERS);
        this.kept = new KeptDeletes(backend, store);
        this.sender = new CallSender(http, making, thread, this::called);
        backend.applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, BARRIERS, (key, state) -> {
            for (Map.Entry<String, StepItem> barrier : state.entries()) {
                holding.announced(barrier.getValue(), key);
            }
        });
    }

    /** Takes a barrier; false if it is something else. Its key is the current one. */
    boolean announced(StepItem item, int key) throws Exception {
        if (item.step() instanceof Step.Barrier barrier) {
            barriers.put(Holding.idOf(item.exchange(), barrier.item()), item);
            holding.announced(item, key);
            return true;
        }
        return false;
    }

    /** Whether a step has to wait for a barrier. If not, it counts as under way until it is {@linkplain #settled settled}. */
    boolean holds(Pending step) {
        if (holding.holds(step)) {
            return true;
        }
        begin(step);
        return false;
    }

    private void begin(Pending step) {
        if (step.item() == null || !(step.item().step() instanceof Step.Sweep)) { // those tell by themselves
            holding.began(step);
            step.underWay = true;
        }
    }

    /** Something in an index goes on that is no step; null for any index. */
    void began(@Nullable String index) {
        holding.began(index);
    }

    /** It does not any more. */
    void ended(@Nullable String index) {
        holding.ended(index);
    }

    /** What came of a step is done. */
    void done(Pending write) {
        kept.done(write);
    }

    /** The last operation that waits and deletes an index; null if there is none. */
    @Nullable
    ExchangeRef lastDeletion(String index) {
        return holding.lastDeletion(index);
    }

    /** The last operation that waits and may delete an index, as a pattern of it fits; null if there is none. */
    @Nullable
    ExchangeRef lastByPattern(String index) {
        return holding.lastByPattern(index);
    }

    /** A step that is under way goes on when an operation is done that is later than it. */
    void putBehind(ExchangeRef later, Pending step) {
        holding.putBehind(later, step);
        step.underWay = false;
    }

    /** Whether an operation waits that deletes indices. */
    boolean hasDeletions() {
        return holding.hasDeletions();
    }

    /** The time of a call has come. */
    void due(Pending call) {
        sender.due(call);
    }

    /** Whether it was a kept delete, which has nothing in state but what is here, and had its outcome long ago. */
    boolean settled(Pending step) {
        if (step.underWay) {
            holding.ended(step);
        }
        if (step.kept) {
            kept.settled(step);
            return true;
        }
        kept.done(step);
        return false;
    }

    private void called(Pending pending, Ruled ruled) {
        operator.settled(pending, ruled);
        backend.setCurrentKey(pending.key());
        try {
            Step.Barrier barrier = (Step.Barrier) barriers.get(pending.name()).step();
            barriers.put(pending.name(), new StepItem(pending.exchange(), barrier.afterCall()));
        } catch (Exception e) {
            throw new IllegalStateException("cannot mark call %s in the state".formatted(pending.name()), e);
        }
        holding.called(pending.name());
    }

    void told(OpenBackfills backfills) {
        kept.told(backfills);
        holding.told(backfills);
        again();
    }

    /** Deletes that are ripe go out once more. */
    private void again() {
        List<Pending> deletes;
        try {
            deletes = kept.take();
        } catch (Exception e) {
            throw new IllegalStateException("cannot read kept deletes from the state", e);
        }
        if (!deletes.isEmpty()) {
            deletes.forEach(this::begin);
            operator.send(deletes);
        }
    }

    void told(BarrierOrder order) {
        switch (order.kind()) {
            case DRAIN -> holding.drain(order.id(), order.afterMillis());
            case CALL -> sender.send(order.id());
            case PASS -> pass(order.id());
        }
    }

    private void pass(String id) {
        Holding.Passed passed = holding.pass(id);
        if (passed == null) {
            return;
        }
        try {
            for (int key : passed.keys()) {
                backend.setCurrentKey(key);
                barriers.remove(id);
            }
        } catch (Exception e) {
            throw new IllegalStateException("cannot remove barrier %s from the state".formatted(id), e);
        }
        operator.passed(passed);
    }

    /** Tells the coordinator what is held, and goes on with what no order starts. */
    void report(int subtask, long passedMillis, LongUnaryOperator certainMillis, OperatorEventGateway coordinator) {
        again();
        // Deletes that a backfill made necessary once more come before whatever waited for that backfill.
        List<HeldBarriers.Held> held = holding.report(kept.isRipe() ? Long.MIN_VALUE : passedMillis);
        long certain = held.isEmpty()
                ? Long.MIN_VALUE
                : certainMillis.applyAsLong(held.get(0).stamp());
        HeldBarriers now = new HeldBarriers(subtask, held, certain);
        boolean repeats = !held.isEmpty() && ++reports % REPORTS_PER_REPEAT == 0;
        if (repeats || !now.equals(reported)) {
            reported = now;
            coordinator.sendEventToCoordinator(now);
        }
    }

    /** How many steps wait here: behind barriers, or as calls for their turn. */
    int waiting() {
        return (int) holding.held().steps() + sender.unsettled();
    }

    /** What waits behind barriers. */
    Amount held() {
        return holding.held();
    }

    /** Why something waits, or empty. */
    String waitingFor() {
        return sender.trouble().isEmpty() ? holding.waitingFor() : sender.trouble();
    }
}
