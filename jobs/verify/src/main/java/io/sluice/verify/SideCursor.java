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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of a part: its shards one after another, the next page asked for while somebody works on the last.
 *
 * <p>What the cluster cannot give now is asked for again after a pause that grows, for some minutes. Used by one thread.
 */
final class SideCursor {

    private static final Logger LOG = LoggerFactory.getLogger(SideCursor.class);

    private static final long LOOK_MILLIS = 20;

    /** With the longest pause of five seconds, about five minutes. */
    private static final int MOST_ATTEMPTS = 60;

    private final Side side;
    private final RawHttp http;
    private final VerifyPlan plan;
    private final boolean hasSequenceNumbers;
    private final Iterator<Part.Shard> shards;
    private final long expected;
    private final HitPage page = new HitPage();

    private @Nullable ShardPages pages;
    private @Nullable CompletableFuture<RawResponse> asked;
    private long resumeAtNanos;
    private int attempts;
    private long documents;

    SideCursor(Side side, RawHttp http, VerifyPlan plan, Part part) {
        this.side = side;
        this.http = http;
        this.plan = plan;
        this.hasSequenceNumbers = side == Side.SOURCE && plan.sourceTellsNumbers();
        this.shards = part.of(side).iterator();
        this.expected = Math.max(1, part.documents(side));
    }

    /** What came of waiting for a page. */
    enum Step {
        PAGE,
        /** Woken, or not yet. */
        NOTHING,
        /** The shard cannot be gone on with from here: all of the part is to be read again. */
        BROKEN
    }

    Side side() {
        return side;
    }

    long documents() {
        return documents;
    }

    /** How far it is, from 0; beyond 1 when there are more documents than was thought. */
    double progress() {
        return (double) documents / expected;
    }

    /** Asks for the next page if none is asked for; false when there is none. */
    boolean prepare() {
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
            pages = new ShardPages(http, shard, plan.paging(side), hasSequenceNumbers, ids);
        }
        asked = pages.ask();
        return true;
    }

    /**
     * Waits for the page that was asked for and hands on its documents.
     *
     * @param woken whether the wait is to end
     * @throws IOException when the cluster does not give it, and never will
     */
    Step step(HitPage.Visitor visitor, BooleanSupplier woken) throws IOException, InterruptedException {
        ShardPages open = pages;
        if (open == null || !rested(woken)) {
            return Step.NOTHING;
        }
        CompletableFuture<RawResponse> answer = asked == null ? open.ask() : asked;
        asked = answer;
        RawResponse response;
        try {
            response = await(answer, woken);
        } catch (ExecutionException e) {
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
        page.read(response.body(), hit -> {
            if (now.isWhole()) {
                visitor.see(hit);
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
            return again(open, reason);
        }
        if (response.status() == 404 && documents > 0) {
            return broken("what was read was forgotten there: " + reason);
        }
        throw new IOException("%s was asked for documents and answered %s".formatted(side, reason));
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

    void close() {
        if (pages != null) {
            pages.close();
        }
    }
}
