package io.sluice.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.backfill.LedgerState.Phase;
import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.RangeChecksum;
import io.sluice.snapshot.Segment;
import io.sluice.transform.FenceKind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final List<IndexPlan> BOOKS =
            List.of(new IndexPlan("books", "f", "u", "books", 1, FenceKind.SEQ_NO));

    private final Ledger ledger = new Ledger();

    @Test
    void anIndexIsCompleteOnlyWhenEveryRangeIsFinished() {
        ledger.planned(twoRanges());
        RangeSplit first = take();
        RangeSplit second = take();

        ledger.ended(settled(first), "");
        boolean afterOne = isComplete();
        ledger.ended(settled(second), "");

        assertThat(afterOne).isFalse();
        assertThat(isComplete()).isTrue();
        assertThat(ledger.isSettled()).isTrue();
    }

    @Test
    void anIndexWithAShardThatIsNotPlannedIsNotComplete() {
        List<IndexPlan> twoShards = List.of(new IndexPlan("books", "f", "u", "books", 2, FenceKind.SEQ_NO));
        ledger.planned(twoRanges());

        ledger.ended(settled(take()), "");
        ledger.ended(settled(take()), "");

        assertThat(Ledger.completeIndices(ledger.snapshot(), twoShards)).isEmpty();
    }

    @Test
    void whatAReaderBringsBackWinsOverAnEndThatWasHeardOf() {
        ledger.planned(twoRanges());
        RangeSplit range = take();
        ledger.ended(settled(range), "");

        ledger.givenBack(range.settledTo(10, Account.EMPTY));

        assertThat(ledger.isSettled()).isFalse();
        assertThat(take().next()).isEqualTo(10);
    }

    @Test
    void hearingOfAnEndTwiceChangesNothing() {
        ledger.planned(twoRanges());
        RangeSplit range = take();

        ledger.ended(settled(range), "");
        ledger.ended(settled(range), "");
        ledger.ended(settled(take()), "");

        assertThat(ledger.isSettled()).isTrue();
    }

    @Test
    void aStoppedIndexHandsOutNoMoreRangesAndIsNeverComplete() {
        ledger.planned(twoRanges());
        RangeSplit range = take();

        ledger.stopIndex("books", "write block");
        ledger.ended(range, "write block");

        assertThat(ledger.take()).isNull();
        assertThat(ledger.isSettled()).isTrue();
        assertThat(isComplete()).isFalse();
    }

    @Test
    void aRestartTriesAgainWhatWasStopped() {
        ledger.planned(twoRanges());
        take();
        ledger.stopIndex("books", "write block");

        Ledger restarted = Ledger.restore(ledger.snapshot());

        assertThat(restarted.pendingRanges()).isEqualTo(1);
        assertThat(restarted.isSettled()).isFalse();
    }

    @Test
    void aRangeThatAReaderHoldsWaitsForThatReaderAfterARestore() {
        ledger.planned(twoRanges());
        RangeSplit held = take();

        Ledger restored = Ledger.restore(ledger.snapshot());
        RangeSplit other = Objects.requireNonNull(restored.take());
        boolean more = restored.take() != null;
        restored.givenBack(held.settledTo(7, Account.EMPTY));

        assertThat(other.splitId()).isNotEqualTo(held.splitId());
        assertThat(more).isFalse();
        assertThat(Objects.requireNonNull(restored.take()).next()).isEqualTo(7);
    }

    @Test
    void aSegmentWhoseRangesReadOtherBytesThanItsFooterSaysIsSuspectAsAWhole() {
        ledger.planned(twoRanges());
        RangeSplit first = take();
        RangeSplit second = take();

        ledger.ended(settled(second), "");
        ledger.ended(settled(first, "bytes of 1"), "");

        assertThat(phases()).containsOnly(Phase.SUSPECT);
        assertThat(ledger.snapshot().shards().get(0).ranges())
                .allSatisfy(range -> assertThat(range.reason())
                        .contains(
                                "_0.fdt is damaged",
                                "expected checksum 0x%X"
                                        .formatted(crc("bytes of 0bytes of 100").crc()),
                                "found 0x%X"
                                        .formatted(crc("bytes of 1bytes of 100").crc())));
        assertThat(ledger.isSettled()).isTrue();
        assertThat(isComplete()).isFalse();
    }

    @Test
    void damageThatOneRangeMeetsMakesTheOthersSuspectEvenThoseThatEndLater() {
        ledger.planned(twoRanges());
        RangeSplit first = take();
        RangeSplit second = take();

        ledger.ended(first.settledTo(50, Account.EMPTY), "does not decompress");
        ledger.damaged(first, "does not decompress");
        ledger.ended(settled(second), "");

        assertThat(phases()).containsOnly(Phase.SUSPECT);
        assertThat(ledger.isSettled()).isTrue();
    }

    @Test
    void aRangeOfADamagedSegmentThatComesBackIsNotHandedOutAgain() {
        ledger.planned(twoRanges());
        RangeSplit first = take();
        RangeSplit second = take();
        ledger.damaged(first, "does not decompress");

        ledger.givenBack(second.settledTo(150, Account.EMPTY));

        assertThat(ledger.take()).isNull();
        assertThat(phases()).containsExactly(Phase.ASSIGNED, Phase.SUSPECT);
    }

    @Test
    void aRestartReadsWhatIsSuspectFromItsFirstDocumentOn() {
        ledger.planned(twoRanges());
        RangeSplit first = take();
        ledger.ended(settled(first, "other"), "");
        ledger.ended(settled(take()), "");

        Ledger restarted = Ledger.restore(ledger.snapshot());

        assertThat(restarted.pendingRanges()).isEqualTo(2);
        assertThat(restarted.take()).isEqualTo(first);
    }

    @Test
    void aRangeOfWhichOnlyTheChecksumIsMissingIsHandedOutForIt() {
        ledger.planned(twoRanges());
        RangeSplit first = take();
        RangeSplit second = take();
        ledger.ended(settled(second), "");

        ledger.givenBack(first.settledTo(100, Account.EMPTY));

        assertThat(isComplete()).isFalse();
        assertThat(take().splitId()).isEqualTo(first.splitId());
        ledger.ended(settled(first), "");
        assertThat(isComplete()).isTrue();
    }

    @Test
    void theEndOfARangeInAStateOfABuildThatKeptNoChecksumsIsNotTrusted() {
        RangeSplit first = twoRanges().ranges().get(0).settledTo(100, Account.EMPTY);
        LedgerState.Range finished = new LedgerState.Range(first, 100, Phase.FINISHED, "");

        Ledger restored =
                Ledger.restore(new LedgerState(List.of(new LedgerState.Shard("books", 0, "", List.of(finished)))));

        assertThat(restored.isSettled()).isFalse();
        assertThat(restored.take()).isEqualTo(first);
    }

    @Test
    void theStateSurvivesItsSerializedForm() throws IOException {
        ledger.planned(twoRanges());
        ledger.planned(ShardPlan.failed("broken", 3, "no such file"));
        ledger.ended(settled(take()), "");
        LedgerStateSerializer serializer = new LedgerStateSerializer();

        LedgerState read =
                serializer.deserialize(LedgerStateSerializer.VERSION, serializer.serialize(ledger.snapshot()));

        assertThat(read).isEqualTo(ledger.snapshot());
    }

    @Test
    void rangesTileEverySegmentAndAreTheSameEachTime() {
        List<Segment> segments = List.of(
                new Segment("_0", 100_000, 90_000, 400L << 20),
                new Segment("_1", 5, 0, 100),
                new Segment("_2", 3, 3, 1));

        ShardPlan plan = ShardPlan.cut("books", 0, segments);

        assertThat(plan).isEqualTo(ShardPlan.cut("books", 0, segments));
        assertThat(plan.ranges())
                .filteredOn(range -> range.segment().equals("_1"))
                .isEmpty();
        int expected = 0;
        for (RangeSplit range : plan.ranges()) {
            if (range.segment().equals("_0")) {
                assertThat(range.from()).isEqualTo(expected);
                expected = range.to();
            }
        }
        assertThat(expected).isEqualTo(100_000);
        assertThat(plan.ranges()).hasSizeBetween(32, 66);
    }

    private boolean isComplete() {
        return Ledger.completeIndices(ledger.snapshot(), BOOKS).contains("books");
    }

    private RangeSplit take() {
        return Objects.requireNonNull(ledger.take());
    }

    private static RangeSplit settled(RangeSplit range) {
        return settled(range, "bytes of " + range.from());
    }

    private static RangeSplit settled(RangeSplit range, String bytes) {
        FileChecksum file =
                new FileChecksum("_0.fdt", 22, crc("bytes of 0bytes of 100").crc());
        return range.settledTo(range.to(), new Account(90, 5, 3, Map.of("rule", 2L), 1000))
                .read(new RangeChecksum(crc(bytes), range.to() == 200 ? file : null));
    }

    private static ByteChecksum crc(String bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.getBytes(UTF_8));
        return ByteChecksum.of(crc, bytes.length());
    }

    private List<Phase> phases() {
        return ledger.snapshot().shards().get(0).ranges().stream()
                .map(LedgerState.Range::phase)
                .toList();
    }

    private static ShardPlan twoRanges() {
        return new ShardPlan(
                "books",
                0,
                List.of(RangeSplit.unread("books", 0, "_0", 0, 100), RangeSplit.unread("books", 0, "_0", 100, 200)),
                List.of(100L, 100L),
                "");
    }
}
