package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.bypass.CountNumbers;
import io.sluice.replay.bypass.GapClosed;
import io.sluice.replay.bypass.NumbersCounted;
import io.sluice.replay.conduct.BarrierOrder;
import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.conduct.WritesSettled;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.source.FencedWrite;
import io.sluice.source.Gaps;
import io.sluice.source.IndexNumbers;
import io.sluice.source.IndexSweep;
import io.sluice.source.NumbersReading;
import io.sluice.source.SweepPage;
import io.sluice.source.SweepReading;
import io.sluice.source.Unwritten;
import io.sluice.transform.FenceKind;
import io.sluice.transform.ShardLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness declares that closing it may throw anything
class SweeperTest {

    private static final int DOCUMENTS = 2_500;
    private static final int LATER = 100;
    private static final int MANY = 1_000_000;
    private static final Ruled APPLIED = new Ruled(Verdict.APPLIED, "");

    private OneShardCluster source;
    private OneShardCluster target;

    @BeforeEach
    void start() throws Exception {
        source = new OneShardCluster();
        target = new OneShardCluster();
        target.searches.release(MANY);
    }

    @AfterEach
    void stop() {
        source.close();
        target.close();
    }

    private static long outcomes(Senders senders) {
        return senders.told().stream().filter(Outcome.class::isInstance).count();
    }

    private static void assertApplied(Senders senders) {
        assertThat(senders.told())
                .allSatisfy(told -> assertThat(((Outcome) told).ruled()).isEqualTo(APPLIED));
    }

    /** Says that all is settled for which a sweep waits, when it does. */
    private static void settle(Senders senders) throws Exception {
        senders.until("no sweep waits", () -> senders.awaitedStamp() > 0);
        senders.tell(new WritesSettled(senders.awaitedStamp()));
    }

