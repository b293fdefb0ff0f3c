package io.sluice.backfill;

import io.sluice.backfill.RangeEnded.Scope;
import io.sluice.snapshot.RangeChecksum;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One range on its way: what is settled, and the bulks behind that, in document order.
 *
 * <p>Bulks are answered in any order. The position moves only over a bulk whose every document is settled
 * and which has no unsettled one before it; and it moves only on the task's thread, together with handing
 * on the bulk's failures, so that a checkpoint never holds the one without the other.
 *
 * <p>Guarded by its carrier's lock.
 */
final class RangeProgress {

    private RangeSplit position;
    private final Deque<BulkFlight> flights = new ArrayDeque<>();
    private boolean readToEnd;
    private @Nullable RangeChecksum checksum;
    private String stopReason = "";
    private Scope stopScope = Scope.RANGE;

    RangeProgress(RangeSplit split) {
        this.position = split;
    }

    RangeSplit position() {
        return position;
    }

    boolean isStopped() {
        return !stopReason.isEmpty();
    }

    /** The first reason stands. */
    void stop(String reason, Scope scope) {
        if (!isStopped()) {
            stopReason = reason;
            stopScope = scope;
        }
    }

    void opened(BulkFlight flight) {
        flights.add(flight);
    }

    /** Nobody reads it any more, whether or not all of it was read. */
    void doneReading() {
        readToEnd = true;
    }

    /** Every byte that belongs to it was read. */
    void allRead(RangeChecksum bytes) {
        checksum = bytes;
    }

    /**
     * Moves the position over what is settled.
     *
     * @param failures receives the lines of the failed documents it moves over
     * @return how many bulks are no longer needed
     */
    int advance(List<String> failures) {
        int before = flights.size();
        while (!flights.isEmpty() && flights.peek().settled) {
            BulkFlight flight = flights.remove();
            failures.addAll(flight.failures());
            position = position.settledTo(flight.next(), flight.account());
        }
        if (isStopped()) {
            // It is carried again from its position, if ever: what was settled behind a gap is forgotten.
            flights.removeIf(flight -> flight.settled || flight.abandoned);
        }
        return before - flights.size();
    }

    /** Whether nothing of it is being read or waits for an answer. */
    boolean isOver() {
        return readToEnd && flights.isEmpty();
    }

    RangeEnded end() {
        RangeChecksum bytes = checksum;
        RangeSplit split = bytes != null && position.next() == position.to() ? position.read(bytes) : position;
        return new RangeEnded(split, stopReason, stopScope);
    }
}
