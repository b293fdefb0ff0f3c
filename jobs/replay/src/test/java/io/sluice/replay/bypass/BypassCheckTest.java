package io.sluice.replay.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.rewrite.Deletion;
import io.sluice.source.Gaps;
import io.sluice.source.IndexNumbers;
import io.sluice.transform.ShardLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.junit.jupiter.api.Test;

class BypassCheckTest {

    private static final long INTERVAL = 1_000;
    private static final ShardLayout LAYOUT = new ShardLayout(1, 1, 1);

    private final List<OperatorEvent> told = new ArrayList<>();
    private final Map<String, IndexNumbers> source = new HashMap<>();
    private final BypassCheck check = new BypassCheck(INTERVAL, new Road());
    private final TakenNumbers taken = new TakenNumbers();
    private Set<String> open = Set.of();
    private Carried carried = Carried.NOTHING;
    private Set<String> atTarget = Set.of("books", "films", "songs", "logs-1");
    private Set<String> asked = Set.of();
    private boolean isSweeping;
    private int looks;
    private int history;
    private long millis = 1_000_000;

    private final class Road implements BypassCheck.Road {
        @Override
        public void look(Set<String> gone) {
            asked = gone;
            looks++;
        }

        @Override
        public void tellAll(OperatorEvent event) {
            if (event instanceof IndexLayouts layouts) {
                taken.learn(layouts);
            } else {
                told.add(event);
            }
        }

        @Override
        public void tellOne(OperatorEvent event) {
            told.add(event);
        }

        @Override
        public String targetName(String index) {
            return index;
        }

        @Override
        public boolean isOfServer(String index) {
            return index.startsWith(".");
        }

        @Override
        public boolean isFencedByNumber(String index) {
            return true;
        }
    }

    private void has(String index, String uuid, long highest) {
        source.put(index, new IndexNumbers(uuid, LAYOUT, Map.of(0, highest), Map.of(0, highest), "h-" + history, null));
    }

    private Set<String> lacking() {
        return asked.stream().filter(index -> !atTarget.contains(index)).collect(Collectors.toSet());
    }

    private void take(long from, long to) {
        for (long number = from; number <= to; number++) {
            taken.add("books", "id-" + number, null, number);
        }
    }

    private void go(long settledMillis) {
        go(check, settledMillis);
    }

    private void go(BypassCheck check, long settledMillis) {
        check.go(new BypassCheck.Moment(
                millis,
                TimeUnit.MILLISECONDS.toNanos(settledMillis),
                TimeUnit.MILLISECONDS.toNanos(isSweeping ? 0 : settledMillis),
                Set.of(0),
                open::contains,
                carried));
    }

    /** One round: a look, all that began before it settled, and the sender's answer. */
    private BypassSight round() {
        return round(check);
    }

    private BypassSight round(BypassCheck check) {
        millis += 10 * INTERVAL;
        told.clear();
        go(check, 0);
        check.looked(millis, Map.copyOf(source), lacking());
        go(check, millis + 2_000);
        for (int i = 0; i < told.size(); i++) {
            if (told.get(i) instanceof CountNumbers question) {
                check.heard(taken.count(0, question));
            }
        }
        return check.sight();
    }

    private List<String> reasons(BypassSight sight) {
        return sight.reasons(millis);
    }

    @Test
    void agreesWhereAsManyAreSettledAsTheSourceHasNumberedAndElseHasTheIndexGoneOver() {
        assertThat(reasons(round())).isEmpty();
        has("books", "b", 9);
        take(0, 9);
        assertThat(reasons(round())).isEmpty();

        has("books", "b", 19);
        take(10, 17);
        take(19, 25); // of those that came after the look, too
        BypassSight gap = round();
        assertThat(reasons(gap))
                .containsExactly("1 operations on books were not captured, and are looked for at the source");
        Gaps missing = new Gaps(List.of(new Gaps.Span(0, 18, 18)), "b 0=19");
        assertThat(told).contains(new CloseGap("books", missing, TimeUnit.MILLISECONDS.toNanos(millis + 1_000)));

        check.heard(new GapClosed("books", true, "b 0=19", 1, ""));
        has("books", "b", 25);
        BypassSight closed = round();
        assertThat(reasons(closed)).isEmpty();
        assertThat(closed.found()).isEqualTo(1);
    }

    @Test
    void saysNothingBeforeAllIsSettledThatBeganBeforeTheLook() {
        round();
        has("books", "b", 0);
        millis += 10 * INTERVAL;
        told.clear();
        go(0);
        check.looked(millis, Map.copyOf(source), lacking());
        go(millis + 999);
        assertThat(told).isEmpty();
        go(millis + 1_000);
        assertThat(told).hasSize(1);
    }

