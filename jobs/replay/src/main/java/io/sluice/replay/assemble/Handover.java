package io.sluice.replay.assemble;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.ExchangeId;
import io.sluice.replay.Judging;
import io.sluice.replay.Rewriting;
import io.sluice.replay.account.About;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Progress;
import io.sluice.replay.account.AccountRecord.Reached;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.account.AccountRecord.Unreadable;
import io.sluice.replay.account.AccountRecord.WaitsFor;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.NameChanges;
import io.sluice.replay.rewrite.Rewritten;
import io.sluice.replay.rewrite.Settled;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.send.Domains;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rewrites what was put together, and hands steps to the senders and the rest to the account. */
final class Handover implements PartitionAssembly.Told {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private static final List<Ruled> NOT_SAMPLED = List.of(new Ruled(Verdict.SKIPPED, "read_not_sampled"));
    private static final About LEFT_OUT = new About("", "", 0, -1, true);

    /** Reads what a request does to names, as {@link NameChanges#of} does. */
    interface Naming {
        NameEffects of(CapturedExchange exchange, boolean isOver);
    }

    private final Rewriting rewriting;
    private final @Nullable Naming names;
    private final Judging judging;
    private final Consumer<StepItem> steps;
    private final Consumer<AccountRecord> account;

    /** @param names reads what requests do to names; null where that does not matter */
    Handover(
            Rewriting rewriting,
            @Nullable Naming names,
            Judging judging,
            Consumer<StepItem> steps,
            Consumer<AccountRecord> account) {
        this.rewriting = rewriting;
        this.names = names;
        this.judging = judging;
        this.steps = steps;
        this.account = account;
    }

    @Override
    public void exchange(int partition, CapturedExchange exchange, CursorRoots cursors) {
        ExchangeRef ref = ref(partition, exchange.id(), timeOf(exchange));
        Rewritten rewritten;
        try {
            rewritten = rewriting.rewrite(exchange);
        } catch (RuntimeException e) {
            // Captured bytes are whatever somebody sent; one exchange must not stop all others.
            LOG.error("Cannot rewrite exchange {} of partition {}; it counts as unknown.", exchange.id(), partition, e);
            Verdict verdict = exchange.write() ? Verdict.UNKNOWN : Verdict.SKIPPED;
            About about = exchange.write() ? About.NOTHING : LEFT_OUT;
            account.accept(new Seen(ref, 0, List.of(new Ruled(verdict, "not_understood")), about, false));
            return;
        }
        List<Ruled> settled = new ArrayList<>();
        for (Settled item : rewritten.settled()) {
            settled.add(new Ruled(verdict(item.kind()), item.rule()));
        }
        boolean isRead = !rewritten.steps().isEmpty() || !exchange.write();
        boolean sweeps = true;
        int sent = 0;
        for (Step rewrittenStep : rewritten.steps()) {
            Step step = rewrittenStep instanceof Step.Read read ? cursors.resolved(read, ref.stamp()) : rewrittenStep;
            isRead &= step instanceof Step.Read;
            sweeps &= step instanceof Step.Sweep;
            if (step instanceof Step.Read read && !isSampled(read, exchange.id())) {
                settled.addAll(NOT_SAMPLED);
                continue;
            }
            sent++;
            steps.accept(new StepItem(ref, step));
            if (step instanceof Step.Call call) {
                announce(ref, call, exchange.answer().ended());
            }
        }
        About about = new About(rewritten.route(), indexOf(rewritten), rewritten.status(), exchange.micros(), isRead);
        account.accept(new Seen(ref, sent, settled, about, sweeps));
    }

    /** As the path has it; where it names none, that of all writes, if they are of one. */
    private static String indexOf(Rewritten rewritten) {
        if (!rewritten.index().isEmpty()) {
            return rewritten.index();
        }
        String index = "";
        for (Step step : rewritten.steps()) {
            String next = step instanceof Step.Write write
                    ? write.sourceIndex()
                    : step instanceof Step.Ask ask ? ask.sourceIndex() : "";
            if (next.isEmpty() || !(index.isEmpty() || index.equals(next))) {
                return "";
            }
            index = next;
        }
        return index;
    }

