package io.sluice.replay.conduct;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.conduct.BarrierOrder.Kind;
import io.sluice.replay.conduct.Barriers.Told;
import io.sluice.replay.conduct.HeldBarriers.Held;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.Scope;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class BarriersTest {

    private static final long STAMP = 7_000_000;
    private static final LongFunction<OptionalLong> ALL = stamp -> OptionalLong.of(9);
    private static final LongFunction<OptionalLong> NOTHING = stamp -> OptionalLong.empty();

    private static final Deletion BOOKS = new Deletion(List.of("books"));

    private final Barriers barriers = new Barriers(4);

    private static Held held(int domains, boolean owns, boolean drained, boolean called) {
        return new Held("b", STAMP, false, Set.of("books"), BOOKS, true, domains, owns, drained, called);
    }

    private void report(int subtask, Held... held) {
        barriers.heard(new HeldBarriers(subtask, List.of(held), Long.MIN_VALUE));
    }

    private List<Told> decide() {
        return barriers.decide(ALL, OpenBackfills.NONE);
    }

    @Test
    void aBarrierGoesThroughItsOrdersAndEachIsSaidOnce() {
        report(0, held(2, true, false, false));
        assertThat(decide()).as("two domains do not know it").isEmpty();

        report(1, held(2, false, false, false));
        assertThat(decide()).containsExactly(new Told(null, new BarrierOrder(Kind.DRAIN, "b", 9)));
        assertThat(decide()).isEmpty();

        report(0, held(2, true, true, false));
        assertThat(decide()).as("the other one is not drained").isEmpty();
        report(1, held(2, false, true, false));
        assertThat(decide()).containsExactly(new Told(0, new BarrierOrder(Kind.CALL, "b", 0)));
        assertThat(decide()).isEmpty();

        report(0, held(2, true, true, true));
        assertThat(decide()).containsExactly(new Told(null, new BarrierOrder(Kind.PASS, "b", 0), BOOKS));
        report(0);
        report(1);
        assertThat(decide()).isEmpty();
        assertThat(barriers.isEmpty()).isTrue();
    }

    private static Held held(String id, long stamp) {
        return new Held(id, stamp, false, Set.of("books"), Deletion.NONE, true, 4, true, false, false);
    }

    @Test
    void theEarliestPassesWithoutTheClockWhenAllOfBeforeIsThereWhateverIsBehindIt() {
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 9)).isFalse();
        report(0, held("a", STAMP), held("b", STAMP + 1));
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 9))
                .as("something that began before may come")
                .isFalse();
        barriers.decide(stamp -> stamp == STAMP ? OptionalLong.of(9) : OptionalLong.empty(), OpenBackfills.NONE);
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 8)).isFalse();
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 9)).isTrue();

        report(0, held("b", STAMP + 1));
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 9))
                .as("it is another's turn")
                .isFalse();
        decide();
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 9)).isTrue();
        barriers.left(0);
        report(0, held("b", STAMP + 1));
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 9))
                .as("those who come back were not told")
                .isFalse();
    }

    @Test
    void theEarliestWaitsForTheClockWhileAWriteBeforeItIsNotCertain() {
        report(0, held("a", STAMP));
        report(1);
        decide();
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 9)).isTrue();

        barriers.heard(new HeldBarriers(0, List.of(held("a", STAMP)), 30));
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 29)).isFalse();
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 30)).isTrue();
        report(0, held("a", STAMP));
        assertThat(barriers.passWithoutClock(OpenBackfills.NONE, 9)).isTrue();
    }

    @Test
    void whatWaitsForABackfillPassesWithoutTheClock() {
        report(0, held("a", STAMP));

        assertThat(barriers.passWithoutClock(new OpenBackfills(false, Set.of("books")), 1))
                .isTrue();
        assertThat(barriers.passWithoutClock(new OpenBackfills(false, Set.of("films")), 1))
                .isFalse();
    }

    @Test
    void nothingIsDrainedWhileAnExchangeIsOpenThatBeganBefore() {
        report(0, held(4, true, false, false));

        assertThat(barriers.decide(NOTHING, OpenBackfills.NONE)).isEmpty();
        assertThat(decide()).hasSize(1);
    }

    @Test
    void aBarrierWaitsForTheBackfillOfItsIndexAndForNoOther() {
        report(0, held(4, true, false, false));

        assertThat(barriers.decide(ALL, OpenBackfills.UNKNOWN)).isEmpty();
        assertThat(barriers.decide(ALL, new OpenBackfills(false, Set.of("books", "films"))))
                .isEmpty();
        assertThat(barriers.decide(ALL, new OpenBackfills(false, Set.of("films"))))
                .hasSize(1);
    }

    @Test
    void aBarrierForEverythingWaitsForAnyBackfillUnlessItNeedsNone() {
        report(
                0,
                new Held("all", STAMP, true, Set.of(), Deletion.NONE, true, 4, true, false, false),
                new Held("template", STAMP, true, Set.of(), Deletion.NONE, false, 4, true, false, false));

        assertThat(barriers.decide(ALL, new OpenBackfills(false, Set.of("films"))))
                .containsExactly(new Told(null, new BarrierOrder(Kind.DRAIN, "template", 9)));
    }

    @Test
    void afterAFailureAllIsSaidAgainToThoseWhoComeBack() {
        report(0, held(2, true, false, false));
        report(1, held(2, false, false, false));
        decide();
        barriers.left(0);
        barriers.left(1);

        report(0, held(1, true, true, false));
        report(1, held(2, false, true, false));
        assertThat(decide()).as("the third has not come back").isEmpty();
        report(2, held(1, false, true, false));
        assertThat(decide())
                .as("drained counts only after the order")
                .containsExactly(new Told(null, new BarrierOrder(Kind.DRAIN, "b", 9)));
        assertThat(decide()).containsExactly(new Told(0, new BarrierOrder(Kind.CALL, "b", 0)));
    }

    @Test
    void thoseWhoDoNotComeBackAfterARescaleDoNotCount() {
        report(0, held(2, true, false, false));
        report(1, held(2, false, false, false));
        barriers.clear();

        report(0, held(4, true, false, false));

        assertThat(decide()).containsExactly(new Told(null, new BarrierOrder(Kind.DRAIN, "b", 9)));
    }

    @Test
    void anOwnerWhoCameBackWithACallThatIsSettledOpensTheBarrier() {
        report(0, held(1, true, false, true));

        assertThat(decide()).containsExactly(new Told(null, new BarrierOrder(Kind.PASS, "b", 0), BOOKS));
    }

    @Test
    void whatWaitsForBackfillsThatFailedAndNoOtherGoesOnWhenItIsExcused() {
        report(0, held(4, true, false, false));
        OpenBackfills failed = new OpenBackfills(false, Set.of("books"), Map.of("books", "no disk"), "finished");
        OpenBackfills again = new OpenBackfills(false, Set.of("books"), Map.of(), "running");

        assertThat(barriers.decide(ALL, failed)).isEmpty();
        assertThat(barriers.stuck(failed)).isEqualTo(Map.of("b", Scope.of(Set.of("books"))));
        assertThat(barriers.stuck(again)).isEmpty();
        barriers.excuse(Set.of("b"));

        assertThat(barriers.decide(ALL, again)).as("it was started again").isEmpty();
        assertThat(barriers.passWithoutClock(failed, 1)).isFalse();
        assertThat(barriers.stuck(failed)).isEmpty();
        assertThat(barriers.decide(ALL, failed)).containsExactly(new Told(null, new BarrierOrder(Kind.DRAIN, "b", 9)));
    }
}
