package io.sluice.replay;

import io.sluice.replay.account.Outcomes;
import java.io.Serializable;
import java.time.Duration;
import java.util.UUID;

/**
 * Which reads are sent to be compared, and what is written down of all exchanges.
 *
 * @param reads which part of them, 0 to 1
 * @param outcomes which exchanges get a line in the outcome files
 * @param fileAge how old an outcome file may grow before another is begun
 */
public record Judging(double reads, Outcomes outcomes, Duration fileAge) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** All reads; files hold what is notable, for a minute. */
    public static final Judging DEFAULT = new Judging(1, Outcomes.NOTABLE, Duration.ofMinutes(1));

    public Judging {
        if (!(reads >= 0 && reads <= 1) || fileAge.toMillis() < 1) {
            throw new IllegalArgumentException("%s of the reads, files of %s".formatted(reads, fileAge));
        }
    }

    /**
     * Whether a read is sent: always the same for the same one, and for about as many as wanted.
     *
     * @param connection its number
     * @param exchange its number on that connection
     */
    public boolean samples(long connection, long exchange) {
        return reads >= 1 || fraction(connection * 0x9E3779B97F4A7C15L + exchange) < reads;
    }

    /** Whether the reads of a cursor are sent: of each all, or none. */
    public boolean samples(UUID cursor) {
        return reads >= 1 || fraction(cursor.getMostSignificantBits() ^ cursor.getLeastSignificantBits()) < reads;
    }

    /** Spreads numbers over 0 to 1 as if at random. */
    private static double fraction(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (double) ((mixed ^ (mixed >>> 31)) >>> 11) / (1L << 53);
    }
}
