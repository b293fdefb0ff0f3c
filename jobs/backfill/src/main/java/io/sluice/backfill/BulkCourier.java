package io.sluice.backfill;

import io.sluice.backfill.FailureLine.Cause;
import io.sluice.backfill.RangeEnded.Scope;
import io.sluice.cluster.BackOff;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.cluster.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees each bulk through until every document of it is settled: sends, reads the answer, sends again what
 * the target could not take, and writes up what it refused.
 *
 * <p><b>What is tried for ever, and what is not.</b> A target that is gone, overloaded (429, 503) or out of
 * disk is waited for without end, at growing intervals, because nothing is lost by waiting and status says
 * what is waited for. A document the target refuses is written up at once. A document at which the target
 * fails by itself (500, a closed connection), while it answers others, is written up after {@link
 * #MOST_CUTS} attempts, so that one document never holds up a shard.
 *
 * <p><b>Threads:</b> as {@link RangeCarrier} says; it owns the lock that both use.
 */
// Every handler runs guarded: what it throws becomes the defect that fails the task.
@SuppressWarnings("FutureReturnValueIgnored")
final class BulkCourier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BulkCourier.class);

    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(10);

    /** After this many cuts in a row a bulk is sent document by document, to find the one that does it. */
    private static final int CUTS_BEFORE_ONE_BY_ONE = 4;

    /** After this many attempts that failed at a document alone, it is written up. */
    private static final int MOST_CUTS = 10;

    /** Bulks behind a stuck one whose outcome must be remembered until the position can move over them. */
    private static final int MOST_UNADVANCED = 64;

    private final Workplace place;
    private final Runnable wake;
    private final Consumer<Throwable> defect;
    private final Object lock = new Object();

    // Guarded by the lock.
    private final Window window;
    private int open;
    private int unadvanced;
    private int bulksInFlight;
    private int documentsInFlight;
    private long sourceBytes;
    private long retries;
    private String waitingFor = "";
    private boolean closed;

    BulkCourier(Workplace place, Runnable wake, Consumer<Throwable> defect) {
        this.place = place;
        this.wake = wake;
        this.defect = defect;
        this.window = new Window(place.bulksInFlight());
    }

    Object lock() {
        return lock;
    }

    /** Waits for room in the window and begins a bulk; null when the range is given up. */
    @Nullable
    BulkFlight open(RangeProgress range, Gate gate) throws InterruptedException {
        synchronized (lock) {
            while (!closed) {
                long nanos = gate.nanosUntilOpen(range);
                if (nanos == Gate.NEVER) {
                    return null;
                }
                boolean room = open < window.size() && unadvanced < MOST_UNADVANCED;
                if (nanos == 0 && room) {
                    open++;
                    unadvanced++;
                    IndexPlan index = place.index(range.position().index());
                    return new BulkFlight(range, index, place.takeBody());
                }
                if (nanos == 0 || nanos == Gate.NOT_YET) {
                    lock.wait();
                } else {
                    lock.wait(1 + TimeUnit.NANOSECONDS.toMillis(nanos));
                }
            }
            return null;
        }
    }

    /** Takes back a bulk that was begun and will not be sent. */
    void discard(BulkFlight flight) {
        synchronized (lock) {
            flight.abandoned = true;
            unadvanced--;
            release(flight);
        }
    }

    /** Positions have moved over so many bulks. With the lock held. */
    void closed(int flights) {
        if (flights > 0) {
            unadvanced -= flights;
            lock.notifyAll();
        }
    }

    /** Waits until a bulk is settled or given up. */
    void awaitOver(BulkFlight flight) throws InterruptedException {
        synchronized (lock) {
            while (!closed && !flight.settled && !flight.abandoned) {
                lock.wait();
            }
        }
    }

    void send(BulkFlight flight) {
        synchronized (lock) {
            flight.sent = true;
            bulksInFlight++;
            documentsInFlight += flight.openActions();
        }
        sendOpen(flight);
    }

    private void sendOpen(BulkFlight flight) {
        if (flight.openActions() == 0) {
            over(flight, true);
            return;
        }
        if (isPointless(flight)) {
            over(flight, false);
            return;
        }
        flight.sentAtNanos = System.nanoTime();
        RawRequest request =
                new RawRequest("POST", flight.path(), "application/x-ndjson", flight.request(), REQUEST_TIMEOUT);
        place.http()
                .send(request)
                .whenComplete((answer, failure) -> guarded(() -> {
                    if (failure == null) {
                        answered(flight, answer);
                    } else {
                        noAnswer(flight, failure);
                    }
                }));
    }

    /** An answer is handled on a thread of somebody else's, where a defect of ours would vanish. */
    private void guarded(Runnable handling) {
        try {
            handling.run();
        } catch (RuntimeException | Error e) {
            defect.accept(e);
        }
    }

    private boolean isPointless(BulkFlight flight) {
        synchronized (lock) {
            return closed || flight.range().isStopped();
        }
    }

    private void answered(BulkFlight flight, RawResponse answer) {
        if (answer.status() / 100 != 2) {
            refusedWhole(flight, answer);
            return;
        }
        BulkAnswer items;
        try {
            items = BulkAnswer.parse(answer.body(), flight.requestActions());
        } catch (IOException e) {
            // Something between us and the target answered in its place, or the answer was cut.
            cut(flight, String.valueOf(e.getMessage()));
            return;
        }
        synchronized (lock) {
            window.answered(System.nanoTime(), System.nanoTime() - flight.sentAtNanos);
            waitingFor = "";
        }
        judge(flight, items);
    }

    private void judge(BulkFlight flight, BulkAnswer items) {
        int[] again = new int[items.size()];
        int agains = 0;
        boolean overloaded = false;
        String why = "";
        for (int i = 0; i < items.size(); i++) {
            switch (items.verdict(i)) {
                case APPLIED -> flight.carried();
                case SUPERSEDED -> flight.superseded();
                case REFUSED -> writeUp(flight, flight.action(i), Cause.of(items, i));
                case RETRY -> {
                    overloaded |= items.status(i) == 429 || items.status(i) == 503;
                    why = Cause.of(items, i).describe();
                    again[agains++] = flight.action(i);
                }
                case INDEX_BLOCKED, INDEX_MISSING -> {
                    giveUpIndex(flight, Cause.of(items, i));
                    return;
                }
            }
        }
        if (agains > 0 && !overloaded && ++flight.targetErrors >= MOST_CUTS) {
            for (int i = 0; i < agains; i++) {
                writeUp(flight, again[i], new Cause(500, "target_failed", MOST_CUTS + " times: " + why));
            }
            agains = 0;
        }
        boolean progress = agains < items.size();
        synchronized (lock) {
            documentsInFlight -= items.size() - agains;
        }
        flight.keepOpen(again, agains);
        flight.cuts = 0;
        if (progress) {
            flight.attempts = 0;
        }
        if (agains > 0) {
            again(flight, why);
        } else {
            sendOpen(flight);
        }
    }

    /** The whole request was answered with something other than item verdicts. */
    private void refusedWhole(BulkFlight flight, RawResponse answer) {
        String reason = "%d %s".formatted(answer.status(), BulkAnswer.reasonOf(answer));
        switch (BulkAnswer.verdictOf(answer)) {
            case INDEX_BLOCKED, INDEX_MISSING ->
                giveUpIndex(flight, new Cause(answer.status(), "request_refused", Cause.shorten(reason)));
            case REFUSED -> narrow(flight, new Cause(answer.status(), "request_refused", Cause.shorten(reason)));
            default -> again(flight, "the target answered " + Cause.shorten(reason));
        }
    }

    /** The target will not take this request: find the document that is the cause, and write it up. */
    private void narrow(BulkFlight flight, Cause cause) {
        if (flight.requestActions() > 1) {
            flight.oneByOne = true;
        } else {
            writeUp(flight, flight.action(0), cause);
            flight.keepOpen(new int[0], 0);
            flight.cuts = 0;
            synchronized (lock) {
                documentsInFlight--;
            }
        }
        sendOpen(flight);
    }

    private void noAnswer(BulkFlight flight, Throwable failure) {
        Throwable cause =
                failure.getCause() != null && !(failure instanceof IOException) ? failure.getCause() : failure;
        if (!(cause instanceof IOException)) {
            throw new IllegalStateException("sending a bulk failed", cause);
        }
        probe(flight, String.valueOf(cause.getMessage()));
    }

    /** Asks the target for a sign of life before the bulk is sent again: is it gone, or does it fail at this bulk? */
    private void probe(BulkFlight flight, String why) {
        later(flight, why, () -> {
            if (isPointless(flight)) {
                over(flight, false);
                return;
            }
            RawRequest ping = new RawRequest("GET", "/", "", List.of(), PROBE_TIMEOUT);
            place.http()
                    .send(ping)
                    .whenComplete((answer, failure) -> guarded(() -> {
                        if (failure == null) {
                            cut(flight, why);
                        } else {
                            probe(flight, why);
                        }
                    }));
        });
    }

    /** No usable answer although the target is there. */
    private void cut(BulkFlight flight, String why) {
        flight.cuts++;
        if (flight.cuts >= MOST_CUTS && flight.requestActions() == 1) {
            narrow(flight, new Cause(0, "no_answer", "%d times: %s".formatted(flight.cuts, Cause.shorten(why))));
            return;
        }
        if (flight.cuts == CUTS_BEFORE_ONE_BY_ONE && flight.openActions() > 1) {
            flight.oneByOne = true;
        }
        again(flight, why);
    }

    private void again(BulkFlight flight, String why) {
        synchronized (lock) {
            window.refused(System.nanoTime());
        }
        later(flight, why, () -> sendOpen(flight));
    }

    private void later(BulkFlight flight, String why, Runnable action) {
        synchronized (lock) {
            retries++;
            waitingFor = why;
        }
        flight.attempts++;
        long pause = BackOff.millis(flight.attempts);
        try {
            place.scheduler().schedule(() -> guarded(action), pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing while a bulk waited to be sent again", e);
            over(flight, false);
        }
    }

    private void giveUpIndex(BulkFlight flight, Cause cause) {
        synchronized (lock) {
            flight.range().stop("the target refuses writes to it: " + cause.describe(), Scope.INDEX);
        }
        over(flight, false);
    }

    private void writeUp(BulkFlight flight, int action, Cause cause) {
        RangeSplit range = flight.range().position();
        List<ByteBuffer> bytes = flight.body().content(new int[] {action}, 1);
        flight.failed(FailureLine.of(range, flight.target(action), flight.document(action), cause, bytes));
    }

    private void over(BulkFlight flight, boolean settled) {
        synchronized (lock) {
            bulksInFlight--;
            documentsInFlight -= flight.openActions();
            flight.settled = settled;
            flight.abandoned = !settled;
            if (settled) {
                sourceBytes += flight.account().sourceBytes();
            }
            release(flight);
        }
        wake.run();
    }

    private void release(BulkFlight flight) {
        open--;
        place.giveBack(flight.takeBody());
        lock.notifyAll();
    }

    // Read by status, with the lock held.

    int bulksInFlight() {
        return bulksInFlight;
    }

    int documentsInFlight() {
        return documentsInFlight;
    }

    String waitingFor() {
        return waitingFor;
    }

    long sourceBytes() {
        return sourceBytes;
    }

    long retries() {
        return retries;
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }
}
