package io.sluice.capture.read;

import java.util.List;

/**
 * Whether a topic keeps the contract of the capture.
 *
 * @param violations what is wrong, the first hundred
 * @param violationCount how much is wrong
 * @param records read, repeats included
 * @param repeats records that stand there more than once, counted without the first
 * @param fragments read for the first time
 * @param heartbeats read
 * @param exchanges that began
 * @param openExchanges of which an end is missing, and whose proxy has not ended
 */
public record CheckReport(
        List<String> violations,
        long violationCount,
        long records,
        long repeats,
        long fragments,
        long heartbeats,
        long exchanges,
        long openExchanges) {

    public CheckReport {
        violations = List.copyOf(violations);
    }

    /** Whether nothing is wrong. */
    public boolean holds() {
        return violationCount == 0;
    }
}
