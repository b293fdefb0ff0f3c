package io.sluice.replay.clock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long DELAY = 500;
    private static final double CATCH_UP = 4;

    /** Where the capture begins, long before now. */
    private static final long BEGIN = 1_000_000;

    private static final long NOW = 9_000_000;

    private final Tempo real = Tempo.of(1);

    private static Pace from(long capture, long wall) {
        return new Pace(ClockSplit.at(capture, wall), DELAY, CATCH_UP);
    }

    private static long run(Pace pace, long from, long to, Tempo tempo) {
        long at = 0;
        for (long now = from; now <= to; now += 5) {
            at = pace.at(now, tempo);
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
        Pace after = new Pace(before.split(), DELAY, CATCH_UP);

        long first = after.at(NOW + 61_000, real);

        assertThat(first).isBetween(BEGIN + 1_000, BEGIN + 1_000 + 4 * Pace.LONGEST_STEP_MILLIS);
        assertThat(run(after, NOW + 61_005, NOW + 90_000, real)).isEqualTo(BEGIN + 90_000);
    }

    @Test
    void aWallClockThatIsSetBackStopsItAndNothingMore() {
        Pace pace = from(BEGIN, NOW);
        run(pace, NOW, NOW + 1_000, real);

        assertThat(pace.at(NOW, real)).isEqualTo(BEGIN + 1_000);
    }
}
