package io.sluice.backfill;

/**
 * Spreads documents and bytes evenly over time. After a pause nothing is made up for: time in which
 * nothing was asked for is lost.
 *
 * <p>Belongs to one thread.
 */
final class Pacer {

    private RateLimit rate = RateLimit.UNLIMITED;
    private long freeAtNanos;

    void limitTo(RateLimit share) {
        rate = share;
        freeAtNanos = 0;
    }

    /** How many nanoseconds to wait before something may be sent; 0 for now. */
    long nanosToWait(long nowNanos) {
        return freeAtNanos == 0 ? 0 : Math.max(0, freeAtNanos - nowNanos);
    }

    /** Books what is being sent. */
    void book(long nowNanos, long documents, long bytes) {
        double seconds = 0;
        if (rate.documentsPerSecond() > 0) {
            seconds = documents / rate.documentsPerSecond();
        }
        if (rate.bytesPerSecond() > 0) {
            seconds = Math.max(seconds, bytes / rate.bytesPerSecond());
        }
        if (seconds > 0) {
            long from = Math.max(nowNanos, freeAtNanos);
            freeAtNanos = from + (long) (seconds * 1e9);
        }
    }
}
