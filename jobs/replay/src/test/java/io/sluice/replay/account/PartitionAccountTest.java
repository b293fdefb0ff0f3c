package io.sluice.replay.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.replay.account.AccountRecord.Compared;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Progress;
import io.sluice.replay.account.AccountRecord.Reached;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.wire.ExchangeRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PartitionAccountTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Ruled APPLIED = new Ruled(Verdict.APPLIED, "");
    private static final Ruled FAILED = new Ruled(Verdict.FAILED, "mapper_parsing_exception");
    private static final About READ = new About("GET /{index}/_search", "books", 200, 1_500, true);
    private static final About WRITE = new About("PUT /{index}/_doc/{id}", "books", 201, 900, false);

    private final List<String> notable = new ArrayList<>();
    private final List<JsonNode> lines = new ArrayList<>();
    private final PartitionAccount account = new PartitionAccount(3, this::closed);

    private void closed(ExchangeRef ref, Unsettled exchange) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        OutcomeLine.write(ref, exchange, line);
        try {
            lines.add(JSON.readTree(line.toByteArray()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (exchange.isNotable()) {
            notable.add(ref.stamp() + " " + exchange.result());
        }
    }

    private static ExchangeRef at(long stamp) {
        return new ExchangeRef(3, stamp, new UUID(1, 2), 1, stamp);
    }

    private static Seen seen(long stamp, int steps, Ruled... settled) {
        return new Seen(at(stamp), steps, List.of(settled), WRITE, false);
    }

    private static Outcome outcome(long stamp, Ruled ruled) {
        return new Outcome(at(stamp), ruled, null);
    }

    private static Compared compared(long stamp, Result result) {
        Answered answered = new Answered(
                result, 200, 2_500, false, List.of("hits.total"), 0.5, 0.25, 0.75, "GET /books", "{a}", "{b}");
        return new Compared(at(stamp), APPLIED, answered);
    }

    private AccountReport report() {
        return account.report(true);
    }

    private static Counts sumsUp(Counts counts) {
        long sum = counts.held();
        for (Verdict verdict : Verdict.values()) {
            sum += counts.settled(verdict);
        }
        assertThat(sum).isEqualTo(counts.captured());
        return counts;
    }

    @Test
    void tellsTheOldestOfAllThatIsNotSettled() {
        assertThat(report().oldest()).isEqualTo(Long.MAX_VALUE);
        account.take(seen(7, 1));
        account.take(new Seen(at(5), 1, List.of(), READ, false));
        account.take(seen(3, 0, APPLIED));
        assertThat(report().oldest()).isEqualTo(5);

        account.take(compared(5, Result.EQUAL));
        assertThat(report().oldest()).isEqualTo(7);
    }

    /** One request may close several cursors, each a step. */
    @Test
    void ofSeveralComparisonsTheWorstCountsAndNoneIfOneWasNotMade() {
        account.take(new Seen(at(1), 3, List.of(), READ, false));
        account.take(compared(1, Result.EQUAL));
        account.take(compared(1, Result.DIFFERENT));
        account.take(compared(1, Result.EQUAL));
        account.take(new Seen(at(2), 2, List.of(), READ, false));
        account.take(new Compared(at(2), new Ruled(Verdict.SKIPPED, "cursor_unknown"), null));
        account.take(compared(2, Result.EQUAL));

        assertThat(notable).containsExactly("1 DIFFERENT", "2 SKIPPED");
    }

    @Test
    void anExchangeCountsByItsWorstItemWhicheverComesFirst() {
        account.take(outcome(10, FAILED));
        account.take(seen(10, 2, new Ruled(Verdict.SKIPPED, "security")));
        assertThat(report().exchanges().held()).isEqualTo(1);

        account.take(outcome(10, APPLIED));

        AccountReport report = report();
        assertThat(report.exchanges().settled(Verdict.FAILED)).isEqualTo(1);
        assertThat(report.exchanges().held()).isZero();
        assertThat(report.items().captured()).isEqualTo(3);
        assertThat(report.items().skipped()).containsEntry("security", 1L);
        assertThat(report.items().held()).isZero();
        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.at("/items/failed").asInt()).isEqualTo(1);
            assertThat(line.at("/items/applied").asInt()).isEqualTo(1);
            assertThat(line.at("/items/skipped").asInt()).isEqualTo(1);
        });
    }

    @Test
    void confirmedIsHeldBackByWhatIsNotSettledAndByWhatIsOpen() {
        account.take(seen(10, 1));
        account.take(seen(20, 1));
        account.take(new Progress(3, 100, 90));
        assertThat(account.confirmed()).isEqualTo(10);

        account.take(outcome(20, APPLIED));
        assertThat(account.confirmed()).isEqualTo(10);

        account.take(outcome(10, APPLIED));
        assertThat(account.confirmed()).isEqualTo(90);
    }

    @Test
    void whereAllProxiesAreGoneAllIsConfirmedUpToThereThatIsSettledAlsoWhenSomebodyJoins() {
        account.take(new Seen(at(150), 1, List.of(), WRITE, true));
        account.take(new Progress(3, 100, 90));
        account.take(new Reached(3, 40, 200));
        assertThat(account.confirmed()).isEqualTo(150);
        assertThat(account.report(false).settled()).as("but for sweeps").isEqualTo(200);
        assertThat(account.report(false).readTo()).isEqualTo(200);

        account.take(new Reached(3, 41, 0));
        account.take(outcome(150, APPLIED));
        assertThat(account.confirmed()).isEqualTo(200);
    }

    @Test
    void whatWasDesertedIsNotWhenSomebodyJoined() {
        assertThat(account.report(false).isDeserted()).isFalse();
        account.take(new Reached(3, 40, 7));
        assertThat(account.report(false).isDeserted()).isTrue();
        account.take(new Reached(3, 41, 0));

        assertThat(account.report(false).isDeserted()).isFalse();
    }

    @Test
    void whatASweepWaitsForIsAllButSweepsAlsoAfterACheckpoint() throws IOException {
        account.take(new Seen(at(10), 1, List.of(), WRITE, true));
        account.take(seen(20, 1));
        account.take(new Progress(3, 100, 90));
        PartitionAccount restored = PartitionAccount.of(account.toBytes(), this::closed);
        assertThat(restored.report(true).settled()).isEqualTo(20);

        restored.take(outcome(20, APPLIED));

        assertThat(restored.report(true).settled()).isEqualTo(90);
        assertThat(restored.report(true).confirmed()).isEqualTo(10);
    }

    @Test
    void goesOnFromACheckpointWithoutCountingTwice() throws IOException {
        account.take(seen(10, 2));
        account.take(outcome(10, APPLIED));
        account.take(new Progress(3, 100, 100));

        PartitionAccount restored = PartitionAccount.of(account.toBytes(), this::closed);
        restored.take(outcome(10, new Ruled(Verdict.SUPERSEDED, "")));

        assertThat(restored.partition()).isEqualTo(3);
        assertThat(restored.confirmed()).isEqualTo(100);
        AccountReport report = restored.report(false);
        assertThat(report.exchanges().settled(Verdict.SUPERSEDED)).isEqualTo(1);
        assertThat(report.items().settled(Verdict.APPLIED)).isEqualTo(1);
        assertThat(report.items().held()).isZero();
        assertThat(report.newestWrite()).isEqualTo(10);
    }

    @Test
    void nobodyWaitsForAReadAndItsComparisonStandsOutsideTheSum() throws IOException {
        account.take(new Progress(3, 100, 100));
        account.take(new Seen(at(10), 1, List.of(), READ, false));
        account.take(new Seen(at(20), 1, List.of(), READ, false));
        account.take(compared(30, Result.EQUAL)); // before what it belongs to
        assertThat(account.confirmed()).isEqualTo(100);

        PartitionAccount restored = PartitionAccount.of(account.toBytes(), this::closed);
        restored.take(compared(10, Result.DIFFERENT));
        restored.take(new Compared(at(20), new Ruled(Verdict.SKIPPED, "reads_shed"), null));
        restored.take(new Seen(at(30), 1, List.of(), READ, false));
        restored.take(new Seen(at(40), 0, List.of(new Ruled(Verdict.SKIPPED, "read_not_sampled")), READ, false));

        AccountReport report = restored.report(true);
        assertThat(sumsUp(report.exchanges()).settled(Verdict.APPLIED)).isEqualTo(2);
        assertThat(sumsUp(report.items()).held()).isZero();
        assertThat(report.exchanges().skipped()).containsEntry("reads_shed", 1L).containsEntry("read_not_sampled", 1L);
        assertThat(report.noted()).containsEntry("compared_different", 1L).containsEntry("compared_equal", 1L);
        assertThat(report.newestWrite()).isZero();
        Breakdown breakdown = report.breakdown();
        assertThat(breakdown).isNotNull();
        assertThat(breakdown.indices().byName().get("books").of(Result.SKIPPED)).isEqualTo(2);
        assertThat(breakdown.all().target().total()).isEqualTo(2);
        assertThat(notable).containsExactly("10 DIFFERENT", "20 SKIPPED");
    }

    @Test
    void whatIsWrittenDownOfADifferenceIsAllThatIsKnown() {
        account.take(new Seen(at(1_795_945_200_123_456_789L), 1, List.of(), READ, false));
        account.take(compared(1_795_945_200_123_456_789L, Result.DIFFERENT));

        assertThat(lines).singleElement().hasToString("""
                {"at":"2026-11-29T09:40:00.123456789Z","proxy":"00000000-0000-0001-0000-000000000002","connection":1,\
                "exchange":1795945200123456789,"partition":3,"route":"GET /{index}/_search","index":"books",\
                "verdict":"different","source":{"status":200,"ms":1.5},"target":{"status":200,"ms":2.5},\
                "differences":["hits.total"],"hits":{"overlap":0.5,"jaccard":0.25,"rank_biased":0.75},\
                "request":"GET /books","source_answer":"{a}","target_answer":"{b}"}""");
    }

    @Test
    void whatTheTargetLacksIsNamedUpToABound() {
        account.take(seen(10, 2 * Unsettled.MOST_FAILURES));
        for (int item = 0; item < 2 * Unsettled.MOST_FAILURES; item++) {
            account.take(new Outcome(at(10), FAILED, new Failure(item, "books", "id-" + item, "no", "{}")));
        }
        account.take(seen(20, 1));
        account.take(outcome(20, APPLIED));

        assertThat(lines.get(0).get("lacks")).hasSize(Unsettled.MOST_FAILURES);
        assertThat(lines.get(0).at("/lacks/1/id").asText()).isEqualTo("id-1");
        assertThat(lines.get(0).at("/items/failed").asInt()).isEqualTo(2 * Unsettled.MOST_FAILURES);
        assertThat(notable).containsExactly("10 FAILED");
    }
}
