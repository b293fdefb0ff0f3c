package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {

    private static final long SECOND = 1_000_000_000L;

    private final Window window = new Window(8);

    @Test
    void halvesAtARefusalAndCountsThoseOfTheSameMomentOnce() {
        window.refused(SECOND);
        window.refused(SECOND + 1);

        assertThat(window.size()).isEqualTo(4);
    }

    @Test
    void neverFallsBelowOneNorRisesAboveTheMost() {
        for (int i = 1; i <= 10; i++) {
            window.refused(i * SECOND);
        }
        int smallest = window.size();
        for (int i = 0; i < 1000; i++) {
            window.answered(20 * SECOND, 1);
        }

        assertThat(smallest).isEqualTo(1);
        assertThat(window.size()).isEqualTo(8);
    }

    @Test
    void growsByOneForEachWindowOfGoodAnswers() {
        window.refused(SECOND);

        for (int i = 0; i < 5; i++) {
            window.answered(2 * SECOND, 1);
        }

        assertThat(window.size()).isEqualTo(5);
    }

    @Test
    void takesASlowAnswerForARefusal() {
        window.answered(SECOND, Window.SLOW_NANOS + 1);

        assertThat(window.size()).isEqualTo(4);
    }
}
