package io.sluice.capture;

import java.util.Optional;

/**
 * How far our clock is ahead of the brokers', from the times at which they say that they appended our heartbeats.
 *
 * <p>Known only where the topic takes the brokers' time: the time in an acknowledgement must once have been one that we
 * cannot have given ourselves. Thread-safe.
 */
final class ClockOffset {

    private static final int SAMPLES = 64;
    private static final long MILLI = 1_000_000;

    /**
     * @param nanos how far we are ahead
     * @param uncertainty how far off that may be
     */
    record Offset(long nanos, long uncertainty) {}

    private final Offset[] samples = new Offset[SAMPLES];
    private int next;
    private boolean brokerTime;

    /**
     * Takes note of one acknowledgement.
     *
     * @param sent before the record was handed to Kafka's client, in nanoseconds of our clock
     * @param handed after it was
     * @param acknowledged when the acknowledgement came
     * @param appendedMillis what Kafka says when it was appended
     */
    synchronized void acknowledged(long sent, long handed, long acknowledged, long appendedMillis) {
        brokerTime |= appendedMillis < sent / MILLI || appendedMillis > handed / MILLI;
        long appended = appendedMillis * MILLI + MILLI / 2;
        long between = sent + (acknowledged - sent) / 2;
        samples[next++ % SAMPLES] = new Offset(between - appended, (acknowledged - sent) / 2 + MILLI / 2);
    }

    /** The surest of the newest samples. */
    synchronized Optional<Offset> best() {
        Offset best = null;
        for (Offset sample : samples) {
            if (sample != null && (best == null || sample.uncertainty() < best.uncertainty())) {
                best = sample;
            }
        }
        return brokerTime ? Optional.ofNullable(best) : Optional.empty();
    }
}
