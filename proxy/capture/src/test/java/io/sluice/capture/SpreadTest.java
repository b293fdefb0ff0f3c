package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void fewConnectionsShareAPartitionAndManyUseAll() {
        Spread spread = new Spread(4);

        int[] few = IntStream.range(0, 16).map(i -> spread.enter()).toArray();
        int[] many = IntStream.range(0, 184).map(i -> spread.enter()).toArray();

        assertThat(few).containsOnly(0);
        for (int partition = 0; partition < 4; partition++) {
            int wanted = partition;
            long count = IntStream.concat(IntStream.of(few), IntStream.of(many))
                    .filter(used -> used == wanted)
                    .count();
            assertThat(count).isEqualTo(50);
        }
    }

    @Test
    void aConnectionThatLeftMakesRoom() {
        Spread spread = new Spread(4);
        IntStream.range(0, 40).forEach(i -> spread.enter());

        IntStream.range(0, 10).forEach(i -> spread.leave(1));

        assertThat(spread.enter()).isEqualTo(1);
        assertThat(spread.connections()).isEqualTo(31);
    }
}
