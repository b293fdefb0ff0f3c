package io.sluice.replay.send;

import java.util.concurrent.TimeUnit;

/** How many documents the source is asked for in a second, by all that ask in this sender. Belongs to the task's thread. */
final class AskRate {

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double perSecond;
    private final TaskThread thread;
    private long nextNanos = System.nanoTime();

    /** @param perSecond infinite for as many as there are */
    AskRate(double perSecond, TaskThread thread) {
        this.perSecond = perSecond;
        this.thread = thread;
    }

    /** Someone who asks, and waits at most once at a time. */
    final class Turn {
        private final Runnable then;
        private boolean isTimed;

        private Turn(Runnable then) {
            this.then = then;
        }

        /** Whether it may ask now. If not it is called when it may. */
        boolean isNow() {
            long wait = nextNanos - System.nanoTime();
            if (wait <= 0) {
                return true;
            }
            if (!isTimed) {
                isTimed = true;
                thread.later(1 + TimeUnit.NANOSECONDS.toMillis(wait), () -> {
                    isTimed = false;
                    then.run();
                });
            }
            return false;
        }
    }

    /** @param then is run when it may ask after it might not */
    Turn turn(Runnable then) {
        return new Turn(then);
    }

    /** How many may be asked for together: no more than a second's worth. */
    int most(int wanted) {
        return Math.min(wanted, (int) Math.max(1, perSecond));
    }

    /** So many were asked for. */
    void asked(int documents) {
        long earliest = Math.max(nextNanos, System.nanoTime());
        nextNanos = perSecond == Double.POSITIVE_INFINITY
                ? earliest
                : earliest + (long) (documents / perSecond * NANOS_PER_SECOND);
    }
}
