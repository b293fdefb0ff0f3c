package io.sluice.replay.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakdownTest {

    private final Breakdown breakdown = new Breakdown();

    private void count(String index, Result result, long sourceMicros, long targetMicros) {
        breakdown.count(new About("GET /{index}", index, 200, sourceMicros, true), result, targetMicros);
    }

    @Test
    void namesAreBoundedAndNothingIsLost() {
        int names = 3 * Tallies.MOST_NAMES;
        for (int i = 0; i < names; i++) {
            count("index-" + i, Result.EQUAL, 10, 10);
        }

        assertThat(breakdown.indices().byName()).hasSize(Tallies.MOST_NAMES + 1);
        assertThat(breakdown.indices().byName().get(Tallies.OTHER).of(Result.EQUAL))
                .isEqualTo(names - Tallies.MOST_NAMES);
        assertThat(breakdown.routes().byName().get("GET /{index}").of(Result.EQUAL))
                .isEqualTo(names);
    }

    @ParameterizedTest
    @ValueSource(longs = {50, 999, 1_700, 40_000, 3_000_000})
    void latenciesAreRightToAQuarter(long micros) {
        for (int i = 0; i < 98; i++) {
            count("a", Result.EQUAL, micros, 2 * micros);
        }
        count("a", Result.EQUAL, 60_000_000, 60_000_000);
        count("a", Result.DIFFERENT, 60_000_000, 60_000_000);

        Tally tally = breakdown.all();
        assertThat(tally.source().millis(0.5)).isCloseTo(micros / 1_000.0, Percentage.withPercentage(25));
        assertThat(tally.target().millis(0.5)).isCloseTo(micros / 500.0, Percentage.withPercentage(25));
        assertThat(tally.target().millis(0.99)).isCloseTo(60_000, Percentage.withPercentage(25));
    }

    @Test
    void whatDidNotComeHasNoLatency() {
        count("a", Result.TARGET_FAILED, 10, -1);
        count("a", Result.SKIPPED, 10, 10);

        assertThat(breakdown.all().target().total()).isZero();
        assertThat(breakdown.all().target().millis(0.5)).isCloseTo(0, within(0.0));
    }

    @Test
    void isTheSameAfterACheckpoint() throws IOException {
        count("a", Result.EQUAL, 10, 20);
        count("b", Result.DIFFERENT, 10, 20_000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        breakdown.writeTo(new DataOutputStream(bytes));

        Breakdown restored = new Breakdown();
        restored.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(restored.indices().byName().get("b").of(Result.DIFFERENT)).isEqualTo(1);
        assertThat(restored.all().target().total()).isEqualTo(2);
        assertThat(restored.all().target().millis(1))
                .isEqualTo(breakdown.all().target().millis(1));
    }
}
