package io.sluice.replay.conduct;

import java.io.Serializable;

/** How many steps, and how many bytes they have. */
public record Amount(long steps, long bytes) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Nothing. */
    public static final Amount NONE = new Amount(0, 0);

    Amount plus(Amount other) {
        return new Amount(steps + other.steps, bytes + other.bytes);
    }

    /** Whether it is more than another, in steps or in bytes. */
    boolean exceeds(Amount most) {
        return steps > most.steps || bytes > most.bytes;
    }
}
