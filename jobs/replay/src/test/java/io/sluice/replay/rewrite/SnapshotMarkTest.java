package io.sluice.replay.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.read.Run;
import io.sluice.replay.mark.ProxyMark;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.FailedShard;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SnapshotMarkTest {

    private static final Run RUN = new Run(new UUID(1, 2), 7);
    private static final ProxyMark MARK = new ProxyMark(
            RUN, List.of(new ProxyMark.InPartition(0, 9_000_010, null), new ProxyMark.InPartition(1, 9_000_000, 900L)));
    private static final SnapshotRecord BEGUN =
            SnapshotRecord.marked("sluice-books", "snap-1", List.of(MARK)).begun();
    private static final SnapshotRecord TAKEN = BEGUN.taken(
            "u",
            List.of(new HeldIndex("books", "b", 5, List.of(0, 1)), new HeldIndex("torn", "t", 6, List.of(0))),
            List.of(new FailedShard("torn", 1, "node left")));

    @Test
    void saysNoMoreThanWhatIsCertainForEveryPartitionAndShard() {
        SnapshotMark mark = Objects.requireNonNull(SnapshotMark.of(TAKEN));

        assertThat(mark).isEqualTo(new SnapshotMark(Map.of(RUN, 9_000_000L), Map.of("books", 5L), Set.of("torn")));
        assertThat(mark.isBefore(RUN, 8_999_999)).isTrue();
        assertThat(mark.isBefore(RUN, 9_000_000)).isFalse();
        assertThat(mark.isGone("torn")).isFalse();
        assertThat(mark.isGone("other")).isTrue();
    }

    @Test
    void anIndexThatLivesAndIsOlderThanTheMarkWasNotGone() {
        SnapshotMark held = Objects.requireNonNull(SnapshotMark.of(TAKEN));
        SnapshotMark mark = held.with(Map.of("left-out", 9L, "younger", 10L, "books", 5L));

        assertThat(mark.others()).containsExactlyInAnyOrder("torn", "left-out", "younger");
        assertThat(mark.isGone("younger")).as("by its clock that is so").isFalse();
        assertThat(held.with(Map.of("younger", 60_010L)).isGone("younger")).isTrue();
        assertThat(mark.young()).containsOnlyKeys("left-out", "younger");
    }

    /** The source's clock and those of the proxies may be a minute apart. */
    @Test
    void whichIndexAnAnswerToldOfIsNotCertainForAMinuteAfterItWasMade() {
        long created = 100_000;
        SnapshotMark mark = new SnapshotMark(Map.of(RUN, 0L), Map.of("books", created, "unknown", 0L), Set.of());

        assertThat(mark.mayBeOfOlderIndex("books", (created + 59_999) * 1_000_000))
                .isTrue();
        assertThat(mark.mayBeOfOlderIndex("books", (created + 60_000) * 1_000_000))
                .isFalse();
        assertThat(mark.mayBeOfOlderIndex("unknown", 1)).isFalse();
        assertThat(mark.mayBeOfOlderIndex("other", 1)).isFalse();
        assertThat(mark.isOfOlderIndex("books", created * 1_000_000 - 1)).isTrue();
        assertThat(mark.isOfOlderIndex("books", created * 1_000_000)).isFalse();
    }

    @Test
    void aRunWithoutAMarkIsBeforeItWhenItWasOver() {
        SnapshotMark mark = new SnapshotMark(Map.of(RUN, 100_000_000_000L), Map.of(), Set.of());
        Run before = new Run(RUN.proxy(), 6);
        Run after = new Run(RUN.proxy(), 8);
        Run other = new Run(new UUID(3, 4), 1);

        assertThat(mark.isBefore(before, 99_000_000_000L)).isTrue();
        assertThat(mark.isBefore(before, 0)).as("no answer").isFalse();
        assertThat(mark.isBefore(after, 1)).isFalse();
        assertThat(mark.isBefore(other, 1)).isFalse();
        assertThat(mark.isBeforeOfAny(other, 39_000_000_000L)).isTrue();
        assertThat(mark.isBeforeOfAny(other, 41_000_000_000L)).isFalse();
        assertThat(mark.isBeforeOfAny(RUN, 100_000_000_000L)).isFalse();
        assertThat(new SnapshotMark(Map.of(), Map.of(), Set.of()).isBeforeOfAny(other, 1))
                .as("no marks")
                .isFalse();
    }

    @Test
    void nothingIsKnownOfASnapshotThatIsNotOverOrWasNotMarked() {
        assertThat(SnapshotMark.of(BEGUN)).isNull();
        assertThat(SnapshotMark.of(
                        SnapshotRecord.marked("r", "s", List.of()).begun().taken("u", List.of(), List.of())))
                .isNull();
    }
}
