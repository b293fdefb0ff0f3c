package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.verify.VerifyPlan.Pair;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerifyPlanTest {

    /** Books go to a library, with those of another index; notes keep their name. */
    private static final VerifyPlan PLAN = new VerifyPlan(
            List.of(),
            List.of(new Pair("books", "library"), new Pair("tomes", "library"), new Pair("notes", "notes")),
            List.of(),
            List.of(),
            List.of(),
            Paging.SCROLL,
            Paging.SCROLL,
            true);

    @Test
    void listedDocumentsAloneAreComparedAndAskedFor() {
        VerifyPlan plan = PLAN.only(new Listed(Map.of("library", Set.of("1", "novel#2")), Set.of("notes")));

        assertThat(plan.only().has("library", "1")).isTrue();
        assertThat(plan.only().has("library", "2")).isFalse();
        assertThat(plan.only().has("notes", "2")).isTrue();
        assertThat(plan.idsOf(Side.TARGET, "library")).containsExactlyInAnyOrder("1", "novel#2");
        assertThat(plan.idsOf(Side.SOURCE, "books")).contains("1", "2");
        assertThat(plan.idsOf(Side.SOURCE, "notes")).isNull();
    }

    @Test
    void anIndexOfTheSourceThatIsListedMakesAllOfItsTargetCompared() {
        VerifyPlan plan = PLAN.only(new Listed(Map.of("library", Set.of("1")), Set.of("tom*")));

        assertThat(plan.only().has("library", "2")).isTrue();
        assertThat(plan.only().has("notes", "2")).isFalse();
    }

    @Test
    void withoutListsEverythingIs() {
        assertThat(PLAN.only(Listed.EVERYTHING).only().isAll()).isTrue();
        assertThat(PLAN.only(Listed.EVERYTHING).idsOf(Side.SOURCE, "books")).isNull();
    }

    @Test
    void moreIdsThanARequestTakesAreNotAskedFor() {
        Set<String> many =
                IntStream.rangeClosed(0, 10_000).mapToObj(String::valueOf).collect(Collectors.toSet());
        VerifyPlan plan = PLAN.only(new Listed(Map.of("library", many), Set.of()));

        assertThat(plan.idsOf(Side.TARGET, "library")).isNull();
        assertThat(plan.only().has("library", "x")).isFalse();
    }
}