    @Test
    void theTargetIsAsTheSourceIsAlsoAfterACrashInTheMiddle() throws Exception {
        for (int i = 0; i < DOCUMENTS; i++) {
            source.put("d" + i, "{\"n\":%d.50}".formatted(i));
        }
        for (int i = 0; i < DOCUMENTS; i++) {
            target.put((i % 2 == 0 ? "gone" : "d") + i, "{}");
        }
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(source.endpoint(), target.endpoint())) {
            before.tell(OpenBackfills.NONE);
            before.sweep(1, true, true, null);
            before.time(LATER);
            source.searches.release(2);
            settle(before);
            before.until("nothing came", () -> target.sources().containsValue("{\"n\":0.50}"));
            before.until("no third page", () -> source.searched().size() == 3);
            checkpoint = before.checkpoint();
            assertThat(before.told()).isEmpty();
        }
        source.searches.release(MANY);
        try (Senders after = Senders.restored(source.endpoint(), target.endpoint(), checkpoint)) {
            after.tell(OpenBackfills.NONE);
            after.time(LATER);
            settle(after);
            after.until("not settled", () -> outcomes(after) == 1);

            assertThat(target.sources()).isEqualTo(source.sources());
            assertApplied(after);
        }
    }

    @Test
    void oneSweepIsForAllThatWaitForAnIndexAndTheNextReadsOnlyWhatIsNew() throws Exception {
        source.put("a", "{\"n\":1}");
        source.put("b", "{\"n\":2}");
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.tell(OpenBackfills.NONE);
            for (int millis = 1; millis <= 3; millis++) {
                senders.sweep(millis, true, false, null);
            }
            senders.time(LATER);
            senders.until("nothing is read", () -> source.searched().size() == 1);
            senders.sweep(4, true, false, null); // late, and the sweep is under way
            source.put("c", "{\"n\":3}");
            senders.reports();
            source.searches.release(MANY);
            senders.until("not settled", () -> outcomes(senders) == 4);

            assertThat(source.searched()).containsExactly("0", "2");
            assertThat(target.sources()).isEqualTo(source.sources());
            assertApplied(senders);
        }
    }

    @Test
    void whatMayHaveDeletedWaitsForItsTaskForTheBackfillAndForAllThatBeganBefore() throws Exception {
        source.searches.release(MANY);
        source.task("n:1", true);
        target.put("gone", "{}");
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.tell(OpenBackfills.NONE);
            senders.sweep(1, false, true, "n:1");
            senders.time(LATER);
            senders.pass(3_000);
            assertThat(senders.awaitedStamp()).as("the task is at work").isZero();

            senders.tell(new OpenBackfills(false, Set.of("books")));
            source.task("n:1", false);
            senders.pass(3_000);
            assertThat(senders.awaitedStamp()).as("the backfill is open").isZero();

            senders.tell(OpenBackfills.NONE);
            senders.until("it waits for nothing", () -> senders.awaitedStamp() > 0);
            senders.tell(new WritesSettled(senders.awaitedStamp() - 1));
            senders.pass(3_000);
            assertThat(outcomes(senders)).as("something began before").isZero();
            assertThat(target.sources()).containsKey("gone");

            senders.tell(new WritesSettled(senders.awaitedStamp()));
            senders.until("not settled", () -> outcomes(senders) == 1);
            assertThat(target.sources()).isEmpty();
            assertApplied(senders);
        }
    }

    @Test
    void whatHasNoAnswerWaitsForAllThatTheSourceWasAtWhenItsTimeCame() throws Exception {
        source.searches.release(MANY);
        source.task("n:1", true);
        source.task("n:2", true);
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.tell(OpenBackfills.NONE);
            senders.unansweredSweep(1);
            senders.time(LATER);
            senders.pass(3_000);
            source.task("n:1", false);
            source.task("n:3", true); // of another request
            senders.pass(3_000);
            assertThat(senders.awaitedStamp()).as("a task is at work").isZero();

            source.task("n:2", false);
            settle(senders);
            senders.until("not settled", () -> outcomes(senders) == 1);
            assertApplied(senders);
        }
    }

    @Test
    void whatWasSweptIsReadAgainWhenItsIndexWasDeletedAtTheTarget() throws Exception {
        source.searches.release(MANY);
        source.put("a", "{\"n\":1}");
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.tell(OpenBackfills.NONE);
            senders.sweep(1, true, false, null);
            senders.time(LATER);
            senders.until("not swept", () -> outcomes(senders) == 1);
            senders.call("DELETE", "/books", Set.of("books"), 2 * LATER);
            senders.time(3 * LATER);
            for (BarrierOrder.Kind order : BarrierOrder.Kind.values()) {
                senders.tell(new BarrierOrder(order, Senders.id(2 * LATER), 3 * LATER));
                senders.until("not so far", () -> switch (order) {
                    case DRAIN -> senders.isDrained(Senders.id(2 * LATER));
                    case CALL -> senders.isCalled(Senders.id(2 * LATER));
                    case PASS -> senders.held(Senders.id(2 * LATER)).isEmpty();
                });
            }
            senders.sweep(4 * LATER, true, false, null);
            senders.time(5 * LATER);
            senders.until("not swept again", () -> outcomes(senders) == 3);

            assertThat(source.searched()).containsExactly("0", "0");
        }
    }

    @Test
    void anOperationOnItsIndexWaitsForASweepThatReadsAndNotForOneThatWaits() throws Exception {
        source.put("a", "{\"n\":1}");
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.tell(new OpenBackfills(false, Set.of("books")));
            senders.sweep(1, true, false, null);
            senders.call("POST", "/books/_close", Set.of("books"), 2);
            senders.time(LATER);
            senders.tell(new BarrierOrder(BarrierOrder.Kind.DRAIN, Senders.id(2), LATER));
            senders.until("a sweep holds it that waits", () -> senders.isDrained(Senders.id(2)));

            senders.tell(OpenBackfills.NONE);
            senders.until("nothing is read", () -> source.searched().size() == 1);
            senders.reports();
            assertThat(senders.isDrained(Senders.id(2))).isFalse();

            source.searches.release(MANY);
            senders.until("it is held by nothing", () -> senders.isDrained(Senders.id(2)));
            assertThat(outcomes(senders)).isEqualTo(1);
            assertApplied(senders);
        }
    }

    /** Numbers 0 to 2 are of no request that was captured by its document, and 1 is of no document any more. */
    @Test
    void theNumbersOfWhatASweepHasFoundCountAsSettled() throws Exception {
        source.searches.release(MANY);
        source.put("a", "{\"n\":1}");
        source.put("b", "{\"n\":2}");
        source.put("b", "{\"n\":3}");
        CountNumbers question = new CountNumbers(
                1,
                List.of(new CountNumbers.OfIndex("books", new ShardLayout(1, 1, 1), Map.of(0, -1L), Map.of(0, 2L))),
                false);
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.tell(OpenBackfills.NONE);
            senders.sweep(1, true, false, null);
            senders.time(LATER);
            senders.until("not swept", () -> outcomes(senders) == 1);
            senders.tell(question);

            NumbersCounted counted = senders.last(NumbersCounted.class);
            assertThat(counted.counts()).isEqualTo(Map.of("books", Map.of(0, 2L)));
            assertThat(senders.last(GapClosed.class)).isEqualTo(new GapClosed("books", false, "", 2, ""));
        }
    }

    /** How a sweep of books begins. */
    private interface Beginning {
        CompletableFuture<IndexSweep> of(SweepReading reading);
    }

    private List<String> sweep(RewriteRules rules) throws Exception {
        return sweep(rules, reading -> reading.begin("books", true, true, null));
    }

    /** All that comes of a sweep: each write as its id, its fence and its document; and what cannot be written. */
    private List<String> sweep(RewriteRules rules, Beginning beginning) throws Exception {
        List<String> all = new ArrayList<>();
        try (RawHttp toSource = http(source);
                RawHttp toTarget = http(target)) {
            IndexSweep sweep =
                    beginning.of(new SweepReading(toSource, toTarget, rules)).get(20, TimeUnit.SECONDS);
            SweepPage page;
            do {
                page = sweep.next(10).get(20, TimeUnit.SECONDS);
                for (FencedWrite write : page.writes()) {
                    String document =
                            write.source() == null ? "" : write.source().toStringUtf8();
                    all.add("%s %d %s".formatted(write.id(), write.fence(), document));
                }
                if (page.worst() != null) {
                    all.add(page.worst().rule());
                }
            } while (!page.last());
        }
        return all;
    }

    @Test
    void anAliasThatHasMovedOnAtTheSourceStandsForWhatItStillStandsForAtTheTarget() throws Exception {
        target.alias = "shelf";
        try (RawHttp toSource = http(source);
                RawHttp toTarget = http(target)) {
            SweepReading reading = new SweepReading(toSource, toTarget, RewriteRules.DEFAULT);

            assertThat(reading.resolve("shelf").get(20, TimeUnit.SECONDS))
                    .isEqualTo(new SweepReading.Resolved(Set.of("books"), null));
            assertThat(reading.resolve("other").get(20, TimeUnit.SECONDS))
                    .isEqualTo(new SweepReading.Resolved(Set.of(), new Unwritten(false, "index_gone_at_source")));
        }
    }

    private static RawHttp http(OneShardCluster cluster) throws IOException {
        return RawHttps.open(
                new ClusterAddress(cluster.endpoint(), new Credentials.None(), TlsSettings.DEFAULT),
                RawHttpOptions.DEFAULT.withMaxConnections(2));
    }

    private static RewriteRules fencedByVersion() {
        RewriteRules base = RewriteRules.DEFAULT;
        return new RewriteRules(
                base.names(),
                base.fences(),
                FenceKind.VERSION,
                base.routes(),
                base.types(),
                base.drop(),
                base.unrouted(),
                base.aliases(),
                base.effects(),
                null,
                true,
                false,
                base.mostBodyBytes());
    }

    @Test
    void aSourceWithoutSequenceNumbersIsReadAsAWholeAndFencedByVersion() throws Exception {
        source.searches.release(MANY);
        source.isOld = true;
        source.put("a", "{\"n\":1}");
        source.put("b", "{\"n\":2}");
        target.put("b", "{}");
        target.put("gone", "{}");

        assertThat(sweep(fencedByVersion())).containsExactly("a 0 {\"n\":1}", "b 1 {\"n\":2}", "gone 2 ");
        assertThat(sweep(RewriteRules.DEFAULT)).containsExactly("source_without_sequence_numbers");
        assertThat(numbers().unchecked()).isEqualTo("the source does not number its operations");
    }

    private IndexNumbers numbers() throws Exception {
        try (RawHttp toSource = http(source)) {
            return new NumbersReading(toSource, "books"::equals)
                    .look()
                    .get(20, TimeUnit.SECONDS)
                    .get("books");
        }
    }

    @Test
    void ofGapsNothingElseIsReadAndTheTargetOnlyWhenNotEachOfThemIsADocument() throws Exception {
        source.searches.release(MANY);
        target.searches.release(MANY);
        source.put("a", "{\"n\":1}");
        source.put("b", "{\"n\":2}");
        source.put("c", "{\"n\":3}");
        target.put("gone", "{}");
        assertThat(numbers().highest()).isEqualTo(Map.of(0, 2L));
        Gaps documents = new Gaps(List.of(new Gaps.Span(0, 1, 1)), "u 0=2");
        Gaps more = new Gaps(List.of(new Gaps.Span(0, 0, 0), new Gaps.Span(0, 3, 3)), "u 0=3");

        assertThat(sweep(RewriteRules.DEFAULT, reading -> reading.begin("books", documents)))
                .containsExactly("b 1 {\"n\":2}");
        source.put("a", "{\"n\":4}");
        assertThat(sweep(RewriteRules.DEFAULT, reading -> reading.begin("books", more)))
                .containsExactly("a 3 {\"n\":4}", "gone 3 ");
        assertThat(sweep(
                        RewriteRules.DEFAULT,
                        reading -> reading.begin("books", new Gaps(List.of(new Gaps.Span(0, 0, 3)), "v 0=3"))))
                .containsExactly("index_made_anew_since");
    }
}
