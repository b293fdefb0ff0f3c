package io.sluice.replay.send;

import io.sluice.replay.conduct.Amount;

/**
 * How many writes are due and not settled, and which of them have their bytes on the heap. Belongs to the task's thread.
 *
 * <p>Those that wait for an index that the target does not get are counted apart: the clock does not stop for them, as what they wait
 * for may lie ahead of it, like the deletion of their index.
 */
final class DueWrites {

    private final Pile due = new Pile();
    private final Pile stuck = new Pile();
    private final long roomBytes;
    private final Settling settling;

    /** @param roomBytes how much may be due before what waits leaves the heap */
    DueWrites(long roomBytes, Settling settling) {
        this.roomBytes = roomBytes;
        this.settling = settling;
    }

    void add(Pending step) {
        due.add(step);
    }

    void remove(Pending step) {
        stuck(step, false);
        due.remove(step);
    }

    /** Whether a step waits for an index that the target does not get. */
    void stuck(Pending step, boolean isSo) {
        if (step.stuck == isSo) {
            return;
        }
        step.stuck = isSo;
        if (step.origin != null) {
            step.origin.stuck(isSo);
        }
        (isSo ? due : stuck).remove(step);
        (isSo ? stuck : due).add(step);
        if (isSo) {
            settling.unload(step);
        }
    }

    /** It does not leave for a while. Its bytes leave the heap while more is due than that has room for. */
    void rest(Pending step) {
        if (due.bytes() > roomBytes) {
            settling.unload(step);
        }
    }

    /** But for those that are stuck. */
    int steps() {
        return due.steps();
    }

    /** But for those that are stuck. */
    long bytes() {
        return due.bytes();
    }

    Amount stuck() {
        return stuck.amount();
    }

    /** Stuck or not. */
    int all() {
        return due.steps() + stuck.steps();
    }
}
