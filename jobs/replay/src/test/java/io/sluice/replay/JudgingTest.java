package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.replay.account.Outcomes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgingTest {

    private static final int CONNECTIONS = 100;
    private static final int EXCHANGES = 100;

    private static int sampled(double reads) {
        Judging judging = new Judging(reads, Outcomes.NONE, Duration.ofMinutes(1));
        int sampled = 0;
        for (int connection = 1; connection <= CONNECTIONS; connection++) {
            for (int exchange = 1; exchange <= EXCHANGES; exchange++) {
                sampled += judging.samples(connection, exchange) ? 1 : 0;
            }
        }
        return sampled;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.25, 0.5, 0.9})
    void aboutAsManyAsWanted(double reads) {
        assertThat(sampled(reads) / (double) (CONNECTIONS * EXCHANGES)).isCloseTo(reads, within(0.02));
    }

    @Test
    void allOrNone() {
        assertThat(sampled(1)).isEqualTo(CONNECTIONS * EXCHANGES);
        assertThat(sampled(0)).isZero();
    }

    @Test
    void whoIsInASmallerSampleIsInALargerOne() {
        Judging small = new Judging(0.1, Outcomes.NONE, Duration.ofMinutes(1));
        Judging large = new Judging(0.3, Outcomes.ALL, Duration.ofMinutes(1));
        for (int exchange = 1; exchange <= EXCHANGES; exchange++) {
            assertThat(large.samples(7, exchange) || !small.samples(7, exchange))
                    .isTrue();
        }
    }
}
