package io.sluice.replay.send;

import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.bypass.CloseGap;
import io.sluice.replay.bypass.CountNumbers;
import io.sluice.replay.bypass.ForgetNumbers;
import io.sluice.replay.bypass.GapClosed;
import io.sluice.replay.bypass.IndexLayouts;
import io.sluice.replay.bypass.TakenNumbers;
import io.sluice.replay.bypass.TargetVersions;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import io.sluice.source.IndexSweep;
import io.sluice.transform.FenceKind;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.jspecify.annotations.Nullable;

/**
 * The sender's part in finding what was not captured: keeps the numbers of the operations that are settled, counts them when it is
 * asked, and has indices gone over. Belongs to the task's thread.
 */
final class BypassRoad {

    private static final ListStateDescriptor<byte[]> TAKEN =
            new ListStateDescriptor<>("taken", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private static final UUID NO_PROXY = new UUID(0, 0);

    private final RewriteRules rules;
    private final boolean isOn;
    private final int subtask;
    private final int key;
    private final OperatorEventGateway coordinator;
    private final ListState<byte[]> state;
    private final TakenNumbers taken = new TakenNumbers();
    private Map<String, Long> told = Map.of();

    /**
     * Goes on with what the state holds.
     *
     * @param key of this subtask: what comes of sweeps lies under it
     */
    BypassRoad(
            RewriteRules rules,
            boolean isOn,
            int subtask,
            int key,
            OperatorEventGateway coordinator,
            OperatorStateStore store)
            throws Exception {
        this.rules = rules;
        this.isOn = isOn;
        this.subtask = subtask;
        this.key = key;
        this.coordinator = coordinator;
        this.state = store.getListState(TAKEN);
        for (byte[] image : state.get()) {
            taken.restore(image);
        }
    }

    /** A step that came of a request is settled. */
    void settled(Pending step) {
        if (!isOn) {
            return;
        }
        Step.Write write = step.write;
        StepItem item = step.item();
        if (write != null) {
            add(write.sourceIndex(), write.type(), write.id(), write.routing(), write.fence());
        } else if (item != null && item.step() instanceof Step.Ask ask) {
            add(ask.sourceIndex(), ask.type(), ask.id(), ask.routing(), ask.number());
        }
    }

    /** A write is settled, be it a step or what came of one: the target may have a later version than its own. */
    void superseded(Pending step) {
        Step.Write write = step.write;
        if (isOn
                && write != null
                && step.targetVersion > write.fence()
                && rules.fenceOf(write.sourceIndex()) == FenceKind.SEQ_NO) {
            taken.superseded(write.sourceIndex(), step.targetVersion);
        }
    }

    /** Tells the coordinator, if there is news. */
    void report() {
        Map<String, Long> now = taken.targetVersions();
        if (isOn && !now.equals(told)) {
            told = now;
            coordinator.sendEventToCoordinator(new TargetVersions(subtask, now));
        }
    }

    private void add(String index, @Nullable String type, String id, @Nullable String routing, long number) {
        if (number >= 0 && rules.fenceOf(index) == FenceKind.SEQ_NO) {
            taken.add(index, rules.routesOf(index).sourceId(type, id), routing, number);
        }
    }

    /** An operation has deleted indices of the target. Of one that stays all the same, what was not confirmed is read again. */
    void forget(Deletion deletion) {
        taken.forget(index -> deletion.mayDelete(rules.names().targetName(index)));
    }

    /** Follows an order; false if it is not for this. */
    boolean told(OperatorEvent event, Sweeper sweeper) {
        if (event instanceof CountNumbers question) {
            coordinator.sendEventToCoordinator(taken.count(subtask, question));
        } else if (event instanceof IndexLayouts layouts) {
            taken.learn(layouts);
        } else if (event instanceof ForgetNumbers gone) {
            taken.forget(gone.indices()::contains);
            sweeper.forget(new Deletion(gone.indices().stream()
                    .map(index -> rules.names().targetName(index))
                    .toList()));
        } else if (event instanceof CloseGap gap) {
            close(gap, sweeper);
        } else {
            return false;
        }
        return true;
    }

    private void close(CloseGap gap, Sweeper sweeper) {
        String target = rules.names().targetName(gap.index());
        Step.Sweep sweep = new Step.Sweep(0, target, gap.index(), AskReason.BY_QUERY, true, true, gap.settled(), null);
        ExchangeRef none = new ExchangeRef(0, gap.settled(), NO_PROXY, 0, 0);
        Pending step = Pending.ordered(new StepItem(none, sweep), key, ruled -> {});
        sweeper.close(step, sweep, gap.gaps(), gap.settled());
    }

    /**
     * What came of a look at the source is settled. A document that was found has the number of the operation that made it what it is, be
     * it of one that nobody told by its number; that by which one was deleted is not known.
     */
    void answered(Pending write, Ruled ruled) {
        Step.Write what = write.write;
        boolean isThere = ruled.verdict() == Verdict.APPLIED || ruled.verdict() == Verdict.SUPERSEDED;
        if (isOn && isThere && what != null && what.source() != null) {
            add(what.sourceIndex(), what.type(), what.id(), what.routing(), what.fence());
        }
    }

    /** An index was gone over, because it was ordered here or because of an operation by query. */
    void swept(SweepBacklog backlog, IndexSweep sweep) {
        if (!isOn) {
            return;
        }
        Ruled worst = backlog.worst;
        String upTo = worst == null ? sweep.swept().text() : "";
        coordinator.sendEventToCoordinator(new GapClosed(
                backlog.index,
                backlog.isOrdered(),
                backlog.writes() && backlog.deletes() ? upTo : "",
                backlog.writes,
                worst == null ? "" : worst.rule()));
    }

    void snapshot() throws Exception {
        state.update(taken.images());
    }
}
