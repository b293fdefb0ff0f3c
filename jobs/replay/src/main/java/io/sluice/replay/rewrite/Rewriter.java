package io.sluice.replay.rewrite;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.route.Route;
import io.sluice.capture.wire.Cut;

/**
 * Says what is to be done at the target because of an exchange.
 *
 * <p><b>Promise:</b> every item of an exchange becomes one step, or is settled by one rule with a name. Nothing is thrown
 * because of what an exchange holds. Bytes of documents are slices of what was captured, unless a rule wants others.
 *
 * <p>Not safe for use by several threads.
 */
public final class Rewriter {

    private final RewriteRules rules;
    private final Documents documents;
    private final Bulks bulks;
    private final Sweeps sweeps;
    private final Calls calls;
    private final Reads reads;
    private final Plans plans;

    /** Rewrites by these rules. */
    public Rewriter(RewriteRules rules) {
        this.rules = rules;
        this.plans = new Plans(rules.types());
        Indices indices = new Indices(rules);
        Writes writes = new Writes(rules, indices);
        this.documents = new Documents(writes);
        this.bulks = new Bulks(writes);
        this.sweeps = new Sweeps(rules, indices);
        this.calls = new Calls(rules, indices);
        this.reads = new Reads(rules, indices);
    }

    /** What becomes of an exchange. */
    public Rewritten rewrite(CapturedExchange exchange) {
        Items items = new Items();
        Head head = Head.ofRequest(exchange.request().head());
        if (head == null) {
            SnapshotMark mark = rules.mark();
            if (exchange.write()
                    && mark != null
                    && mark.others().isEmpty() // it may be of an index that the snapshot lacks
                    && mark.isBefore(exchange.id().run(), exchange.answer().ended())) {
                items.inSnapshot(0); // reading began in the midst of it
            } else if (exchange.write()) {
                items.unknown(0, "request_head_missing");
            } else {
                items.skipped(0, "request_head_missing");
            }
            return items.of(Route.UNKNOWN, null, 0);
        }
        Route route = plans.route(head);
        Plan plan = plans.of(route);
        if (plan.kind() == Plan.Kind.SKIP) {
            items.skipped(0, plan.rule());
            Head answer = Head.ofAnswer(exchange.answer().head());
            String index = plan.index() < 0 ? null : new Target(head.target()).segment(plan.index());
            return items.of(route.name(), index, answer == null ? 0 : answer.status());
        }
        if (exchange.answer().cut() == Cut.REFUSED_BY_PROXY
                || exchange.request().cut() == Cut.REFUSED_BY_PROXY) {
            items.refused(0, "refused_by_proxy");
            return items.of(route.name(), null, 0);
        }
        Request request = new Request(exchange, plan, head, rules.mostBodyBytes());
        rewrite(request, items);
        return items.of(route.name(), request.index(), request.status());
    }

    private void rewrite(Request request, Items into) {
        Plan.Kind kind = request.plan().kind();
        if (kind.isDocument) {
            documents.rewrite(request, into);
            return;
        }
        switch (kind) {
            case BULK -> bulks.rewrite(request, into);
            case SWEEP, REINDEX, COPY -> sweeps.rewrite(request, into);
            case READ -> reads.rewrite(request, into);
            default -> calls.rewrite(request, into);
        }
    }
}
