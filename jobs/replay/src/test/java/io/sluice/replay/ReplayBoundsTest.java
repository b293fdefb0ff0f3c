package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReplayBoundsTest {

    @Test
    void copiesDoNotMultiplyWhatIsReadAheadOfTheClock() {
        ReplayBounds bounds = ReplayBounds.DEFAULT;

        assertThat(bounds.ofCopies(1)).isEqualTo(bounds);
        assertThat(bounds.ofCopies(4).readAhead()).isEqualTo(bounds.readAhead().dividedBy(4));
        assertThat(bounds.ofCopies(1_000).readAhead()).isEqualTo(Duration.ofMillis(200));
    }
}
