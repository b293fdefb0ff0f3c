package io.sluice.cluster;

/**
 * How many bulks may be unanswered: one more for every window full of good answers, half as many after a
 * refusal or an answer that took too long (additive increase, multiplicative decrease), and never below one.
 *
 * <p>Not safe for use by several threads.
 */
public final class Window {

    /** An answer slower than this says that the target has too much to do. */
    public static final long SLOW_NANOS = 10_000_000_000L;

    /** Several refusals of the same moment are one sign, not several. */
    private static final long SHRINK_PAUSE_NANOS = 500_000_000L;

    private final int most;
    private double size;
    private long shrunkAtNanos;
    private boolean everShrunk;

    /** @param most how many, at most and at first */
    public Window(int most) {
        this.most = most;
        this.size = most;
    }

    /** How many, now. */
    public int size() {
        return (int) size;
    }

    /** An answer came, after so long. */
    public void answered(long nowNanos, long tookNanos) {
        if (tookNanos > SLOW_NANOS) {
            refused(nowNanos);
        } else {
            size = Math.min(most, size + 1 / size);
        }
    }

    /** The other side could not take a bulk. */
    public void refused(long nowNanos) {
        if (everShrunk && nowNanos - shrunkAtNanos < SHRINK_PAUSE_NANOS) {
            return;
        }
        everShrunk = true;
        shrunkAtNanos = nowNanos;
        size = Math.max(1, size / 2);
    }
}
