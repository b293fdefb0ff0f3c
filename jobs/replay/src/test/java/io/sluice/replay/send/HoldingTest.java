package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for which barriers, held against the rule as it is said: for each that is before it and may touch what it does. */
class HoldingTest {

    private static final List<String> INDICES = List.of("books", "films", "songs");
    private static final int LATEST = 200;

    private record Barrier(ExchangeRef at, Scope scope, boolean isDefinition) {
        boolean holds(Pending step) {
            String index = step.touches();
            return !isDefinition && at.compareTo(step.exchange()) < 0 && (index == null || scope.touches(index));
        }

        boolean isBefore(Barrier other) {
            return !isDefinition && !other.isDefinition && at.compareTo(other.at) < 0 && scope.overlaps(other.scope);
        }
    }

    private final Holding holding = new Holding();
    private final List<Barrier> barriers = new ArrayList<>();
    private final List<Pending> held = new ArrayList<>();

    private static ExchangeRef at(int millis, long number) {
        return new ExchangeRef(0, millis * 1_000_000L + number, new UUID(1, 1), 1, number);
    }

    private void announce(Barrier barrier) {
        Step.Barrier step =
                new Step.Barrier(0, 0, barrier.scope(), !barrier.isDefinition(), Deletion.NONE, false, 0, false);
        holding.announced(new StepItem(barrier.at(), step), 0);
        barriers.add(barrier);
    }

    private void due(ExchangeRef at, int index) {
        Step step = index == INDICES.size()
                ? new Step.Ask(0, "any", "any", false, null, "1", null, AskReason.UPDATE)
                : new Step.Write(0, INDICES.get(index), "x", null, "1", null, 1, ByteString.EMPTY);
        Pending pending = new Pending(new StepItem(at, step), 0);
        boolean isHeld = barriers.stream().anyMatch(barrier -> barrier.holds(pending));
        assertThat(holding.holds(pending)).isEqualTo(isHeld);
        if (isHeld) {
            held.add(pending);
        }
    }

    /** One that none of its scope is before, as they are called in their order. */
    private void pass(Random random) {
        List<Barrier> first = barriers.stream()
                .filter(one -> barriers.stream().noneMatch(other -> other.isBefore(one)))
                .toList();
        Barrier barrier = first.get(random.nextInt(first.size()));
        barriers.remove(barrier);
        List<Pending> free = held.stream()
                .filter(step -> barriers.stream().noneMatch(other -> other.holds(step)))
                .sorted(Comparator.naturalOrder())
                .toList();
        held.removeAll(free);

        Holding.Passed passed = Objects.requireNonNull(holding.pass(Holding.idOf(barrier.at(), 0)));

        assertThat(passed.released()).containsExactlyElementsOf(free);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aStepWaitsForWhatIsBeforeItInItsScopeAndForNothingElse(long seed) {
        Random random = new Random(seed);
        for (int number = 0; number < 3_000; number++) {
            ExchangeRef at = at(random.nextInt(LATEST), number);
            int choice = random.nextInt(10);
            if (choice < 2) {
                boolean isDefinition = random.nextInt(4) == 0;
                boolean isAny = isDefinition || random.nextInt(4) == 0;
                Scope scope = isAny ? Scope.ALL : Scope.of(Set.copyOf(INDICES.subList(random.nextInt(2), 2)));
                announce(new Barrier(at, scope, isDefinition));
            } else if (choice < 4 && !barriers.isEmpty()) {
                pass(random);
            } else {
                due(at, random.nextInt(INDICES.size() + 1));
            }
            assertThat(holding.held().steps()).isEqualTo(held.size());
        }
    }

    @Test
    void thoseThatWaitForABackfillDoNotKeepTheOthersFromBeingLed() {
        holding.told(new OpenBackfills(false, Set.of("books")));
        for (int number = 0; number < LATEST + 1; number++) {
            announce(new Barrier(at(1, number), Scope.of(Set.of("books")), false));
        }
        for (int number = 0; number < LATEST + 1; number++) {
            announce(new Barrier(at(2, number), Scope.of(Set.of("films")), false));
        }
        assertThat(reported()).hasSize(2 * LATEST).startsWith("books").endsWith("films");
        assertThat(reported().stream().filter("films"::equals)).hasSize(LATEST);

        holding.told(OpenBackfills.NONE);
        assertThat(reported()).as("all are led in their order").hasSize(LATEST).containsOnly("books");
    }

    private List<String> reported() {
        return holding.report(0).stream()
                .flatMap(held -> held.indices().stream())
                .toList();
    }

    @Test
    void aBarrierOfNothingThatIsKnownPassesNothing() {
        assertThat(holding.pass("none")).isNull();
    }

    @Test
    void whatIsWaitedForIsNamedWithWhatTheUserCanDo() {
        announce(new Barrier(at(1, 1), Scope.of(Set.of("books")), false));

        holding.told(new OpenBackfills(false, Set.of("books", "films"), Map.of(), "stopped"));
        assertThat(holding.waitingFor())
                .isEqualTo(
                        "an operation on books waits for the backfill of books, which is stopped: sluice backfill start");
        holding.told(new OpenBackfills(false, Set.of("books"), Map.of("books", "no disk"), "failed"));
        assertThat(holding.waitingFor())
                .isEqualTo(
                        "an operation on books waits for the source to say whether it still has books, whose backfill failed: no disk");
        holding.told(OpenBackfills.NONE);
        assertThat(holding.waitingFor()).isEqualTo("an operation on books waits for answers of the source");
    }

    /** The deletion was answered at 60 ms. */
    @ParameterizedTest
    @CsvSource({"1, 59, true", "1, 60, false", "2, 79, true", "2, 80, false"})
    void theClocksOfTwoProxiesMayBeApartWhereAWriteBeganAfterTheAnswerToADeletion(
            long proxy, int millis, boolean mayBeOfAnother) {
        Deletion deletion = new Deletion(List.of("books"));
        Step.Barrier step =
                new Step.Barrier(0, 0, Scope.of(Set.of("books")), true, deletion, false, 60_000_000L, false);
        holding.announced(new StepItem(at(10, 0), step), 0);
        ExchangeRef ref = new ExchangeRef(0, millis * 1_000_000L, new UUID(proxy, 1), 1, 1);
        Step.Write write = new Step.Write(0, "books", "books", null, "1", null, 1, ByteString.EMPTY);
        Pending pending = new Pending(new StepItem(ref, write), 0);
        assertThat(holding.holds(pending)).isTrue();

        Holding.Passed passed = Objects.requireNonNull(holding.pass(Holding.idOf(at(10, 0), 0)));

        assertThat(passed.overlapping()).hasSize(mayBeOfAnother ? 1 : 0);
        assertThat(passed.released()).containsExactly(pending);
    }
}
