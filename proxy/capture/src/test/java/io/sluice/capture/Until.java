package io.sluice.capture;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, and fails if it does not come. */
final class Until {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Until() {}

    static void isTrue(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("Not within %s: %s".formatted(LIMIT, what));
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
