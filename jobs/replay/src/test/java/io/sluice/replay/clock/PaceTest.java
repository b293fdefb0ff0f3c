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
    private final Tempo half = Tempo.of(0.5);

    private static Pace from(long capture, long wall) {
        return from(capture, wall, CATCH_UP);
    }

    private static Pace from(long capture, long wall, double catchUp) {
        return new Pace(ClockSplit.at(capture, wall), DELAY, catchUp);
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
        Pace after = new Pace(before.split(), DELAY, CATCH_UP);

        long first = after.at(NOW + 61_000, half);

        assertThat(first).isBetween(BEGIN + 500, BEGIN + 500 + 2 * Pace.LONGEST_STEP_MILLIS);
        assertThat(run(after, NOW + 61_005, NOW + 90_000, half)).isEqualTo(BEGIN + 45_000);
    }

    @Test
    void aWallClockThatIsSetBackStopsItAndNothingMore() {
        Pace pace = from(BEGIN, NOW, 1);
        run(pace, NOW, NOW + 1_000, real);

        assertThat(pace.at(NOW, real)).isEqualTo(BEGIN + 1_000);
    }
}
