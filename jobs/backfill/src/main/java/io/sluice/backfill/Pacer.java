package io.sluice.backfill;

/**
 * Spreads documents and bytes of all readers of a process evenly over time. After a pause nothing is made up for: time in
 * which nothing was asked for is lost.
 *
 * <p>Shared, because a reader that waits, or has nothing to read, leaves its share to the others. May be used from any
 * thread.
 */
final class Pacer {

    private RateLimit rate = RateLimit.UNLIMITED;
    private long freeAtNanos;

    /** @param share what each reader is allowed; all of them say the same */
    synchronized void limitTo(RateLimit share) {
        if (!share.equals(rate)) {
            rate = share;
            freeAtNanos = 0;
        }
    }

    /** How many nanoseconds to wait before something may be sent; 0 for now. */
    synchronized long nanosToWait(long nowNanos) {
        return freeAtNanos == 0 ? 0 : Math.max(0, freeAtNanos - nowNanos);
    }

    /**
     * Books what is being sent.
     *
     * @param readers how many have a share
     */
    synchronized void book(long nowNanos, long documents, long bytes, int readers) {
        double seconds = 0;
        if (rate.documentsPerSecond() > 0) {
            seconds = documents / rate.documentsPerSecond();
        }
        if (rate.bytesPerSecond() > 0) {
            seconds = Math.max(seconds, bytes / rate.bytesPerSecond());
        }
        if (seconds > 0) {
            long from = Math.max(nowNanos, freeAtNanos);
            freeAtNanos = from + (long) (seconds / readers * 1e9);
        }
    }
}
