package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardLayoutTest {

    /** What servers answer for these texts. */
    @ParameterizedTest
    @CsvSource({
        "hell, 0x5a0cb7c3",
        "hello, 0xd7c31989",
        "hello w, 0x22ab2984",
        "hello wo, 0xdf0ca123",
        "hello wor, 0xe7744d61",
        "The quick brown fox jumps over the lazy dog, 0xe07db09c",
        "The quick brown fox jumps over the lazy cog, 0x4e63d2ad"
    })
    void hashesAsServersDo(String text, String hash) {
        assertThat(RoutingHash.of(text)).isEqualTo((int) (long) Long.decode(hash));
    }

    @Test
    void aDocumentWithARoutingLiesWhereItsRoutingSays() {
        ShardLayout layout = new ShardLayout(5, 640, 1);

        assertThat(layout.spread("1", "r")).isEqualTo(layout.spread("2", "r")).isEqualTo(layout.spread("r", null));
    }

    @Test
    void aPartitionSpreadsTheDocumentsOfOneRoutingOverSoManyShards() {
        ShardLayout layout = new ShardLayout(8, 8, 3);
        int first = layout.shard(RoutingHash.of("r"));

        for (int id = 0; id < 100; id++) {
            int shard = layout.shard(layout.spread("id-" + id, "r"));
            assertThat(Math.floorMod(shard - first, 8)).isBetween(0, 2);
        }
    }

    @Test
    void finerLayoutsHaveMoreShardsThatDivideTheRoutingShardsAndThenMoreOfThose() {
        assertThat(new ShardLayout(2, 12, 1).finer())
                .startsWith(
                        new ShardLayout(4, 12, 1),
                        new ShardLayout(6, 12, 1),
                        new ShardLayout(12, 12, 1),
                        new ShardLayout(24, 24, 1))
                .last()
                .isEqualTo(new ShardLayout(1020, 1020, 1));
    }

    /** The promise on which a changed number of shards rests. */
    @Test
    void inAFinerLayoutNoShardHasDocumentsOfTwoShards() {
        SplittableRandom random = new SplittableRandom(20261124);
        for (ShardLayout coarse :
                List.of(new ShardLayout(1, 3, 1), new ShardLayout(2, 12, 1), new ShardLayout(3, 3, 2))) {
            for (ShardLayout finer : coarse.finer()) {
                int[] origin = new int[finer.shards()];
                for (int i = 0; i < 5_000; i++) {
                    int spread = random.nextInt();
                    int from = 1 + coarse.shard(spread);
                    int shard = finer.shard(spread);
                    assertThat(origin[shard]).as("%s in %s", coarse, finer).isIn(0, from);
                    origin[shard] = from;
                }
                assertThat(finer.refines(coarse)).isTrue();
            }
        }
    }

    @Test
    void anotherLayoutDoesNotRefine() {
        ShardLayout layout = new ShardLayout(2, 12, 1);

        assertThat(new ShardLayout(3, 12, 1).refines(layout)).isFalse();
        assertThat(new ShardLayout(2, 1024, 1).refines(layout)).isFalse();
        assertThat(new ShardLayout(1, 12, 1).refines(layout)).isFalse();
        assertThat(new ShardLayout(4, 12, 2).refines(layout)).isFalse();
    }

    @Test
    void refusesNumbersThatNoServerTakes() {
        assertThatThrownBy(() -> new ShardLayout(5, 12, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ShardLayout(0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