    private static ExchangeRef ref(int partition, ExchangeId id, long stamp) {
        return new ExchangeRef(partition, stamp, id.run().proxy(), id.connection(), id.exchange());
    }

    /** Of a cursor it is known only when the exchange is there as a whole. */
    @Override
    public boolean wants(ExchangeId read, ByteString head) {
        return isSampled(read) || (judging.reads() > 0 && Cursor.mayConcern(head));
    }

    private boolean isSampled(ExchangeId read) {
        return judging.samples(read.connection(), read.exchange());
    }

    private boolean isSampled(Step.Read read, ExchangeId id) {
        Cursor cursor = read.cursor();
        UUID root = cursor == null ? null : cursor.root();
        return root == null ? isSampled(id) : judging.samples(root);
    }

    @Override
    public void leftOut(int partition, ExchangeId read, long stamp) {
        account.accept(new Seen(ref(partition, read, stamp), 0, NOT_SAMPLED, LEFT_OUT, false));
    }

    @Override
    public void named(int partition, CapturedExchange exchange, boolean isOver) {
        if (names == null) {
            return;
        }
        NameEffects effects = effectsOf(exchange, isOver, names, partition);
        if (effects.equals(NameEffects.ANY)) {
            LOG.warn(
                    "Exchange {} of partition {} changes aliases, settings or templates, and cannot be read: from here on the source is asked for every write",
                    exchange.id(),
                    partition);
        }
        ExchangeRef ref = ref(partition, exchange.id(), timeOf(exchange));
        for (int domain = 0; domain < Domains.COUNT && !effects.isEmpty(); domain++) {
            steps.accept(new StepItem(ref, new Step.Names(0, domain, effects)));
        }
    }

    private static NameEffects effectsOf(CapturedExchange exchange, boolean isOver, Naming names, int partition) {
        try {
            return names.of(exchange, isOver);
        } catch (RuntimeException e) {
            LOG.error("Cannot read what exchange {} of partition {} does to names.", exchange.id(), partition, e);
            return NameEffects.ANY; // to ask the source in vain does no harm
        }
    }

    /** On the way of all other steps: none that began after the call was answered can come to a domain before it. */
    private void announce(ExchangeRef ref, Step.Call call, long answered) {
        for (int domain = 0; domain < Domains.COUNT; domain++) {
            steps.accept(new StepItem(ref, call.barrier(domain, answered)));
        }
    }

    /** The stamp of the request's last fragment; of what there is, where that is missing. */
    private static long timeOf(CapturedExchange exchange) {
        if (exchange.request().ended() != 0) {
            return exchange.request().ended();
        }
        return exchange.request().began() != 0
                ? exchange.request().began()
                : exchange.answer().began();
    }

    private static Verdict verdict(Settled.Kind kind) {
        return switch (kind) {
            case REFUSED_AT_SOURCE -> Verdict.REFUSED_AT_SOURCE;
            case IN_SNAPSHOT -> Verdict.IN_SNAPSHOT;
            case SKIPPED -> Verdict.SKIPPED;
            case UNKNOWN -> Verdict.UNKNOWN;
        };
    }

    @Override
    public void progress(int partition, long time, long floor) {
        account.accept(new Progress(partition, time, floor));
    }

    @Override
    public void reached(int partition, long offset, long end) {
        account.accept(new Reached(partition, offset, end));
    }

    @Override
    public void waitsFor(int partition, List<UUID> proxies) {
        account.accept(new WaitsFor(partition, proxies));
    }

    /** What lies at an offset is no record. */
    void unreadable(int partition, long offset, String reason) {
        account.accept(new Unreadable(partition, offset, reason));
    }

    @Override
    public void noted(int partition, String what) {
        account.accept(new Noted(partition, what));
    }
}
