package io.sluice.replay.clock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long DELAY = 500;
    private static final double CATCH_UP = 4;

    /** Where the capture begins, long before now. */
    private static final long BEGIN = 1_000_000;

    private static final long NOW = 9_000_000;

    private static final long AHEAD = 2_000;

    /** All of it was read. */
    private static final long ALL = NOW * 10;

    private final Tempo real = Tempo.of(1);

    private static Pace from(long capture, long wall) {
        return new Pace(ClockSplit.at(capture, wall), DELAY, CATCH_UP, AHEAD);
    }

    private static long run(Pace pace, long from, long to, Tempo tempo) {
        return run(pace, from, to, tempo, ALL);
    }

    private static long run(Pace pace, long from, long to, Tempo tempo, long captured) {
        long at = 0;
        for (long now = from; now <= to; now += 5) {
            at = pace.at(now, tempo, captured);
        }
        return at;
    }

    @Test
    void goesAsFastAsTold() {
        assertThat(run(from(BEGIN, NOW), NOW, NOW + 10_000, real)).isEqualTo(BEGIN + 10_000);
        assertThat(run(from(BEGIN, NOW), NOW, NOW + 10_000, Tempo.of(2.5))).isEqualTo(BEGIN + 25_000);
    }

    @Test
    void neverComesCloserToNowThanTheDelay() {
        Pace pace = from(NOW - DELAY, NOW);

        assertThat(run(pace, NOW, NOW + 10_000, real)).isEqualTo(NOW + 10_000 - DELAY);
        assertThat(run(from(NOW - 60_000, NOW), NOW, NOW + 10_000, Tempo.of(Tempo.MAX)))
                .isEqualTo(NOW + 10_000 - DELAY);
    }

    @Test
    void whatTheTargetHeldUpIsMadeUpForAtABoundedSpeed() {
        Pace pace = from(BEGIN, NOW);
        assertThat(run(pace, NOW, NOW + 3_000, real.held(true))).isEqualTo(BEGIN);

        assertThat(run(pace, NOW + 3_005, NOW + 3_500, real)).isEqualTo(BEGIN + 4 * 500);
        assertThat(run(pace, NOW + 3_505, NOW + 10_000, real)).isEqualTo(BEGIN + 10_000);
    }

    @Test
    void aPauseIsNotMadeUpFor() {
        Pace pace = from(BEGIN, NOW);
        run(pace, NOW, NOW + 3_000, new Tempo(1, true, 1, false));

        assertThat(run(pace, NOW + 3_005, NOW + 5_000, real)).isEqualTo(BEGIN + 2_000);
    }

    @Test
    void aClockThatWasDownGoesOnWhereItStoodAndCatchesUp() {
        Pace before = from(BEGIN, NOW);
        run(before, NOW, NOW + 1_000, real);
        Pace after = new Pace(before.split(), DELAY, CATCH_UP, AHEAD);

        long first = after.at(NOW + 61_000, real, ALL);

        assertThat(first).isBetween(BEGIN + 1_000, BEGIN + 1_000 + 4 * Pace.LONGEST_STEP_MILLIS);
        assertThat(run(after, NOW + 61_005, NOW + 90_000, real)).isEqualTo(BEGIN + 90_000);
    }

    @Test
    void aWallClockThatIsSetBackStopsItAndNothingMore() {
        Pace pace = from(BEGIN, NOW);
        run(pace, NOW, NOW + 1_000, real);

        assertThat(pace.at(NOW, real, ALL)).isEqualTo(BEGIN + 1_000);
    }

    @Test
    void neverGoesFarAheadOfTheSendersAndGoesOnWithThem() {
        Pace pace = from(BEGIN, NOW);
        Tempo max = Tempo.of(Tempo.MAX);

        assertThat(run(pace, NOW, NOW + 1_000, max, BEGIN + 100)).isEqualTo(BEGIN + 100 + AHEAD);
        assertThat(run(pace, NOW + 1_005, NOW + 2_000, max, BEGIN + 50_000)).isEqualTo(BEGIN + 50_000 + AHEAD);
        assertThat(run(pace, NOW + 2_005, NOW + 3_000, max, BEGIN))
                .as("never back")
                .isEqualTo(BEGIN + 50_000 + AHEAD);
        assertThat(run(from(BEGIN, NOW), NOW, NOW + 1_000, real, BEGIN)).isEqualTo(BEGIN + 4 * Pace.NEAR_MILLIS);
    }

    @Test
    void waitsForSendersThatSayNothingAndThenGoesNoFasterThanTime() {
        Pace pace = from(BEGIN, NOW);
        Tempo max = Tempo.of(Tempo.MAX);

        assertThat(run(pace, NOW, NOW + Pace.PATIENCE_MILLIS - 5, max, Pace.UNKNOWN))
                .isEqualTo(BEGIN);
        long end = NOW + Pace.PATIENCE_MILLIS + 1_000;
        assertThat(run(pace, NOW + Pace.PATIENCE_MILLIS, end, max, Pace.UNKNOWN))
                .isBetween(BEGIN + 990, BEGIN + 1_010);
        assertThat(run(pace, end + 5, end + 10, real, BEGIN + 1_000)).isBetween(BEGIN + 1_000, BEGIN + 1_050);
    }
}