    @Test
    void beginsBehindWhatTheSnapshotHoldsOrWithTheFirstLookAndSaysSo() {
        has("books", "b", 12);
        has("films", "f", 5);
        has("made-since", "m", 0);
        carried = new Carried("s", true, Map.of("b", Map.of(0, 9L), "f", Map.of()));
        take(10, 11);
        open = Set.of("made-since");
        BypassSight first = round();

        assertThat(reasons(first))
                .containsExactly(
                        "1 operations on books were not captured, and are looked for at the source",
                        "the backfill of made-since is not complete");
        assertThat(first.unchecked()).containsOnlyKeys("films");
        open = Set.of();
        check.heard(new GapClosed("books", true, "b 0=12", 1, ""));
        assertThat(reasons(round()))
                .containsExactly("1 operations on made-since were not captured, and are looked for at the source");
    }

    @Test
    void namesWhatWentBackOrWasMadeAnewUnlessADeletionWasCaptured() {
        has("books", "b", 9);
        has("films", "f", 9);
        has("songs", "s", 9);
        round();
        has("books", "b", 7);
        has("films", "f2", -1);
        source.remove("songs");
        assertThat(reasons(round())).as("it may be under way").hasSize(1);
        BypassSight named = round();
        assertThat(named.again()).containsOnlyKeys("books", "films", "songs");
        assertThat(reasons(named)).hasSize(3);

        check.deleted(new Deletion(List.of("films", "songs", "books")));
        has("films", "f2", -1);
        source.remove("books");
        round();
        assertThat(reasons(round())).isEmpty();
    }

    @Test
    void whatIsTheSourcesOwnIsNotCheckedAndASweepByQueryIsNoEndOfAGap() {
        round();
        has("books", "b", 0);
        has(".tasks", "t", 0);
        BypassSight gap = round();
        assertThat(gap.unchecked()).containsOnlyKeys(".tasks");
        check.heard(new GapClosed("books", false, "b 0=0", 1, ""));
        assertThat(check.sight().closing()).containsOnlyKeys("books");
        check.heard(new GapClosed("books", true, "b 0=0", 1, ""));
        assertThat(check.sight().closing()).isEmpty();
    }

    @Test
    void whatASweepByQueryMayHaveTheNumbersOfIsNotLookedForBeforeItIsDone() {
        round();
        has("books", "b", 9);
        take(0, 5);
        isSweeping = true;
        BypassSight under = round();
        assertThat(under.closing()).isEmpty();
        assertThat(under.checkedUntilMillis()).as("nothing is said").isLessThan(millis);

        take(6, 9); // found by the sweep
        isSweeping = false;
        BypassSight swept = round();
        assertThat(reasons(swept)).isEmpty();
        assertThat(swept.found()).isZero();
        assertThat(swept.checkedUntilMillis()).isEqualTo(millis);
    }

    /** A delete by query has numbers, and no document that tells them. */
    @Test
    void whatIsLookedForAndIsAtTheTargetAlreadyWasNotFound() {
        round();
        has("books", "b", 9);
        take(0, 5);
        round();
        check.heard(new GapClosed("books", true, "b 0=9", 0, ""));
        assertThat(reasons(round())).isEmpty();
        assertThat(check.sight().found()).isZero();
    }

    @Test
    void whatMustBeBackfilledAgainIsNamedUntilABackfillOfALaterSnapshotIsComplete() {
        carried = new Carried("s", true, Map.of("b", Map.of(0, 9L), "f", Map.of(0, 9L)));
        has("books", "b", 9);
        has("films", "f", 9);
        round();
        history++;
        has("books", "b2", 4);
        has("films", "f", 11);
        take(0, 9); // of which index nobody knows
        round();
        assertThat(round().again()).containsOnlyKeys("books", "films");

        carried = new Carried("s2", true, Map.of("b2", Map.of(0, 3L), "f", Map.of(0, 11L)));
        open = Set.of("books", "films");
        assertThat(round().again()).as("it is not complete").isEmpty();
        open = Set.of("films");
        BypassSight books = round();
        assertThat(told).contains(new ForgetNumbers(Set.of("books")));
        assertThat(books.again()).isEmpty();
        open = Set.of();
        round();
        assertThat(round().again()).isEmpty();
    }

    @Test
    void whatWasRestoredIsNamedThoughTheSnapshotOfBeforeHasItsUuid() {
        carried = new Carried("s", true, Map.of("b", Map.of(0, 9L)));
        has("books", "b", 9);
        round();
        history++;
        has("books", "b", 9);
        round();

        assertThat(round().again()).containsOnlyKeys("books");
    }

    @Test
    void namesWhatWasRestoredEvenIfItHasMoreOperationsByNow() {
        has("books", "b", 9);
        round();
        history++;
        has("books", "b", 11);
        round();
        assertThat(round().again()).containsOnlyKeys("books");
    }

    @Test
    void whatCannotBeCarriedOverIsNamedAndNotReadAgainAtOnce() {
        round();
        has("books", "b", 0);
        round();
        check.heard(new GapClosed("books", true, "", 1, "mapper_parsing_exception"));
        told.clear();

        assertThat(reasons(round()))
                .containsExactly("what was not captured of books cannot be carried over: mapper_parsing_exception");
        assertThat(told).isEmpty();
    }

