package io.sluice.cluster;

/**
 * Decides body by body whether to compress.
 *
 * <p>{@link GzipPolicy#AUTO} compares what a body's byte costs on the wire with what compressing it
 * costs, both as measured on the bodies before it (moving averages). The wire's cost is the time a
 * connection needs to take a body: a slow network and a server that reads slowly look alike, and both
 * gain from fewer bytes. Now and then it compresses one body that does not seem to pay, to measure again.
 *
 * <p>Called from I/O threads and workers; guarded by itself.
 */
final class GzipChoice {

    /** Bodies below it lie in the socket's buffer before the wire has seen them. */
    private static final long MEASURABLE_BYTES = 1 << 20;

    /** What zlib's fastest level does to JSON until it is measured: 100 MB/s, a quarter left. */
    private static final double FIRST_GZIP_NANOS_PER_BYTE = 10;

    private static final double FIRST_RATIO = 0.25;

    private static final double WEIGHT = 0.2;
    private static final int PROBE_EVERY = 64;

    private final GzipPolicy policy;
    private final boolean loopback;

    private double wireNanosPerByte;
    private double gzipNanosPerByte = FIRST_GZIP_NANOS_PER_BYTE;
    private double ratio = FIRST_RATIO;
    private int declined;

    GzipChoice(GzipPolicy policy, boolean loopback) {
        this.policy = policy;
        this.loopback = loopback;
    }

    /** Whether any body can ever be compressed. */
    boolean isPossible() {
        return policy == GzipPolicy.ON || (policy == GzipPolicy.AUTO && !loopback);
    }

    synchronized boolean compresses(long bytes) {
        if (!isPossible() || bytes < Gzip.WORTH_A_HEADER) {
            return false;
        }
        if (policy == GzipPolicy.ON || wireNanosPerByte * (1 - ratio) > gzipNanosPerByte) {
            return true;
        }
        boolean couldPay = wireNanosPerByte > FIRST_GZIP_NANOS_PER_BYTE;
        return couldPay && ++declined % PROBE_EVERY == 0;
    }

    /** A body was compressed. */
    synchronized void compressed(long bytes, long compressedBytes, long nanos) {
        gzipNanosPerByte += WEIGHT * ((double) nanos / bytes - gzipNanosPerByte);
        ratio += WEIGHT * ((double) compressedBytes / bytes - ratio);
    }

    /** A body, compressed or not, was taken by the wire. */
    synchronized void sent(long wireBytes, long nanos) {
        if (wireBytes >= MEASURABLE_BYTES) {
            double measured = (double) nanos / wireBytes;
            wireNanosPerByte =
                    wireNanosPerByte == 0 ? measured : wireNanosPerByte + WEIGHT * (measured - wireNanosPerByte);
        }
    }
}
