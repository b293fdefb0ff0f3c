package io.sluice.backfill;

import java.util.function.BooleanSupplier;

/**
 * Who may read a range now: as many of a process's readers as its heap has room for. The others' bulks are on their way
 * meanwhile.
 *
 * <p>What a range takes while it is read is the same for all: windows over the file, and the chunk that is decompressed. So
 * the number of slots says how many bulks are under way, and the heap how many ranges are open.
 *
 * <p>May be used from any thread. Its lock is held while a waiting reader is asked whether it still waits.
 */
final class Turns {

    private int free;

    Turns(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("turns for " + most);
        }
        free = most;
    }

    /**
     * Waits for a turn. Each one taken wants one {@link #giveBack}.
     *
     * @param gone whether the turn is no longer wanted; asked again after each {@link #lookAgain}
     * @return false when it is not
     */
    synchronized boolean take(BooleanSupplier gone) throws InterruptedException {
        while (free == 0 && !gone.getAsBoolean()) {
            wait();
        }
        if (gone.getAsBoolean()) {
            notifyAll(); // a turn that came free for this one is for another
            return false;
        }
        free--;
        return true;
    }

    synchronized void giveBack() {
        free++;
        notifyAll();
    }

    /** Somebody who waits may want it no longer. */
    synchronized void lookAgain() {
        notifyAll();
    }
}
