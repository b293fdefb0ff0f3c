package io.sluice.replay.conduct;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.account.AccountReport;
import io.sluice.replay.account.Counts;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CaptureStandingTest {

    private static final UUID PROXY = new UUID(1, 2);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLI = 1_000_000;

    private final CaptureStanding standing = new CaptureStanding();

    private AccountReport heard(long time, long reached, long atNanos, UUID... waitsFor) {
        AccountReport report = new AccountReport(
                0,
                new Counts(),
                new Counts(),
                Map.of(),
                time,
                time,
                time,
                time,
                Long.MAX_VALUE,
                0,
                reached,
                0,
                false,
                List.of(waitsFor),
                null);
        standing.heard(report, atNanos);
        return report;
    }

    private String reason(AccountReport report, long atNanos) {
        return standing.reason(List.of(report), atNanos);
    }

    @Test
    void aProxyIsSilentWhenTimeStandsAndAllWasRead() {
        standing.asked(Map.of(0, 40L));
        AccountReport report = heard(7_000 * MILLI, 40, 0, PROXY);

        assertThat(standing.isToBeAsked(4 * SECOND)).isFalse();
        assertThat(reason(report, 4 * SECOND)).isEmpty();
        assertThat(standing.isToBeAsked(5 * SECOND)).isTrue();
        assertThat(reason(report, 5 * SECOND))
                .contains("proxy " + PROXY + " is silent since 1970-01-01T00:00:07Z")
                .contains("start it again, or sluice capture forget " + PROXY);

        AccountReport later = heard(8_000 * MILLI, 41, 6 * SECOND, PROXY);
        assertThat(reason(later, 7 * SECOND)).as("it is heard again").isEmpty();
    }

    @Test
    void whereMoreIsToBeReadNobodyIsSilent() {
        standing.asked(Map.of(0, 41L));
        assertThat(reason(heard(7_000 * MILLI, 40, 0, PROXY), 9 * SECOND)).isEmpty();
        assertThat(reason(heard(7_000 * MILLI, 41, 0), 9 * SECOND))
                .as("all are gone for good")
                .isEmpty();
    }

    @Test
    void kafkaThatDoesNotAnswerIsNamedUntilItDoes() {
        AccountReport report = heard(7_000 * MILLI, 40, 0, PROXY);
        standing.failed("timed out", 10 * SECOND);
        standing.failed("timed out again", 17 * SECOND);

        assertThat(reason(report, 18 * SECOND)).contains("Kafka does not answer, for 8 s now (timed out again)");
        standing.asked(Map.of(0, 40L));
        assertThat(reason(report, 18 * SECOND)).contains("is silent");
        standing.forget();
        assertThat(reason(report, 18 * SECOND)).isEmpty();
    }
}