    @Test
    void whatAPatternFitsIsGoneIfTheSourceHasItNoMoreAndKeepsItsPlaceIfItWasNotMeant() {
        for (String index : List.of("logs-1", "logs-2", "logs-hidden")) {
            has(index, index, 9);
        }
        round();
        check.deleted(new Deletion(List.of("logs-*")));
        source.remove("logs-1");
        has("logs-2", "made anew", -1);
        BypassCheck restarted = new BypassCheck(INTERVAL, new Road());
        restarted.restore(check.image()); // before anybody has looked again

        for (BypassCheck one : List.of(check, restarted)) {
            for (int i = 0; i < 3; i++) {
                assertThat(reasons(round(one))).isEmpty();
            }
            assertThat(one.sight().found()).isZero();
        }
    }

    @Test
    void whatTheTargetHasNotEitherNeedNotBeDeletedThereAndItsNumbersAreNotOfAnotherByItsName() {
        has("books", "b", 9);
        round();
        take(10, 14);
        source.remove("books");
        round();
        assertThat(round().again()).containsOnlyKeys("books");

        atTarget = Set.of();
        assertThat(reasons(round())).isEmpty();
        assertThat(told).containsExactly(new ForgetNumbers(Set.of("books")));
        taken.forget("books"::equals);
        has("books", "made anew", 14);
        assertThat(reasons(round()))
                .containsExactly("15 operations on books were not captured, and are looked for at the source");
    }

    @Test
    void noNumberIsForgottenHoweverLongABackfillTakes() {
        round();
        has("books", "b", -1);
        open = Set.of("books");
        assertThat(reasons(round())).containsExactly("the backfill of books is not complete");
        take(0, 199_999);
        has("books", "b", 199_999);
        open = Set.of();

        assertThat(reasons(round())).isEmpty();
    }

    /** A gap that cannot be closed. */
    private void fail(String index, String rule) {
        check.heard(new GapClosed(index, true, "", 1, rule));
    }

    @Test
    void whatCouldNotBeCarriedOverIsForgottenWithItsIndex() {
        round();
        has("books", "b", 0);
        has("films", "f", 0);
        has("songs", "s", 0);
        round();
        fail("books", "mapper_parsing_exception");
        fail("films", "index_made_anew_since");
        fail("songs", "mapper_parsing_exception");
        assertThat(check.sight().unclosed()).containsOnlyKeys("books", "songs");

        check.deleted(new Deletion(List.of("books", "films")));
        has("books", "made anew", -1);
        has("films", "made anew", -1);
        taken.add("songs", "id", null, 0); // settled after all
        millis += 100 * INTERVAL;

        assertThat(reasons(round())).isEmpty();
    }

    @Test
    void deletionsOfWhatTheLookDoesNotHaveLeaveItValid() {
        has("books", "b", -1);
        millis += 10 * INTERVAL;
        go(0);
        check.deleted(new Deletion(List.of("temporary-*")));
        check.looked(millis, Map.copyOf(source), lacking());
        go(millis + 2_000);

        assertThat(reasons(check.sight())).isEmpty();
    }

    @Test
    void whatWasDeletedSinceTheLookIsNotJudgedByIt() {
        has("books", "b", 9);
        round();
        has("books", "b2", 3);
        millis += 10 * INTERVAL;
        go(0);
        check.deleted(new Deletion(List.of("books")));
        check.looked(millis, Map.copyOf(source), lacking());
        taken.forget("books"::equals);
        take(0, 3);
        go(millis + 2_000);

        assertThat(reasons(round())).isEmpty();
        assertThat(check.sight().found()).isZero();
    }

    @Test
    void aSourceThatNumbersNothingIsNotCheckedAndSaysSo() {
        String why = "the source does not number its operations";
        source.put("books", new IndexNumbers("b", LAYOUT, Map.of(), Map.of(), "", why));

        BypassSight sight = round();

        assertThat(reasons(sight)).isEmpty();
        assertThat(sight.unchecked()).containsEntry("books", why);
    }

    @Test
    void goesOnFromACheckpointAndSaysWhyItCannotLook() throws Exception {
        has("books", "b", 9);
        round();
        BypassCheck other = new BypassCheck(INTERVAL, new Road());
        other.restore(check.image());
        assertThat(other.image()).isEqualTo(check.image());

        TakenNumbers restored = new TakenNumbers();
        take(10, 14);
        for (byte[] image : taken.images()) {
            restored.restore(image);
        }
        CountNumbers question = new CountNumbers(
                1, List.of(new CountNumbers.OfIndex("books", LAYOUT, Map.of(0, 9L), Map.of(0, 13L))), false);
        assertThat(restored.count(0, question).counts()).isEqualTo(Map.of("books", Map.of(0, 4L)));

        int before = looks;
        millis += 100 * INTERVAL;
        go(0);
        check.cannotLook("the source is away");
        assertThat(looks).isEqualTo(before + 1);
        assertThat(reasons(check.sight()))
                .containsExactly("the numbers of the source's operations cannot be compared: the source is away");
    }
}
