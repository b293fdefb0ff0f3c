package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FleetClockTest {

    private static final UUID OTHER = new UUID(0, 2);

    private Instant own = Instant.ofEpochSecond(1_000);
    private final FleetClock clock = new FleetClock(() -> own);

    private void heard(Instant there) {
        clock.heard(OTHER, there.getEpochSecond() * 1_000_000_000L + there.getNano());
    }

    @Test
    void isItsOwnWhereNobodyIsAhead() {
        heard(own.minusMillis(1));
        assertThat(clock.instant()).isEqualTo(own);
    }

    @Test
    void movesOnWithItsOwnAsFarAheadAsTheOtherWas() {
        heard(own.plusNanos(2_500_000_001L));
        assertThat(clock.instant()).isEqualTo(own.plusNanos(2_500_000_001L));
        own = own.plusSeconds(7);
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(1_009, 500_000_001));
    }

    @Test
    void goesByTheFurthestAndNeverBack() {
        heard(own.plusSeconds(2));
        heard(own.plusSeconds(5));
        heard(own.plusSeconds(3));
        assertThat(clock.instant()).isEqualTo(own.plusSeconds(5));
    }

    @Test
    void itsOwnEchoMovesNothing() {
        heard(own.plusSeconds(5));
        Instant stamped = clock.instant();
        own = own.plusMillis(20);
        heard(stamped);
        assertThat(clock.instant()).isEqualTo(own.plusSeconds(5));
    }

    @Test
    void whoIsAMinuteAheadIsNotFollowed() {
        heard(own.plusSeconds(60).plusNanos(1));
        assertThat(clock.instant()).isEqualTo(own);
        heard(own.plusSeconds(60));
        assertThat(clock.instant()).isEqualTo(own.plusSeconds(60));
    }

    @Test
    void whoIsMoreThanAMinuteBehindTheTopicMustNotBegin() throws Exception {
        clock.requireReaches(0);
        clock.requireReaches(1_060_000_000_000L);
        assertThatThrownBy(() -> clock.requireReaches(1_061_000_000_000L))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("it is 61 s behind the newest stamp");
    }

    @Test
    void whoIsMoreThanAMinuteFromKafkaMustNotBegin() throws Exception {
        FleetClock.requireNear(clock.aheadOf(own.plusSeconds(60)));
        FleetClock.requireNear(clock.aheadOf(own.minusSeconds(60)));
        assertThatThrownBy(() -> FleetClock.requireNear(clock.aheadOf(own.plusSeconds(61))))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("this one is 61 s behind");
        assertThatThrownBy(() -> FleetClock.requireNear(clock.aheadOf(own.minusSeconds(62))))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("this one is 62 s ahead");
    }
}
