package io.sluice.replay.send;

import com.google.protobuf.ByteString;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import org.jspecify.annotations.Nullable;

/** A step that is not settled. Belongs to the task's thread. */
final class Pending implements Comparable<Pending> {

    private static final int OVERHEAD_BYTES = 300;

    private final ExchangeRef exchange;
    private final int number;
    private final int key;
    private final int bytes;
    private final @Nullable String touches;
    private final boolean isThroughAlias;
    private final boolean isInDoubt;
    private final long answeredMillis;
    private boolean isWrite;
    private @Nullable StepItem item;

    /** What is to be sent because of it. */
    Step.@Nullable Write write;

    /** Whether it is in state by itself; see {@link StepStore}. */
    boolean stored;

    /** Whether a checkpoint has found it on the heap. */
    boolean imaged;

    /** Whether it comes from a checkpoint: whoever had it before may have sent it. */
    boolean restored;

    /** How often it was sent in vain. */
    int attempts;

    /** Whether, and how, the target fails at it. */
    Cuts.@Nullable Failing failing;

    /** Whether it has gone on: it was held by no barrier, or by none any more. */
    boolean underWay;

    /** Whether it waits for an index that the target does not get. */
    boolean stuck;

    /** Whether it was settled before, and is done once more because of a backfill. */
    boolean kept;

    /** What the target said when it refused it, or empty. */
    String refusal = "";

    /** The version of its document at the target, which is why it was superseded; below 0 where that is not known, or it was not. */
    long targetVersion = -1;

    /** Whether the indices that it is about were made because the target did not have them. */
    boolean indexMade;

    /** How often its index was given the source's mapping because of it. */
    int widened;

    /** Who is told what became of it, if it is not a step itself but came of one; such a one is never in state. */
    final @Nullable Origin origin;

    /** Where it has left, and later writes of its document wait for it; null before it has. */
    DocumentOrder.@Nullable Line line;

    /** The document of that line, while it waits for one to which it does not belong; its bytes may be in state. */
    DocumentOrder.@Nullable Document behind;

    /** Of which step it came then. */
    private final @Nullable Pending of;

    /** Whether nothing that is learned of names can make it a question any more; see {@link Doubts}. */
    boolean isCertain;

    /** Whether it is sent by itself, as one of those it was sent with makes the target refuse all. */
    boolean alone;

    Pending(StepItem item, int key) {
        this(item, key, null, null);
    }

    private Pending(StepItem item, int key, @Nullable Origin origin, @Nullable Pending of) {
        this.origin = origin;
        this.of = of;
        this.exchange = item.exchange();
        this.number = item.step().item();
        this.key = key;
        this.item = item;
        this.touches = Holding.indexOf(item.step());
        this.bytes = OVERHEAD_BYTES + bytesOf(item.step());
        this.isWrite = item.step() instanceof Step.Write;
        this.write = item.step() instanceof Step.Write step ? step : null;
        this.isThroughAlias = Doubts.isThroughAlias(item.step());
        this.isInDoubt = Doubts.dependsOnNames(item.step());
        this.answeredMillis = Doubts.answeredMillis(item.step());
    }

    private static int bytesOf(Step step) {
        if (step instanceof Step.Read read) {
            return read.body().size() + read.answer().body().size();
        }
        ByteString source = step instanceof Step.Write write ? write.source() : null;
        return source == null ? 0 : source.size();
    }

    /** A write that came of a step, which stays in state until this is settled. */
    static Pending answer(Pending of, Step.Write write, Origin origin) {
        return new Pending(new StepItem(of.exchange, write), of.key, origin, of);
    }

    /** A step that no request ordered: whoever did is told what became of it. It is never in state. */
    static Pending ordered(StepItem item, int key, Origin origin) {
        return new Pending(item, key, origin, null);
    }

    /** Names what it failed at to the step that it came of, which has none of it. */
    void tellRefusal(Ruled ruled) {
        if (ruled.verdict() == Verdict.FAILED && of != null && of.refusal.isEmpty() && write != null) {
            of.refusal = "%s/%s: %s".formatted(write.index(), write.id(), refusal);
        }
    }

    /** Whether it is a write, and has not turned into a question; also while its bytes are in state. */
    boolean isWrite() {
        return isWrite;
    }

    /** Whether its request named an alias or a data stream, which may have had a routing for it. */
    boolean isThroughAlias() {
        return isThroughAlias;
    }

    /** Whether it depends on what names did at the source, and that may not be known yet. */
    boolean isInDoubt() {
        return isInDoubt && !isCertain && !kept;
    }

    /** When the source had answered, in milliseconds since 1970. */
    long answeredMillis() {
        return answeredMillis;
    }

    /**
     * Asks the source instead: nothing of what it was is to be done. The state may hold what it was, so whoever takes it from there has
     * to look at it again.
     */
    void turnInto(Step.Ask ask) {
        item = new StepItem(exchange, ask);
        write = null;
        isWrite = false;
        isCertain = true;
    }

    /** Asks the source instead, whatever else is learned; the state is to hold that in the place of what it was. */
    void become(Step.Ask ask) {
        item = new StepItem(exchange, ask);
        write = null;
        isWrite = false;
    }

    ExchangeRef exchange() {
        return exchange;
    }

    /** Under which key it lies in state. */
    int key() {
        return key;
    }

    /** Its name in state, under its key. */
    String name() {
        return Holding.idOf(exchange, number);
    }

    /** The index that it changes; null when it may be any. */
    @Nullable
    String touches() {
        return touches;
    }

    /** Its size on the heap while it is there as a whole. */
    int bytes() {
        return bytes;
    }

    @Nullable
    StepItem item() {
        return item;
    }

    /** Leaves its bytes to the state. */
    void drop() {
        item = null;
        write = null;
    }

    /** Takes its bytes back from the state. */
    void restore(StepItem stepItem) {
        item = stepItem;
        if (stepItem.step() instanceof Step.Write step) {
            write = step;
        }
    }

    @Override
    public int compareTo(Pending other) {
        int order = exchange.compareTo(other.exchange);
        return order != 0 ? order : Integer.compare(number, other.number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Pending pending && compareTo(pending) == 0;
    }

    @Override
    public int hashCode() {
        return exchange.hashCode() * 31 + number;
    }
}
