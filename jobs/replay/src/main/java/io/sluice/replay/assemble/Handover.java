package io.sluice.replay.assemble;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.replay.Rewriting;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Progress;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Rewritten;
import io.sluice.replay.rewrite.Settled;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.send.Domains;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rewrites what was put together, and hands steps to the senders and the rest to the account. */
final class Handover implements PartitionAssembly.Told {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final Rewriting rewriting;
    private final Consumer<StepItem> steps;
    private final Consumer<AccountRecord> account;

    Handover(Rewriting rewriting, Consumer<StepItem> steps, Consumer<AccountRecord> account) {
        this.rewriting = rewriting;
        this.steps = steps;
        this.account = account;
    }

    @Override
    public void exchange(int partition, CapturedExchange exchange) {
        ExchangeRef ref = new ExchangeRef(
                partition,
                timeOf(exchange),
                exchange.id().run().proxy(),
                exchange.id().connection(),
                exchange.id().exchange());
        Rewritten rewritten;
        try {
            rewritten = rewriting.rewrite(exchange);
        } catch (RuntimeException e) {
            // Captured bytes are whatever somebody sent; one exchange must not stop all others.
            LOG.error("Cannot rewrite exchange {} of partition {}; it counts as unknown.", exchange.id(), partition, e);
            account.accept(new Seen(ref, 0, List.of(new Ruled(Verdict.UNKNOWN, "not_understood")), false));
            return;
        }
        List<Ruled> settled = new ArrayList<>();
        for (Settled item : rewritten.settled()) {
            settled.add(new Ruled(verdict(item.kind()), item.rule()));
        }
        int sent = 0;
        for (Step step : rewritten.steps()) {
            if (step instanceof Step.Read) {
                settled.add(new Ruled(Verdict.SKIPPED, "reads_not_sent_yet"));
            } else {
                sent++;
                steps.accept(new StepItem(ref, step));
                if (step instanceof Step.Call call) {
                    announce(ref, call);
                }
            }
        }
        boolean sweeps = rewritten.steps().stream().allMatch(Step.Sweep.class::isInstance);
        account.accept(new Seen(ref, sent, settled, sweeps));
    }

    /** On the way of all other steps: none that began after the call was answered can come to a domain before it. */
    private void announce(ExchangeRef ref, Step.Call call) {
        for (int domain = 0; domain < Domains.COUNT; domain++) {
            steps.accept(new StepItem(ref, call.barrier(domain, false)));
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
    public void noted(int partition, String what) {
        account.accept(new Noted(partition, what));
    }
}
