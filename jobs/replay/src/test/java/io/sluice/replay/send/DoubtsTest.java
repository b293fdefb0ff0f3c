package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.conduct.NamesSeen;
import io.sluice.replay.names.NameEffects;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that turn into questions because of what names do. The source has the number 5 for every document. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class DoubtsTest {

    private static final NameEffects PIPED = NameEffects.piped(Set.of("books"));
    private static final NameEffects ALIAS_PIPED = NameEffects.piped(Set.of("plain"));
    private static final int DOCUMENTS = 30;
    private static final long OF_THE_SOURCE = 5;
    private static final int REFUSED = 400;
    private static final String ASKED = "index books/10 @5";
    private static final String PLAIN = "index books/10 @10";

    private RecordingTarget target;
    private OneShardSource source;

    @BeforeEach
    void start() throws Exception {
        target = RecordingTarget.start();
        source = new OneShardSource();
        source.reads.release(100);
    }

    @AfterEach
    void stop() {
        source.close();
        target.close();
    }

    private List<String> arrived() {
        return target.arrivals().stream()
                .map(arrival -> arrival.what() + " @" + arrival.fence())
                .toList();
    }

    private static void assertApplied(Senders senders) throws Exception {
        senders.until("not settled", () -> !senders.told().isEmpty());
        senders.reports();
        assertThat(senders.told()).singleElement().satisfies(DoubtsTest::isApplied);
    }

    private static void isApplied(AccountRecord record) {
        assertThat(((Outcome) record).ruled()).isEqualTo(new Ruled(Verdict.APPLIED, ""));
    }

    @Test
    void aWriteBehindARequestThatPipesItsIndexIsAskedForAtOnce() throws Exception {
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.write("books", null, 10, 11);
            senders.names(PIPED, 5);
            senders.time(100);

            assertApplied(senders);
            assertThat(arrived()).containsExactly(ASKED);
        }
    }

    @Test
    void untilWhenTheClockMayNotStopForABarrierIsReportedByTheWritesBeforeIt() throws Exception {
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.write("books", null, 10, 30);
            senders.call("PUT", "/books/_settings", Set.of("books"), 20);
            senders.write("films", null, 22, 90);
            senders.time(25);
            senders.until("not sent", () -> target.arrivals().size() == 2);
            senders.until("not in doubt", () -> senders.certainMillis() == 50);

            senders.time(49);
            senders.reports();
            assertThat(senders.certainMillis()).isEqualTo(50);
            senders.time(50);
            senders.reports();
            assertThat(senders.certainMillis()).isEqualTo(Long.MIN_VALUE);
        }
    }

    @Test
    void aWriteThatWasUnderWayLeavesInItsTimeAndIsAskedForAfterwards() throws Exception {
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.write("books", null, 10, 30);
            senders.time(15);
            senders.until("not sent", () -> !target.arrivals().isEmpty());
            senders.reports();
            assertThat(senders.told()).isEmpty();

            senders.names(PIPED, 20);
            senders.time(40); // the clocks of two proxies may be that far apart
            senders.reports();
            assertThat(senders.told()).isEmpty();
            senders.time(100);

            assertApplied(senders);
            assertThat(arrived()).containsExactly(PLAIN, ASKED);
        }
    }

    @Test
    void aWriteIsSettledWhenTimeHasComeToItsAnswerAndNothingPipedIt() throws Exception {
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.write("books", null, 10, 30);
            senders.names(NameEffects.piped(Set.of("films")), 20);
            senders.time(15);
            senders.until("not sent", () -> !target.arrivals().isEmpty());
            senders.reports();
            assertThat(senders.told()).isEmpty();

            senders.time(100);

            assertApplied(senders);
            assertThat(arrived()).containsExactly(PLAIN);
            assertThat(source.asked()).isEmpty();
        }
    }

    @Test
    void aWriteThroughAnAliasDoesNotLeaveBeforeItIsCertain() throws Exception {
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.write("books", "plain", 10, 30);
            senders.write("books", "other", 11, 30);
            senders.time(15);
            senders.pass(100);
            assertThat(arrived()).isEmpty();

            senders.names(ALIAS_PIPED, 20);
            senders.time(100);

            senders.until("not settled", () -> senders.told().size() == 2);
            assertThat(senders.told()).allSatisfy(DoubtsTest::isApplied);
            assertThat(arrived()).containsExactlyInAnyOrder(ASKED, "index books/11 @11");
        }
    }

    /** What the restored one is told first says nothing of names. */
    @Test
    void whatWasLearnedAndWhatIsNotCertainOutlivesACrash() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(source.endpoint(), target.endpoint())) {
            before.names(ALIAS_PIPED, 5);
            before.tell(new NamesSeen(NameEffects.piped(Set.of("seen"))));
            before.write("books", "plain", 10, 30);
            before.time(15);
            checkpoint = before.checkpoint();
        }
        try (Senders after = Senders.restored(source.endpoint(), target.endpoint(), checkpoint)) {
            after.time(100);
            assertApplied(after);
            assertThat(arrived()).containsExactly(ASKED);

            after.write("books", "seen", 110, 111);
            after.time(200);
            after.until("not asked", () -> source.asked().size() == 2);
        }
    }

    @Test
    void everySubtaskOfARescaledJobKnowsWhatOneHasLearned() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(source.endpoint(), target.endpoint())) {
            before.names(new NameEffects(Set.of(), Set.of("plain"), Map.of("plain", Set.of("books"))), 5);
            checkpoint = before.checkpoint();
        }
        try (Senders after = Senders.restored(source.endpoint(), target.endpoint(), checkpoint, 3)) {
            for (int millis = 10; millis < 10 + DOCUMENTS; millis++) {
                after.write("books", null, millis, millis + 1);
            }
            after.time(200);
            after.until("not settled", () -> after.told().size() == DOCUMENTS);
        }
        assertThat(target.arrivals()).hasSize(DOCUMENTS).allMatch(arrival -> arrival.fence() == OF_THE_SOURCE);
    }

    /** The target takes its index only at the third time: by then no more is left of the write than that the source is to be asked. */
    @Test
    void aWriteThatTurnedIntoAQuestionIsOneStillWhenTheTargetDidNotTakeItsIndex() throws Exception {
        lacksBooks();
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.names(PIPED, 5);
            senders.write("books", null, 10, 11);
            senders.time(100);

            assertApplied(senders);
            assertThat(written()).containsExactly(ASKED);
        }
    }

    @Test
    void theSameOfAWriteThatACheckpointHolds() throws Exception {
        lacksBooks();
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(source.endpoint(), target.endpoint())) {
            before.write("books", "plain", 10, 30);
            before.names(ALIAS_PIPED, 20);
            before.time(15);
            before.checkpoint();
            checkpoint = before.checkpoint(); // by now it is in the state by itself
        }
        try (Senders after = Senders.restored(source.endpoint(), target.endpoint(), checkpoint)) {
            after.time(100);

            assertApplied(after);
            assertThat(written()).containsExactly(ASKED);
        }
    }

    private void lacksBooks() {
        target.lacks("books");
        target.order(REFUSED);
        target.order(REFUSED);
    }

    private List<String> written() {
        return arrived().stream().filter(what -> what.startsWith("index ")).toList();
    }
}
