package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockOffsetTest {

    private static final long MILLI = 1_000_000;

    private final ClockOffset offset = new ClockOffset();

    @Test
    void isNotKnownWhileTheTimeMayBeOurOwn() {
        offset.acknowledged(1_000 * MILLI, 1_000 * MILLI, 1_004 * MILLI, 1_000);

        assertThat(offset.best()).isEmpty();
    }

    @Test
    void isTheMiddleOfTheShortestRoundTripAgainstTheBrokersTime() {
        offset.acknowledged(1_000 * MILLI, 1_000 * MILLI, 1_100 * MILLI, 550);
        offset.acknowledged(2_000 * MILLI, 2_000 * MILLI, 2_002 * MILLI, 1_500);
        offset.acknowledged(3_000 * MILLI, 3_000 * MILLI, 3_050 * MILLI, 2_500);

        assertThat(offset.best()).hasValueSatisfying(best -> {
            assertThat(best.nanos()).isEqualTo(500 * MILLI + MILLI / 2);
            assertThat(best.uncertainty()).isEqualTo(MILLI + MILLI / 2);
        });
    }
}
