package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.conduct.Amount;
import io.sluice.replay.conduct.BarrierOrder;
import io.sluice.replay.conduct.BarrierOrder.Kind;
import io.sluice.replay.conduct.OpenBackfills;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("try") // the harness declares that closing it may throw anything
class BarrierTest {

    private RecordingTarget target;

    @BeforeEach
    void start() throws Exception {
        target = RecordingTarget.start();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private static BarrierOrder drain(int call, long afterMillis) {
        return new BarrierOrder(Kind.DRAIN, Senders.id(call), afterMillis);
    }

    private static BarrierOrder call(int call) {
        return new BarrierOrder(Kind.CALL, Senders.id(call), 0);
    }

    private static BarrierOrder pass(int call) {
        return new BarrierOrder(Kind.PASS, Senders.id(call), 0);
    }

    private void untilArrived(Senders senders, String... all) throws Exception {
        senders.until(
                "expected " + List.of(all) + " but only those arrived: " + target.arrived(),
                () -> target.arrived().size() >= all.length);
        senders.reports();
        assertThat(target.arrived()).containsExactlyInAnyOrder(all);
    }

    /** Drains, calls and passes, as the coordinator does. */
    private static void lead(Senders senders, int call, long afterMillis) throws Exception {
        senders.tell(drain(call, afterMillis));
        senders.until("not drained", () -> senders.isDrained(Senders.id(call)));
        senders.tell(call(call));
        senders.until("not called", () -> senders.isCalled(Senders.id(call)));
        senders.tell(pass(call));
    }

    private static long outcomes(Senders senders) {
        return senders.told().stream().filter(Outcome.class::isInstance).count();
    }

    @Test
    void whatIsLaterInItsScopeWaitsForACallAndNothingElseDoes() throws Exception {
        try (Senders senders = Senders.start(target.endpoint())) {
            senders.write("books", 1);
            senders.call("DELETE", "/books", Set.of("books"), 2);
            senders.write("books", 3);
            senders.write("films", 4);
            senders.time(10);
            untilArrived(senders, "index books/1", "index films/4");

            senders.until("not settled", () -> outcomes(senders) == 2);
            senders.tell(drain(2, 20));
            senders.reports();
            assertThat(senders.isDrained(Senders.id(2)))
                    .as("something may come until time 20")
                    .isFalse();
            senders.time(20);
            senders.until("not drained", () -> senders.isDrained(Senders.id(2)));
            assertThat(senders.isCalled(Senders.id(2))).isFalse();

            senders.tell(call(2));
            untilArrived(senders, "index books/1", "index films/4", "DELETE /books");
            senders.until("not called", () -> senders.isCalled(Senders.id(2)));

            senders.tell(pass(2));
            untilArrived(senders, "index books/1", "index films/4", "DELETE /books", "index books/3");
            senders.until("not settled", () -> outcomes(senders) == 4);
            assertThat(senders.held(Senders.id(2))).isEmpty();
        }
    }

    @Test
    void aWriteOfBeforeThatComesLateGoesBeforeTheCall() throws Exception {
        try (Senders senders = Senders.start(target.endpoint())) {
            senders.call("DELETE", "/books", Set.of("books"), 2);
            senders.time(10);
            senders.write("books", 1);
            untilArrived(senders, "index books/1");

            lead(senders, 2, 10);

            untilArrived(senders, "index books/1", "DELETE /books");
        }
    }

    @Test
    void callsOfOneScopeGoInTheirOrderAndThoseOfAnotherDoNotWait() throws Exception {
        try (Senders senders = Senders.start(target.endpoint())) {
            senders.call("DELETE", "/books", Set.of("books"), 1);
            senders.call("PUT", "/books", Set.of("books"), 2);
            senders.call("PUT", "/films", Set.of("films"), 3);
            senders.write("books", 4);
            senders.time(10);
            senders.tell(drain(1, 10));
            senders.tell(drain(2, 10));
            senders.tell(drain(3, 10));
            senders.reports();

            assertThat(senders.isDrained(Senders.id(1))).isTrue();
            assertThat(senders.isDrained(Senders.id(2))).isFalse();
            assertThat(senders.isDrained(Senders.id(3))).isTrue();
            lead(senders, 1, 10);
            lead(senders, 2, 10);

            senders.until("no write", () -> target.arrived().size() == 3);
            assertThat(target.arrived()).containsExactly("DELETE /books", "PUT /books", "index books/4");
        }
    }

    @Test
    void aHeldBarrierSurvivesACrashAndAnotherParallelism() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(target.endpoint())) {
            before.call("DELETE", "/books", Set.of("books"), 2);
            for (int millis = 3; millis < 30; millis++) {
                before.write("books", millis);
            }
            before.time(20);
            before.tell(drain(2, 15));
            before.reports();
            checkpoint = before.checkpoint();
        }
        try (Senders after = Senders.restored(target.endpoint(), checkpoint, 2)) {
            after.time(30);
            after.reports();
            assertThat(after.held(Senders.id(2))).hasSize(2);
            assertThat(after.isDrained(Senders.id(2))).as("nobody said so here").isFalse();
            assertThat(target.arrived()).isEmpty();

            lead(after, 2, 15);

            after.until("not settled", () -> outcomes(after) == 28);
            assertThat(target.arrived()).hasSize(28);
            assertThat(target.arrived().get(0)).isEqualTo("DELETE /books");
        }
    }

    @Test
    void aCallThatWasSettledBeforeACrashIsNotSentAgain() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(target.endpoint())) {
            before.call("DELETE", "/books", Set.of("books"), 2);
            before.write("books", 3);
            before.time(10);
            before.tell(drain(2, 10));
            before.tell(call(2));
            before.until("not called", () -> before.isCalled(Senders.id(2)));
            checkpoint = before.checkpoint();
        }
        try (Senders after = Senders.restored(target.endpoint(), checkpoint, 2)) {
            after.time(10);
            after.reports();
            assertThat(after.isCalled(Senders.id(2))).isTrue();

            after.tell(call(2));
            after.tell(pass(2));

            after.until("not settled", () -> outcomes(after) == 1);
            assertThat(target.arrived()).containsExactly("DELETE /books", "index books/3");
        }
    }

    @Test
    void aCallIsSentUntilTheTargetHasAnsweredForGood() throws Exception {
        target.order(503);
        target.order(429);
        try (Senders senders = Senders.start(target.endpoint())) {
            senders.call("PUT", "/books", Set.of("books"), 2);
            senders.time(10);

            lead(senders, 2, 10);

            assertThat(target.arrived()).containsExactly("PUT /books 503", "PUT /books 429", "PUT /books");
            assertThat(outcomes(senders)).isEqualTo(1);
        }
    }

    @Test
    void aWriteToAnIndexThatIsGoneDoesNotHoldTheDeletionThatIsDoneOnceMore() throws Exception {
        target.lacks("books");
        try (Senders senders = Senders.start(target.endpoint())) {
            senders.write("books", 1);
            senders.call("DELETE", "/books", Set.of("books"), 2);
            senders.time(10);

            lead(senders, 2, 10);

            assertThat(target.arrived()).containsExactly("DELETE /books");
            assertThat(senders.told())
                    .extracting(told -> ((Outcome) told).ruled())
                    .containsExactly(
                            new Ruled(Verdict.SUPERSEDED, "index_deleted_later"), new Ruled(Verdict.APPLIED, ""));
        }
    }

    @Test
    void anIndexThatAMappingIsForIsMadeBeforeIt() throws Exception {
        target.order(404);
        try (OneShardCluster source = new OneShardCluster();
                Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.call("PUT", "/books/_mapping", Set.of("books"), 2);
            senders.time(10);

            lead(senders, 2, 10);

            assertThat(target.arrived())
                    .containsExactly("PUT /books/_mapping 404", "PUT /books", "PUT /books/_mapping");
            assertThat(senders.told())
                    .extracting(told -> ((Outcome) told).ruled())
                    .containsExactly(new Ruled(Verdict.APPLIED, ""));
        }
    }

    @Test
    void aDefinitionPassesWhatWaitsForABackfillAndHoldsNoWrite() throws Exception {
        try (Senders senders = Senders.start(target.endpoint())) {
            senders.call("PUT", "/books/_mapping", Set.of("books"), 1);
            senders.define("/_index_template/x", 2);
            senders.tell(OpenBackfills.NONE);
            senders.write("films", 3);
            senders.write("books", 4);
            senders.time(10);
            untilArrived(senders, "index films/3");
            assertThat(senders.load().behindCalls().steps()).isEqualTo(1);
            assertThat(senders.load().behindCalls().bytes()).isPositive();

            senders.tell(drain(2, 10));
            senders.reports();
            assertThat(senders.isDrained(Senders.id(1))).isFalse();
            assertThat(senders.isDrained(Senders.id(2)))
                    .as("it is the other's turn")
                    .isFalse();
            senders.tell(new OpenBackfills(false, Set.of("books")));
            senders.reports();
            assertThat(senders.isDrained(Senders.id(1))).isFalse();
            assertThat(senders.isDrained(Senders.id(2))).isTrue();
            senders.tell(drain(1, 10));
            senders.reports();
            assertThat(senders.isDrained(Senders.id(2)))
                    .as("the other one does not wait any more")
                    .isFalse();

            lead(senders, 1, 10);
            lead(senders, 2, 10);
            senders.until("not settled", () -> outcomes(senders) == 4);
            assertThat(target.arrived())
                    .containsSubsequence("PUT /books/_mapping", "PUT /_index_template/x")
                    .containsSubsequence("PUT /books/_mapping", "index books/4");
            senders.reports();
            assertThat(senders.load().behindCalls()).isEqualTo(Amount.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource({"PUT, /books", "POST, /latest/_rollover/books"})
    void aDefinitionDoesNotPassWhatMakesAnIndexAsThatWouldBeOfLaterTemplates(String method, String path)
            throws Exception {
        try (Senders senders = Senders.start(target.endpoint())) {
            senders.call(method, path, Set.of("books"), 1);
            senders.define("/_index_template/x", 2);
            senders.tell(new OpenBackfills(false, Set.of("books")));
            senders.write("films", 3);
            senders.time(10);
            untilArrived(senders, "index films/3");
            senders.tell(drain(2, 10));
            senders.reports();
            assertThat(senders.isDrained(Senders.id(2))).isFalse();

            senders.tell(OpenBackfills.NONE);
            lead(senders, 1, 10);
            lead(senders, 2, 10);
            assertThat(target.arrived()).endsWith(method + " " + path, "PUT /_index_template/x");
        }
    }

    @Test
    void anIndexThatTheTargetDoesNotTakeStopsNothingElse() throws Exception {
        target.lacks("books");
        for (int i = 0; i < 3; i++) {
            target.order(400);
        }
        try (OneShardCluster source = new OneShardCluster();
                Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.write("books", 1);
            senders.time(1);
            senders.until("not tried", () -> target.arrived().size() == 1);
            senders.until("still due", () -> senders.load().due() == 0);
            senders.write("books", 2);
            senders.time(10);
            senders.reports();
            assertThat(senders.load().due()).isZero();
            assertThat(senders.load().dueBytes()).isZero();
            assertThat(senders.load().withoutIndex().steps()).isEqualTo(2);
            assertThat(senders.load().waitingFor()).contains("does not take", "books");

            senders.until("not settled", () -> outcomes(senders) == 2);
            assertThat(target.arrived())
                    .containsExactly(
                            "PUT /books 400",
                            "PUT /books 400",
                            "PUT /books 400",
                            "PUT /books",
                            "index books/1",
                            "index books/2");
            senders.reports();
            assertThat(senders.load().withoutIndex()).isEqualTo(Amount.NONE);
        }
    }

    @Test
    void anIndexThatIsBeingMadeIsThereBeforeItIsDeleted() throws Exception {
        target.lacks("books");
        target.answers.acquire();
        try (OneShardCluster source = new OneShardCluster();
                Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.write("books", 1);
            senders.time(1);
            senders.until("not made", () -> target.arrived().size() == 1);
            senders.call("DELETE", "/books", Set.of("books"), 2);
            senders.time(10);
            senders.tell(drain(2, 10));
            senders.reports();
            assertThat(senders.isDrained(Senders.id(2)))
                    .as("the index may come to be after its deletion")
                    .isFalse();

            target.answers.release();
            lead(senders, 2, 10);
            assertThat(target.arrived()).containsSubsequence("PUT /books", "DELETE /books");
            senders.until("not settled", () -> outcomes(senders) == 2);
        }
    }
}
