package io.sluice.backfill;

import java.io.Serializable;

/**
 * How fast the job may go, all readers together.
 *
 * @param documentsPerSecond 0: unlimited
 * @param bytesPerSecond of source; 0: unlimited
 */
public record RateLimit(double documentsPerSecond, double bytesPerSecond) implements Serializable {

    public static final RateLimit UNLIMITED = new RateLimit(0, 0);

    public RateLimit {
        if (!(documentsPerSecond >= 0) || !(bytesPerSecond >= 0)) {
            throw new IllegalArgumentException("a rate of %s documents/s, %s bytes/s must not be negative"
                    .formatted(documentsPerSecond, bytesPerSecond));
        }
    }

    /** One reader's part of it. */
    RateLimit shareOf(int readers) {
        return new RateLimit(documentsPerSecond / readers, bytesPerSecond / readers);
    }
}
