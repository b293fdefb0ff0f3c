package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacerTest {

    private static final long SECOND = 1_000_000_000L;

    private final Pacer pacer = new Pacer();

    @Test
    void neverWaitsWithoutALimit() {
        pacer.book(SECOND, 1_000_000, 1L << 40, 1);

        assertThat(pacer.nanosToWait(SECOND)).isZero();
    }

    @Test
    void spreadsDocumentsOverTime() {
        pacer.limitTo(new RateLimit(100, 0));

        pacer.book(SECOND, 50, 0, 1);

        assertThat(pacer.nanosToWait(SECOND)).isEqualTo(SECOND / 2);
        assertThat(pacer.nanosToWait(2 * SECOND)).isZero();
    }

    @Test
    void theSharesOfReadersThatSendNothingAreForTheOthers() {
        pacer.limitTo(new RateLimit(100, 0));

        pacer.book(SECOND, 50, 0, 5);

        assertThat(pacer.nanosToWait(SECOND)).isEqualTo(SECOND / 10);
    }

    @Test
    void hearingTheSameLimitFromEveryReaderForgetsNothing() {
        pacer.limitTo(new RateLimit(100, 0));
        pacer.book(SECOND, 100, 0, 1);

        pacer.limitTo(new RateLimit(100, 0));

        assertThat(pacer.nanosToWait(SECOND)).isEqualTo(SECOND);
    }

    @Test
    void theTighterOfTwoLimitsRules() {
        pacer.limitTo(new RateLimit(100, 1000));

        pacer.book(SECOND, 10, 1000, 1);

        assertThat(pacer.nanosToWait(SECOND)).isEqualTo(SECOND);
    }

    @Test
    void doesNotMakeUpForAPauseWithABurst() {
        pacer.limitTo(new RateLimit(100, 0));
        pacer.book(SECOND, 100, 0, 1);

        pacer.book(100 * SECOND, 100, 0, 1);

        assertThat(pacer.nanosToWait(100 * SECOND)).isEqualTo(SECOND);
    }
}
