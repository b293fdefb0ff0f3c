package io.sluice.replay.conduct;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.account.AccountReport;
import io.sluice.replay.account.Counts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConductorTest {

    private static final long MILLI = 1_000_000;
    private static final long SETTLED = 7 * MILLI;
    private static final long ENDED = 15 * MILLI;
    private static final long LOOKED_MILLIS = 9_000;

    private final Conductor conductor = Conductor.join("end of a capture");

    @AfterEach
    void leave() {
        conductor.leave();
    }

    private void read(long reached, int held, boolean isDeserted) {
        Counts exchanges = new Counts();
        exchanges.captured(held);
        conductor.heard(new AccountReport(
                0,
                exchanges,
                new Counts(),
                Map.of(),
                SETTLED,
                SETTLED,
                SETTLED,
                SETTLED,
                Long.MAX_VALUE,
                0,
                reached,
                isDeserted ? ENDED : 0,
                isDeserted,
                List.of(),
                null));
    }

    @Test
    void whatAKilledProxyLeftBehindItsLastPromiseIsThereAtItsOwnTimeWhenThatWasForgotten() {
        read(40, 1, false);
        assertThat(conductor.heardAllBelow(SETTLED + 5 * MILLI, 1)).isEmpty();
        assertThat(conductor.sight(1).time()).isEqualTo(SETTLED);
        read(41, 1, true);

        assertThat(conductor.heardAllBelow(SETTLED + 5 * MILLI, 1)).hasValue(12);
        assertThat(conductor.heardAllBelow(SETTLED, 1)).as("promised").hasValue(7);
        assertThat(conductor.heardAllBelow(ENDED + 1, 1)).as("behind the end").isEmpty();
        assertThat(conductor.sight(1).time()).isEqualTo(ENDED);
        assertThat(conductor.sight(1).isBeyondPromises()).isTrue();
    }

    @Test
    void aCaptureHasEndedWhereItWasReadToItsEndAndNobodyIsThereWhoCouldGoOnWithIt() {
        read(40, 0, true);
        assertThat(conductor.hasEnded(1)).as("its end is not known").isFalse();
        conductor.endsAt(Map.of(0, 40L), LOOKED_MILLIS);
        assertThat(conductor.hasEnded(1)).isTrue();
        assertThat(conductor.hasEnded(2))
                .as("of the other partition nothing is known")
                .isFalse();

        read(41, 0, false);
        assertThat(conductor.hasEnded(1)).as("somebody has come").isFalse();
        read(42, 0, true);
        assertThat(conductor.hasEnded(1)).as("that end is not the end any more").isFalse();
        conductor.endsAt(Map.of(0, 43L), LOOKED_MILLIS);
        assertThat(conductor.hasEnded(1)).as("another has come behind it").isFalse();
        read(43, 0, true);
        assertThat(conductor.hasEnded(1)).isTrue();
        conductor.forgetCurrent();
        assertThat(conductor.hasEnded(1)).isFalse();
    }

    @Test
    void allOfACaptureThatHasEndedIsSettledUpToWhenItsEndWasLookedUp() {
        read(40, 0, true);
        assertThat(conductor.settledBelow(1)).isEqualTo(SETTLED);
        conductor.endsAt(Map.of(0, 40L), LOOKED_MILLIS);
        assertThat(conductor.settledBelow(1)).isEqualTo(LOOKED_MILLIS * MILLI);
        assertThat(conductor.settledBelow(2)).isZero();

        read(40, 1, true);
        assertThat(conductor.settledBelow(1)).as("one is held").isEqualTo(SETTLED);
        read(41, 0, false);
        assertThat(conductor.settledBelow(1)).as("it goes on").isEqualTo(SETTLED);
    }
}
