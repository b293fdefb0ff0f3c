package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GzipChoiceTest {

    private static final long BODY = 5 << 20;

    private final GzipChoice choice = new GzipChoice(GzipPolicy.AUTO, false);

    @Test
    void doesNotCompressBeforeTheWireIsMeasured() {
        assertThat(choice.compresses(BODY)).isFalse();
    }

    @Test
    void doesNotCompressForAFastWire() {
        choice.sent(BODY, BODY); // 1 ns a byte: 1 GB/s

        assertThat(IntStream.range(0, 1000).anyMatch(i -> choice.compresses(BODY)))
                .isFalse();
    }

    @Test
    void compressesForASlowWire() {
        choice.sent(BODY, 80 * BODY); // 80 ns a byte: 100 Mbit/s

        assertThat(choice.compresses(BODY)).isTrue();
    }

    @Test
    void stopsCompressingWhatDoesNotShrinkButLooksAgainNowAndThen() {
        choice.sent(BODY, 80 * BODY);
        IntStream.range(0, 50).forEach(i -> choice.compressed(BODY, BODY, 30 * BODY));

        long compressed =
                IntStream.range(0, 640).filter(i -> choice.compresses(BODY)).count();

        assertThat(compressed).isEqualTo(10);
    }

    @Test
    void learnsNothingFromBodiesThatFitIntoTheSocketsBuffer() {
        choice.sent(1000, 1_000_000);

        assertThat(choice.compresses(BODY)).isFalse();
    }

    @Test
    void followsTheOtherPoliciesToTheLetter() {
        assertThat(new GzipChoice(GzipPolicy.OFF, false).compresses(BODY)).isFalse();
        assertThat(new GzipChoice(GzipPolicy.ON, true).compresses(BODY)).isTrue();
        assertThat(new GzipChoice(GzipPolicy.ON, true).compresses(Gzip.WORTH_A_HEADER - 1))
                .isFalse();
        assertThat(new GzipChoice(GzipPolicy.AUTO, true).isPossible()).isFalse();
    }
}
