package io.sluice.replay.send;

import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.names.AffectedNames;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.PriorityQueue;
import java.util.Queue;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * Which writes the source has to be asked for because of what names do that was not known when they were rewritten.
 *
 * <p>What a request does to names is known here when event time has come to the request's end. A write may be done after that whose own
 * request came before. So nothing is certain of a write until event time has come to the end of its answer. Until then one through an
 * alias does not leave: under another routing it would lie on another shard, with a number of which that shard knows nothing, and could
 * not be put right. All others leave in their time; it is looked at them once more before they count as settled, as a document that a
 * pipeline has changed is put right by the source's answer.
 *
 * <p>State: what was learned since the start, of each subtask all. Belongs to the task's thread.
 */
final class Doubts {

    private static final ListStateDescriptor<byte[]> LEARNED =
            new ListStateDescriptor<>("names", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    /** @param ruled what became of it; null while it has not left */
    private record Doubt(Pending step, @Nullable Ruled ruled) implements Comparable<Doubt> {
        @Override
        public int compareTo(Doubt other) {
            int order = Long.compare(step.answeredMillis(), other.step.answeredMillis());
            return order != 0 ? order : step.compareTo(other.step);
        }
    }

    private final SendOperator operator;
    private final BulkSender sender;
    private final Asker asker;
    private final boolean isSourceAlive;
    private final AffectedNames names;
    private final ListState<byte[]> learned;
    private final Queue<Doubt> doubts = new PriorityQueue<>();
    private final long mostHeapBytes;
    private long heapBytes;

    /** Goes on with what the state holds, of whichever subtask it was. */
    Doubts(SendOperator operator, BulkSender sender, Asker asker, ReplaySpec spec, OperatorStateStore store)
            throws Exception {
        RewriteRules rules = spec.rewriting().rules();
        this.mostHeapBytes = spec.mostDueBytes();
        this.operator = operator;
        this.sender = sender;
        this.asker = asker;
        this.isSourceAlive = rules.liveSource();
        this.names = new AffectedNames(rules.effects());
        this.learned = store.getUnionListState(LEARNED);
        for (byte[] one : learned.get()) {
            names.learn(NameEffects.readFrom(new DataInputStream(new ByteArrayInputStream(one))));
        }
    }

    /** Takes what a request does to names; false if it is something else. */
    boolean learned(StepItem item) {
        if (item.step() instanceof Step.Names told) {
            learn(told.effects());
            return true;
        }
        return false;
    }

    /** Takes what names do. */
    void learn(NameEffects effects) {
        names.learn(effects);
    }

    /** Whether it depends on the alias or data stream that a request named how its document was routed. */
    static boolean isThroughAlias(Step step) {
        if (step instanceof Step.Write write) {
            return write.via() != null && write.routing() == null;
        }
        return step instanceof Step.Ask ask
                && ask.via() != null
                && ask.routing() == null
                && ask.reason() != AskReason.ROUTING_UNKNOWN;
    }

    /** Whether it depends on what names did at the source. */
    static boolean dependsOnNames(Step step) {
        return answeredMillis(step) > 0
                && (isThroughAlias(step) || (step instanceof Step.Write write && write.source() != null));
    }

    /** When the source had answered it, in milliseconds since 1970; 0 where that does not matter. */
    static long answeredMillis(Step step) {
        long stamp =
                step instanceof Step.Write write ? write.answered() : step instanceof Step.Ask ask ? ask.answered() : 0;
        return stamp == 0 ? 0 : ExchangeRef.lastMilliBelow(stamp) + 1;
    }

    /** Whether it has to be looked at a write, with its bytes, before it leaves. */
    boolean concern(Pending step) {
        return step.isThroughAlias() || names.hasLearned();
    }

    /** Takes what is to go on if it is not to: because the source is to be asked otherwise, or because that is not certain yet. */
    boolean takes(Pending step, Step what, long passedMillis) {
        boolean mayWait = what instanceof Step.Write write && write.fence() >= 0; // without a fence the order counts
        if (mayWait && step.isThroughAlias() && isEarly(step, passedMillis)) {
            keep(new Doubt(step, null));
            return true;
        }
        return isAsked(step, what);
    }

    /** Takes what went on, and is settled otherwise: because the source is to be asked, or because that is not certain yet. */
    boolean keeps(Pending step, Ruled ruled, long passedMillis) {
        StepItem item = step.item();
        if (item == null || !step.isInDoubt()) {
            return false;
        }
        if (isAsked(step, item.step())) {
            asker.pump();
            return true;
        }
        if (isEarly(step, passedMillis)) {
            keep(new Doubt(step, ruled));
            return true;
        }
        return false;
    }

    /** Whether something may still become known that was so when the source did it. */
    private static boolean isEarly(Pending step, long passedMillis) {
        return step.answeredMillis() + ExchangeRef.CLOCKS_APART_MILLIS > passedMillis;
    }

    private void keep(Doubt doubt) {
        Pending step = doubt.step;
        doubts.add(doubt);
        if (heapBytes + step.bytes() <= mostHeapBytes) {
            heapBytes += step.bytes();
        } else {
            operator.unload(step);
        }
    }

    /** Event time has come so far: goes on with what is certain by then. */
    void passed(long millis) {
        while (!doubts.isEmpty() && !isEarly(doubts.peek().step, millis)) {
            Doubt doubt = doubts.remove();
            Pending step = doubt.step;
            heapBytes -= step.item() == null ? 0 : step.bytes();
            operator.load(step);
            StepItem item = step.item();
            if (item != null && isAsked(step, item.step())) {
                continue;
            }
            step.isCertain = true;
            if (doubt.ruled == null) {
                sender.due(step);
            } else {
                operator.settled(step, doubt.ruled);
            }
        }
    }

    private boolean isAsked(Pending step, Step what) {
        AskReason reason = reason(what);
        if (reason == null) {
            return false;
        }
        Step.Ask ask = what instanceof Step.Write write ? write.asked(reason) : ((Step.Ask) what).because(reason);
        step.turnInto(ask);
        if (isSourceAlive) {
            asker.due(step, ask);
        } else {
            operator.settled(step, new Ruled(Verdict.UNKNOWN, reason.rule()));
        }
        return true;
    }

    /** Why the source is to be asked instead; null where there is no other reason than before. */
    private @Nullable AskReason reason(Step what) {
        if (what instanceof Step.Ask ask) {
            String via = ask.via();
            return via != null && isThroughAlias(ask) && names.isRouted(via) ? AskReason.ROUTING_UNKNOWN : null;
        }
        if (!(what instanceof Step.Write write)) {
            return null;
        }
        String via = write.via();
        if (via != null && isThroughAlias(write) && names.isRouted(via)) {
            return AskReason.ROUTING_UNKNOWN;
        }
        boolean isPiped =
                write.source() != null && (names.isPiped(write.sourceIndex()) || (via != null && names.isPiped(via)));
        return isPiped ? AskReason.PIPELINE : null;
    }

    /** The event time at which all writes are certain that are not yet and have a stamp below one; the least there is when there are none. */
    long certainMillis(long stamp) {
        return doubts.stream()
                .filter(doubt -> doubt.step.exchange().stamp() < stamp)
                .mapToLong(doubt -> doubt.step.answeredMillis() + ExchangeRef.CLOCKS_APART_MILLIS)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    /** How many writes are not certain. */
    int size() {
        return doubts.size();
    }

    void snapshot() throws Exception {
        learned.clear();
        if (names.hasLearned()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                names.learned().writeTo(out);
            } catch (IOException e) {
                throw new IllegalStateException("what names do cannot be written", e);
            }
            learned.add(bytes.toByteArray());
        }
    }
}
