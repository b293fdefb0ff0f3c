package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cluster.ServerInfo;
import io.sluice.cluster.ServerInfo.Flavor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StableTest {

    private static Seen seen(long hash, long mark) {
        return new Seen(hash, hash, false, mark, "books", null);
    }

    private static boolean isStable(
            @Nullable Seen source, @Nullable Seen target, @Nullable Seen sourceBefore, @Nullable Seen targetBefore) {
        return new Sighting(source, target).isAsStableAs(new Sighting(sourceBefore, targetBefore));
    }

    @Test
    void aDifferenceStandsWhenTheSourceHasNotChanged() {
        assertThat(isStable(seen(1, 5), null, seen(1, 5), null)).isTrue();
        assertThat(isStable(seen(1, 5), seen(2, 3), seen(1, 5), seen(3, 2))).isTrue();
    }

    @Test
    void oneThatWasWrittenMeanwhileIsLookedAtOnceMore() {
        assertThat(isStable(seen(1, 6), null, seen(1, 5), null)).isFalse();
        assertThat(isStable(seen(2, 5), null, seen(1, 5), null))
                .as("in an index that was made again")
                .isFalse();
        assertThat(isStable(seen(1, 5), null, null, seen(1, 5))).isFalse();
        assertThat(isStable(null, seen(1, 5), seen(1, 5), seen(1, 5))).isFalse();
    }

    @Test
    void whatOnlyTheTargetHasMustNotChangeThere() {
        assertThat(isStable(null, seen(1, 5), null, seen(1, 5))).isTrue();
        assertThat(isStable(null, seen(1, 6), null, seen(1, 5))).isFalse();
    }

    @Test
    void whereNoNumberTellsTheSourceItselfDoes() {
        assertThat(isStable(seen(1, Seen.UNKNOWN), null, seen(1, Seen.UNKNOWN), null))
                .isTrue();
        assertThat(isStable(seen(2, Seen.UNKNOWN), null, seen(1, Seen.UNKNOWN), null))
                .isFalse();
        assertThat(isStable(seen(1, 5), null, seen(1, Seen.UNKNOWN), null))
                .as("it can have been another in between")
                .isFalse();
    }

    @Test
    void whatWasNotReadBeforeIsToldByItsNumberAlone() {
        assertThat(isStable(seen(1, 5), null, Seen.unchanged(5, "books", null), null))
                .isTrue();
        assertThat(isStable(seen(1, 6), null, Seen.unchanged(5, "books", null), null))
                .isFalse();
        assertThat(isStable(seen(1, Seen.UNKNOWN), null, Seen.unchanged(Seen.UNKNOWN, "books", null), null))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "ELASTICSEARCH, 5.6.16, SCROLL",
        "ELASTICSEARCH, 7.9.3, SCROLL",
        "ELASTICSEARCH, 7.10.2, PIT",
        "ELASTICSEARCH, 9.5.3, PIT",
        "OPENSEARCH, 1.3.20, SCROLL",
        "OPENSEARCH, 2.3.0, SCROLL",
        "OPENSEARCH, 2.19.6, POINT_IN_TIME",
        "OPENSEARCH, 3.0.0-beta1, POINT_IN_TIME",
    })
    void pagingIsAsTheVersionHasIt(Flavor flavor, String version, Paging paging) {
        assertThat(Paging.of(new ServerInfo(flavor, version))).isEqualTo(paging);
    }
}
