package io.sluice.capture;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock by which records are stamped: that of the proxy that is furthest ahead of all that share a topic.
 *
 * <p>Between two proxies nothing but stamps says what came first. So each goes by the highest time that it hears from another: its own
 * clock and how far the other was ahead when it was heard, less the way through Kafka. It never goes back, as the other may.
 *
 * <p>A clock that is ahead by more than a minute is wrong, and is not followed. Whose own is as far from Kafka's, or behind what lies in the
 * topic, must not begin: its stamps would stand still until it comes to those, as they never go back, or would run ahead of all others.
 *
 * <p>Thread-safe.
 */
final class FleetClock implements InstantSource {

    private static final Logger LOG = LoggerFactory.getLogger(FleetClock.class);

    private static final Duration FARTHEST = Duration.ofMinutes(1);

    /** What is worth a line: more than clocks that are kept right are apart, and than the next look adds. */
    private static final long NOTABLE_NANOS = 100_000_000;

    private final InstantSource own;
    private volatile long aheadNanos;
    private long toldNanos;
    private boolean refused;

    FleetClock(InstantSource own) {
        this.own = own;
    }

    @Override
    public Instant instant() {
        return own.instant().plusNanos(aheadNanos);
    }

    /**
     * Requires that our clock is not more than a minute behind what others, or an earlier run, have stamped.
     *
     * @param newest the highest stamp that lies in the topic; 0 for none
     * @throws CaptureException if it is
     */
    void requireReaches(long newest) throws CaptureException {
        Duration behind = Duration.between(own.instant(), Instant.ofEpochSecond(0, newest));
        if (behind.compareTo(FARTHEST) > 0) {
            throw new CaptureException(
                    "The capture does not begin, as the clock of this machine is wrong, or was ahead when the topic was written: it is %d s behind the newest stamp there. Stamps never go back, so those of this proxy would stand still for so long, and all replays with them. Set the clocks right; if this one is, start again when it has come so far, or capture into another topic."
                            .formatted(behind.toSeconds()));
        }
    }

    /** How far our clock is ahead of another one that showed a time just now. */
    Duration aheadOf(Instant there) {
        return Duration.between(there, own.instant());
    }

    /**
     * Requires that our clock is not more than a minute from that of Kafka's brokers.
     *
     * @param ahead by how much it is ahead; negative when it is behind
     * @throws CaptureException if it is
     */
    static void requireNear(Duration ahead) throws CaptureException {
        if (ahead.abs().compareTo(FARTHEST) > 0) {
            throw new CaptureException(
                    "The capture does not begin, as the clock of this machine or that of Kafka's brokers is wrong: this one is %d s %s. What this proxy captured would be out of order with what others do. Set both right, and start again."
                            .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead"));
        }
    }

    /** Another proxy, or an earlier run of this one, has stamped this. */
    synchronized void heard(UUID proxy, long stamp) {
        Instant there = Instant.ofEpochSecond(0, stamp);
        Duration ahead = Duration.between(own.instant(), there);
        if (ahead.compareTo(FARTHEST) > 0) {
            if (!refused) {
                refused = true;
                LOG.warn(
                        "The clock of proxy {} is {} s ahead of ours. One of them is wrong; ours is not set by it, and the order of what both capture is not certain.",
                        proxy,
                        ahead.toSeconds());
            }
        } else if (ahead.toNanos() > aheadNanos) {
            aheadNanos = ahead.toNanos();
            if (aheadNanos - toldNanos > NOTABLE_NANOS) {
                toldNanos = aheadNanos;
                LOG.info("The clock of proxy {} is {} ms ahead of ours; stamps go by it.", proxy, ahead.toMillis());
            }
        }
    }
}
