package io.sluice.replay.send;

import io.sluice.replay.conduct.Amount;

/** Counts steps that are in the same case. Belongs to the task's thread. */
final class Pile {

    private int steps;
    private long bytes;

    void add(Pending step) {
        steps++;
        bytes += step.bytes();
    }

    void remove(Pending step) {
        steps--;
        bytes -= step.bytes();
    }

    int steps() {
        return steps;
    }

    long bytes() {
        return bytes;
    }

    Amount amount() {
        return new Amount(steps, bytes);
    }
}
