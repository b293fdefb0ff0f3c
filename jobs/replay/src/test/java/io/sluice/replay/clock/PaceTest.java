package io.sluice.replay.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long DELAY = 500;
    private static final double CATCH_UP = 4;

    /** Where the capture begins, long before now. */
    private static final long BEGIN = 1_000_000;

    private static final long NOW = 9_000_000;

    private static final long AHEAD = 1_000;

    private final Tempo real = Tempo.of(1);
    private final Tempo half = Tempo.of(0.5);
    private final Tempo max = Tempo.of(Tempo.MAX);

    private static Pace from(long capture, long wall) {
        return from(capture, wall, CATCH_UP);
    }

    private static Pace from(long capture, long wall, double catchUp) {
        return new Pace(ClockSplit.at(capture, wall), DELAY, catchUp, AHEAD);
    }

    private static long run(Pace pace, long from, long to, Tempo tempo) {
        return run(pace, from, to, tempo, now -> now);
    }

    private static long run(Pace pace, long from, long to, Tempo tempo, long captured) {
        return run(pace, from, to, tempo, now -> captured);
    }

    private static long run(Pace pace, long from, long to, Tempo tempo, LongUnaryOperator captured) {
        long at = 0;
        for (long now = from; now <= to; now += 5) {
            at = pace.at(now, tempo, captured.applyAsLong(now));
        }
        return at;
    }

    @Test
    void goesAsFastAsTold() {
        assertThat(run(from(BEGIN, NOW, 1), NOW, NOW + 10_000, real)).isEqualTo(BEGIN + 10_000);
        assertThat(run(from(BEGIN, NOW, 1), NOW, NOW + 10_000, Tempo.of(2.5))).isEqualTo(BEGIN + 25_000);
        assertThat(run(from(BEGIN, NOW), NOW, NOW + 10_000, half)).isEqualTo(BEGIN + 5_000);
    }

    @Test
    void comesToThePresentAtABoundedSpeed() {
        assertThat(run(from(BEGIN, NOW), NOW, NOW + 10_000, real)).isEqualTo(BEGIN + 40_000);
        assertThat(run(from(NOW - 30_000, NOW), NOW, NOW + 12_000, real)).isEqualTo(NOW + 12_000 - DELAY);
    }

    @Test
    void neverComesCloserToNowThanTheDelay() {
        Pace pace = from(NOW - DELAY, NOW);

        assertThat(run(pace, NOW, NOW + 10_000, real)).isEqualTo(NOW + 10_000 - DELAY);
        assertThat(run(from(NOW - 60_000, NOW), NOW, NOW + 10_000, Tempo.of(Tempo.MAX)))
                .isEqualTo(NOW + 10_000 - DELAY);
    }

    @Test
    void thePresentIsThatOfProxiesWhoseClocksAreAhead() {
        Pace pace = from(NOW - DELAY, NOW);

        assertThat(run(pace, NOW, NOW + 10_000, real, now -> now + 3_000)).isEqualTo(NOW + 13_000 - DELAY);
    }

    @Test
    void whatTheTargetHeldUpIsMadeUpForAtABoundedSpeed() {
        Pace pace = from(BEGIN, NOW);
        assertThat(run(pace, NOW, NOW + 3_000, half.held(true))).isEqualTo(BEGIN);

        assertThat(run(pace, NOW + 3_005, NOW + 3_500, half)).isEqualTo(BEGIN + 2 * 500);
        assertThat(run(pace, NOW + 3_505, NOW + 10_000, half)).isEqualTo(BEGIN + 5_000);
    }

    @Test
    void aPauseIsNotMadeUpForByWhoStaysBehindThePresent() {
        Pace pace = from(BEGIN, NOW);
        run(pace, NOW, NOW + 3_000, new Tempo(1, true, 0.5, false));

        assertThat(run(pace, NOW + 3_005, NOW + 5_000, half)).isEqualTo(BEGIN + 1_000);
    }

    @Test
    void aClockThatWasDownGoesOnWhereItStoodAndCatchesUp() {
        Pace before = from(BEGIN, NOW);
        run(before, NOW, NOW + 1_000, half);
        Pace after = new Pace(before.split(), DELAY, CATCH_UP, AHEAD);

        long first = after.at(NOW + 61_000, half, NOW);

        assertThat(first).isBetween(BEGIN + 500, BEGIN + 500 + 2 * Pace.LONGEST_STEP_MILLIS);
        assertThat(run(after, NOW + 61_005, NOW + 90_000, half)).isEqualTo(BEGIN + 45_000);
    }

    @Test
    void aWallClockThatIsSetBackStopsItAndNothingMore() {
        Pace pace = from(BEGIN, NOW, 1);
        run(pace, NOW, NOW + 1_000, real);

        assertThat(pace.at(NOW, real, NOW)).isEqualTo(BEGIN + 1_000);
    }

    @Test
    void neverGoesFarAheadOfTheCaptureAndGoesOnWithIt() {
        Pace pace = from(BEGIN, NOW);

        assertThat(run(pace, NOW, NOW + 60_000, max, BEGIN + 100)).isEqualTo(BEGIN + 100 + AHEAD);
        assertThat(run(pace, NOW + 60_005, NOW + 61_000, max, BEGIN + 50_000)).isEqualTo(BEGIN + 50_000 + AHEAD);
        assertThat(run(pace, NOW + 61_005, NOW + 62_000, max, BEGIN))
                .as("never back")
                .isEqualTo(BEGIN + 50_000 + AHEAD);
        assertThat(run(from(BEGIN, NOW), NOW, NOW + 60_000, real, BEGIN)).isEqualTo(BEGIN + 4 * Pace.NEAR_MILLIS);
    }

    @Test
    void standsWhileNobodyKnowsHowMuchWasRead() {
        Pace pace = from(BEGIN, NOW);

        assertThat(run(pace, NOW, NOW + 60_000, max, Pace.UNKNOWN)).isEqualTo(BEGIN);
        assertThat(run(pace, NOW + 60_005, NOW + 61_000, max, BEGIN + 7_000)).isEqualTo(BEGIN + 7_000 + AHEAD);
    }

    /**
     * Ten seconds of a clock and a capture that is read as far ahead of it as alignment lets it, which knows the clock of some time ago.
     *
     * @param wordMillis how old the word is that the clock has of what was read
     * @return where the clock is then
     */
    private static long tenSeconds(long begin, Tempo tempo, int wordMillis) {
        int aligned = 100;
        Pace pace = from(begin, NOW);
        Deque<Long> clock = new ArrayDeque<>();
        Deque<Long> words = new ArrayDeque<>();
        long read = begin;
        long at = begin;
        for (long now = NOW; now <= NOW + 10_000; now += 5) {
            clock.add(at);
            if (clock.size() > aligned / 5) {
                read = Math.max(read, Math.min(clock.remove() + AHEAD, now - aligned));
            }
            words.add(read);
            at = pace.at(now, tempo, words.size() > wordMillis / 5 ? words.remove() : begin);
            assertThat(at).as("ahead of the capture").isLessThanOrEqualTo(read + AHEAD);
        }
        return at;
    }

    @Test
    void theCaptureAndTheClockDoNotHoldEachOtherUp() {
        assertThat(tenSeconds(BEGIN, real, 150)).isGreaterThan(BEGIN + 38_000);
        assertThat(tenSeconds(BEGIN, real, 1_000)).as("a second old").isGreaterThan(BEGIN + 11_000);
        assertThat(tenSeconds(BEGIN, max, 150)).isGreaterThan(BEGIN + 60_000);
        assertThat(tenSeconds(NOW - 5_000, real, 300)).isEqualTo(NOW + 10_000 - DELAY);
    }
}
