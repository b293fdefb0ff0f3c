package io.sluice.cluster;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before something is sent again: longer each time, and never the same for all. */
public final class BackOff {

    private static final long LONGEST_MILLIS = 5_000;
    private static final long SHORTEST_MILLIS = 50;
    private static final int MOST_DOUBLINGS = 10;

    private BackOff() {}

    /**
     * The pause in milliseconds, at most five seconds; a random part of it spreads those who wait for the same thing.
     *
     * @param attempts how many there were, from 1
     */
    public static long millis(int attempts) {
        long ceiling = Math.min(LONGEST_MILLIS, SHORTEST_MILLIS << Math.min(MOST_DOUBLINGS, attempts));
        return ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2 + 1);
    }
}
