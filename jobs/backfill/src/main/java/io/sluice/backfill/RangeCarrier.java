package io.sluice.backfill;

import io.sluice.backfill.RangeEnded.Scope;
import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.RangeChecksum;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.UnknownCodecException;
import io.sluice.transform.DocumentShaper;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads ranges and gets them into the target: one thread that reads documents into bulks, and a {@link
 * BulkCourier} that sees each bulk through.
 *
 * <p><b>Bounds:</b> at most {@link Window#size} bulks are being filled or unanswered; a full window stops
 * reading, and nothing else: no method that the task's thread calls ever waits for the target.
 *
 * <p><b>Threads:</b> {@link #run} is the carrier's own thread, answers come on the HTTP client's and the
 * scheduler's, all other methods are the task's. The lock guards what they share; it is taken a few times
 * per bulk, never per document.
 */
final class RangeCarrier implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RangeCarrier.class);

    /** A document of this size travels alone and is settled before the next is read, so that one is in memory at a time. */
    private static final int LARGE_DOCUMENT_BYTES = 4 << 20;

    /** How often a range is read again after the store failed in passing, and what is waited before each. */
    private static final int READ_ATTEMPTS = 6;

    private static final long READ_PAUSE_MILLIS = 500;

    /** A range is read for its checksum alone in about so many pieces, so that closing never waits for all of it. */
    private static final int CHECKSUM_STEPS = 32;

    private final Workplace place;
    private final Runnable wake;
    private final BulkCourier courier;
    private final Object lock;

    // Guarded by the lock.
    private final Deque<RangeProgress> unread = new ArrayDeque<>();
    private final Map<String, RangeProgress> held = new LinkedHashMap<>();
    private final Map<String, String> stoppedIndices = new LinkedHashMap<>();
    private Orders orders = Orders.NONE;
    private boolean closed;
    private boolean idle = true;
    private @Nullable Throwable defect;

    // The carrier's thread only.
    private final ShardInHand shard;
    private final DocumentShaper shaper;

    /** @param wake called, from any thread, when the task has something to take over with {@link #settle} */
    RangeCarrier(Workplace place, Runnable wake) {
        this.place = place;
        this.shard = new ShardInHand(place.shards());
        this.shaper = new DocumentShaper(place.rules());
        this.wake = wake;
        this.courier = new BulkCourier(place, wake, this::failed);
        this.lock = courier.lock();
    }

    /** Takes a range on. */
    void add(RangeSplit split) {
        synchronized (lock) {
            RangeProgress range = new RangeProgress(split);
            String stopped = stoppedIndices.get(split.index());
            if (stopped != null) {
                range.stop(stopped, Scope.INDEX);
            }
            held.put(split.splitId(), range);
            unread.add(range);
            idle = false;
            lock.notifyAll();
        }
    }

    void follow(Orders changed) {
        synchronized (lock) {
            if (changed.number() < orders.number()) {
                return;
            }
            orders = changed;
            place.pacer().limitTo(changed.rate());
            lock.notifyAll();
        }
    }

    void stopIndex(String index, String reason) {
        synchronized (lock) {
            stoppedIndices.putIfAbsent(index, reason);
            for (RangeProgress range : held.values()) {
                if (range.position().index().equals(index)) {
                    range.stop(reason, Scope.INDEX);
                }
            }
            lock.notifyAll();
        }
        place.turns().lookAgain();
    }

    /** Whether it could start on another range now. */
    boolean isIdle() {
        synchronized (lock) {
            return idle && unread.isEmpty();
        }
    }

    /**
     * Moves the positions over everything that is settled.
     *
     * @param failures receives the line of each failed document the positions moved over
     * @param ended receives each range that is over, once
     * @throws IllegalStateException when the carrier met a defect of its own
     */
    void settle(Consumer<String> failures, Consumer<RangeEnded> ended) {
        List<String> lines = new ArrayList<>();
        List<RangeEnded> ends = new ArrayList<>();
        synchronized (lock) {
            if (defect != null) {
                throw new IllegalStateException("carrying documents failed for a reason of our own", defect);
            }
            for (RangeProgress range : held.values()) {
                courier.closed(range.advance(lines));
                if (range.isOver()) {
                    ends.add(range.end());
                }
            }
            ends.forEach(end -> held.remove(end.split().splitId()));
        }
        lines.forEach(failures);
        ends.forEach(ended);
    }

    /** The position of every range it holds. */
    List<RangeSplit> positions() {
        synchronized (lock) {
            return held.values().stream().map(RangeProgress::position).toList();
        }
    }

    /** How it is doing, with {@code positions} being what it and the reader hold. */
    ReaderProgress progress(List<RangeSplit> positions) {
        synchronized (lock) {
            return new ReaderProgress(
                    positions,
                    courier.bulksInFlight(),
                    courier.documentsInFlight(),
                    orders.number(),
                    courier.waitingFor(),
                    place.id(),
                    place.storeBytes(),
                    courier.sourceBytes(),
                    courier.retries());
        }
    }

    @Override
    public void run() {
        try {
            RangeProgress range = nextRange();
            while (range != null) {
                carryInTurn(range);
                synchronized (lock) {
                    range.doneReading();
                }
                wake.run();
                range = nextRange();
            }
        } catch (InterruptedException e) {
            LOG.debug("carrier interrupted", e);
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            shard.close();
        }
    }

    private void failed(Throwable cause) {
        synchronized (lock) {
            defect = cause;
        }
        wake.run();
    }

    private @Nullable RangeProgress nextRange() throws InterruptedException {
        synchronized (lock) {
            if (unread.isEmpty() && !closed) {
                idle = true;
                wake.run(); // once: the task answers by looking, and must not be answered by another wake
            }
            while (unread.isEmpty() && !closed) {
                lock.wait();
            }
            return closed ? null : unread.remove();
        }
    }

    private void carryInTurn(RangeProgress range) throws InterruptedException {
        if (place.turns().take(() -> isPointless(range))) {
            try {
                carry(range);
            } finally {
                place.turns().giveBack();
            }
        }
    }

    private boolean isPointless(RangeProgress range) {
        synchronized (lock) {
            return closed || range.isStopped();
        }
    }

    /** Carries what is left of a range; whatever cannot be read ends it with a reason. */
    private void carry(RangeProgress range) throws InterruptedException {
        RangeSplit split = range.position();
        Reading reading = new Reading(range, split.next());
        for (int attempt = 1; !isPointless(range); attempt++) {
            int from = reading.sentUpTo;
            try {
                read(reading, split);
                return;
            } catch (CorruptBlobException e) {
                giveUp(range, e, Scope.SEGMENT);
            } catch (UnknownCodecException | NoSuchFileException | RepositoryException e) {
                giveUp(range, e, Scope.SHARD);
            } catch (IOException e) {
                attempt = reading.sentUpTo > from ? 1 : attempt;
                if (attempt >= READ_ATTEMPTS) {
                    giveUp(range, e, Scope.SHARD);
                } else {
                    LOG.warn("reading {} failed, attempt {} of {}", split.splitId(), attempt, READ_ATTEMPTS, e);
                    shard.close();
                    pause(READ_PAUSE_MILLIS << attempt);
                }
            }
        }
    }

    private void giveUp(RangeProgress range, IOException cause, Scope scope) {
        RangeSplit split = range.position();
        LOG.error("shard {}[{}] cannot be read on", split.index(), split.shard(), cause);
        String message = cause instanceof NoSuchFileException missing
                ? missing.getFile() + " is missing from the repository. Take the snapshot again, or exclude its index."
                : String.valueOf(cause.getMessage());
        synchronized (lock) {
            range.stop(message, scope);
        }
        shard.close();
    }

    /** One pass over a range: which documents are in a bulk that was sent. */
    private static final class Reading {
        final RangeProgress range;
        int sentUpTo;

        @Nullable
        BulkFlight flight;

        Reading(RangeProgress range, int from) {
            this.range = range;
            this.sentUpTo = from;
        }
    }

    private void read(Reading reading, RangeSplit split) throws IOException, InterruptedException {
        IndexPlan index = place.index(split.index());
        int from = reading.sentUpTo;
        try (DocumentCursor documents = shard.documents(index, split, from)) {
            reading.flight = courier.open(reading.range, this::mayOpen);
            while (reading.flight != null && documents.next()) {
                reading.flight.passedOver(documents.passedOver());
                if (!fits(reading.flight, documents)) {
                    send(reading, documents.number());
                    reading.flight = courier.open(reading.range, this::mayOpen);
                }
                if (reading.flight != null) {
                    int length = reading.flight.add(documents, shaper);
                    sendAloneIfLarge(reading, length, documents.number() + 1);
                }
            }
            if (reading.flight != null) {
                reading.flight.passedOver(documents.passedOver());
                send(reading, split.to());
                allRead(reading.range, checksum(index, split, from, documents));
            }
        } finally {
            if (reading.flight != null) {
                courier.discard(reading.flight);
                reading.flight = null;
            }
        }
    }

    /** What was read before a crash, or before the store failed in passing, is read again for it. */
    private RangeChecksum checksum(IndexPlan index, RangeSplit split, int opened, DocumentCursor documents)
            throws IOException {
        RangeChecksum behind = documents.checksum();
        ByteChecksum before = ByteChecksum.EMPTY;
        int step = Math.max(1, (split.to() - split.from()) / CHECKSUM_STEPS);
        for (int at = split.from(); at < opened && !isClosed(); at += step) {
            before = before.then(shard.checksum(index, split, at, Math.min(at + step, opened)));
        }
        return behind.behind(before);
    }

    private void allRead(RangeProgress range, RangeChecksum bytes) {
        synchronized (lock) {
            if (!closed) { // else it may lack some
                range.allRead(bytes);
            }
        }
    }

    /** The cursor's array becomes part of the request, so the next document must wait for the answer. */
    private void sendAloneIfLarge(Reading reading, int length, int upTo) throws InterruptedException {
        if (length >= LARGE_DOCUMENT_BYTES) {
            shaper.forget();
            BulkFlight large = send(reading, upTo);
            courier.awaitOver(large);
            reading.flight = courier.open(reading.range, this::mayOpen);
        }
    }

    private boolean fits(BulkFlight flight, DocumentCursor documents) {
        int length = documents.sourceLength();
        if (flight.openActions() == 0) {
            return true;
        }
        return length < LARGE_DOCUMENT_BYTES && flight.body().bytes() + length <= place.bulkBytes();
    }

    private BulkFlight send(Reading reading, int upTo) {
        BulkFlight flight = Objects.requireNonNull(reading.flight);
        reading.flight = null;
        reading.sentUpTo = upTo;
        flight.closeAt(upTo);
        synchronized (lock) {
            place.pacer()
                    .book(System.nanoTime(), flight.openActions(), flight.body().bytes(), place.readers());
            reading.range.opened(flight);
        }
        courier.send(flight);
        return flight;
    }

    /** As {@link Gate} asks for; called with the lock held. */
    private long mayOpen(RangeProgress range) {
        if (closed || range.isStopped()) {
            return Gate.NEVER;
        }
        return orders.paused() ? Gate.NOT_YET : place.pacer().nanosToWait(System.nanoTime());
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private void pause(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (lock) {
            for (long left = millis;
                    left > 0 && !closed;
                    left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
                lock.wait(left);
            }
        }
    }

    /** Stops reading and sending; what is unanswered stays unsettled. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        place.turns().lookAgain();
        courier.close();
    }
}
