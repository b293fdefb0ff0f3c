package io.sluice.verify;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.ItemVerdict;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawResponse;
import io.sluice.source.DocumentPage;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of a part: its shards one after another, the next page asked for while somebody works on the last.
 *
 * <p>What the cluster cannot give now is asked for again after a pause that grows, for some minutes. Used by one thread.
 */
final class SideCursor implements PartCursor {

    private static final Logger LOG = LoggerFactory.getLogger(SideCursor.class);

    private static final long LOOK_MILLIS = 20;

    /** With the longest pause of five seconds, about five minutes. */
    private static final int MOST_ATTEMPTS = 60;

    /** A cluster forgets a cursor after ten minutes; whoever waits for it may need some of these. */
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(3);

    /** A cluster that is short of memory is not relieved by still less. */
    private static final int SMALL_PAGE = 100;

    /** Deleted while it is read. That it is not what it was is found at the end, by its {@link Incarnations}. */
    private static final String INDEX_GONE = "index_not_found_exception";

    private static final String INDEX_CLOSED = "index_closed_exception";

    private final Side side;
    private final RawHttp http;
    private final VerifyPlan plan;
    private final boolean hasSequenceNumbers;
    private final Iterator<Part.Shard> shards;
    private final long expected;
    private final LongSupplier nanoTime;
    private final HitPage page = new HitPage();

    private @Nullable ShardPages pages;
    private @Nullable CompletableFuture<RawResponse> asked;
    private long askedAtNanos;
    private long resumeAtNanos;
    private int longestPage;
    private int attempts;
    private long documents;

    /**
     * Asks nothing yet.
     *
     * @param longestPage how many documents are asked for at a time at most
     */
    SideCursor(Side side, RawHttp http, VerifyPlan plan, Part part, int longestPage, LongSupplier nanoTime) {
        this.longestPage = longestPage;
        this.nanoTime = nanoTime;
        this.askedAtNanos = nanoTime.getAsLong();
        this.side = side;
        this.http = http;
        this.plan = plan;
        this.hasSequenceNumbers = side == Side.SOURCE && plan.sourceTellsNumbers();
        this.shards = part.of(side).iterator();
        this.expected = Math.max(1, part.documents(side));
    }

    @Override
    public Side side() {
        return side;
    }

    @Override
    public long documents() {
        return documents;
    }

    @Override
    public int longestPage() {
        return longestPage;
    }

    @Override
    public boolean isIdle() {
        return pages != null && nanoTime.getAsLong() - askedAtNanos > IDLE_NANOS;
    }

    @Override
    public double progress() {
        return (double) documents / expected;
    }

    @Override
    public boolean prepare() {
        if (asked != null || resumeAtNanos > 0) {
            return true;
        }
        if (pages != null && pages.isAtEnd()) {
            pages.close();
            pages = null;
        }
        if (pages == null) {
            if (!shards.hasNext()) {
                return false;
            }
            Part.Shard shard = shards.next();
            Set<String> ids = plan.idsOf(side, shard.index());
            pages = new ShardPages(http, shard, plan.paging(side), hasSequenceNumbers, ids, longestPage);
        }
        asked = ask(pages);
        return true;
    }

    private CompletableFuture<RawResponse> ask(ShardPages open) {
        askedAtNanos = nanoTime.getAsLong();
        return open.ask();
    }

    @Override
    public Step step(HitPage.Visitor visitor, BooleanSupplier woken) throws IOException, InterruptedException {
        ShardPages open = pages;
        if (open == null || !rested(woken)) {
            return Step.NOTHING;
        }
        CompletableFuture<RawResponse> answer = asked == null ? ask(open) : asked;
        asked = answer;
        RawResponse response;
        try {
            response = await(answer, woken);
        } catch (ExecutionException e) {
            if (TooMuchException.isOf(e)) {
                shrink(open, e);
            }
            return again(open, String.valueOf(rootOf(e).getMessage()));
        }
        if (response == null) {
            return Step.NOTHING;
        }
        asked = null;
        if (response.status() / 100 != 2) {
            return refused(open, response);
        }
        DocumentPage now = page.answer();
        boolean isUnchanged = open.isUnchanged();
        page.read(response.body(), hit -> {
            if (now.isWhole()) {
                visitor.see(isUnchanged ? hit.unchanged() : hit);
            }
        });
        if (!now.isWhole()) {
            return again(open, "not all of its shards answered");
        }
        attempts = 0;
        documents += now.hits();
        open.took(now);
        return Step.PAGE;
    }

    /** What is too much when it is as little as can be, never comes. */
    private void shrink(ShardPages open, ExecutionException why) {
        int now = open.halve(1);
        if (now == longestPage) {
            throw new SuppressRestartsException(new IOException(
                    "%s gives too much at a time: %s"
                            .formatted(side, rootOf(why).getMessage()),
                    why));
        }
        longestPage = now;
    }

    private boolean rested(BooleanSupplier woken) throws InterruptedException {
        while (resumeAtNanos > 0 && System.nanoTime() < resumeAtNanos) {
            if (woken.getAsBoolean()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        resumeAtNanos = 0;
        return true;
    }

    private static @Nullable RawResponse await(CompletableFuture<RawResponse> answer, BooleanSupplier woken)
            throws InterruptedException, ExecutionException {
        while (!woken.getAsBoolean()) {
            try {
                return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                // looks whether somebody wants it no longer
            }
        }
        return null;
    }

    private Step refused(ShardPages open, RawResponse response) throws IOException {
        String reason = response.status() + " " + BulkAnswer.reasonOf(response);
        if (BulkAnswer.verdictOf(response) == ItemVerdict.RETRY) {
            if (reason.contains("circuit_breaking_exception")) {
                longestPage = open.halve(SMALL_PAGE);
            }
            return again(open, reason);
        }
        if (reason.contains(INDEX_GONE)) {
            LOG.info("{} has the index no more: what was read of it is all there is: {}", side, reason);
            open.end();
            return Step.PAGE;
        }
        if (reason.contains(INDEX_CLOSED)) {
            return again(open, reason); // for a moment, mostly; and nothing tells afterwards that it was
        }
        if (response.status() == 404 && documents > 0) {
            return broken("what was read was forgotten there: " + reason);
        }
        throw new SuppressRestartsException(
                new IOException("%s was asked for documents and answered %s".formatted(side, reason)));
    }

    private Step again(ShardPages open, String why) throws IOException {
        asked = null;
        attempts++;
        if (attempts > MOST_ATTEMPTS) {
            throw new IOException(
                    "%s gives no documents, asked %d times; the last time: %s".formatted(side, attempts, why));
        }
        LOG.info("{} gives no documents now, and is asked again: {}", side, why);
        resumeAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BackOff.millis(attempts));
        return open.canRepeat() ? Step.NOTHING : broken(why);
    }

    private Step broken(String why) {
        LOG.info("a part is read from its beginning again, as {} cannot be read on: {}", side, why);
        return Step.BROKEN;
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @Override
    public void close() {
        if (pages != null) {
            pages.close();
        }
    }
}
