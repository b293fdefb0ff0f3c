package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ReplayBounds;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.conduct.BarrierOrder;
import io.sluice.replay.conduct.BarrierOrder.Kind;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of the source about documents of an index that the target does not take. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class StuckAnswersTest {

    private static final int REFUSED = 400;
    private static final int MANY = 1_000;

    /** With more questions that are not settled, the clock stops. */
    private static final int MOST_HELD = 3;

    private static final ReplayBounds BOUNDS =
            Senders.bounds(ReplayBounds.DEFAULT.mostDueBytes(), ReplayBounds.DEFAULT.bulkActions(), MOST_HELD);
    private static final Ruled APPLIED = new Ruled(Verdict.APPLIED, "");
    private static final Ruled DELETED = new Ruled(Verdict.SUPERSEDED, "index_deleted_later");

    private OneShardSource source;
    private RecordingTarget target;

    @BeforeEach
    void start() throws Exception {
        source = new OneShardSource();
        source.reads.release(MANY);
        target = RecordingTarget.start();
        target.lacks("books");
    }

    @AfterEach
    void stop() {
        target.close();
        source.close();
    }

    private void refuse(int times) {
        for (int i = 0; i < times; i++) {
            target.order(REFUSED);
        }
    }

    private static List<Ruled> outcomes(Senders senders) {
        return senders.told().stream()
                .filter(Outcome.class::isInstance)
                .map(told -> ((Outcome) told).ruled())
                .toList();
    }

    private Senders withStuck(int questions) throws Exception {
        Senders senders = Senders.start(source.endpoint(), target.endpoint(), BOUNDS);
        for (int millis = 1; millis <= questions; millis++) {
            senders.ask(millis);
        }
        senders.time(MANY);
        senders.reports();
        senders.until("not stuck", () -> senders.load().withoutIndex().steps() == questions);
        return senders;
    }

    @Test
    void theyLeaveTheHeapAndAreAskedForAgainWhenTheIndexIsThere() throws Exception {
        refuse(5);
        try (Senders senders = withStuck(MOST_HELD + 2)) {
            assertThat(senders.load().due()).as("nothing stops the clock").isZero();
            assertThat(senders.load().dueBytes()).isZero();
            assertThat(outcomes(senders)).isEmpty();
            assertThat(source.asked()).containsExactly(List.of("1", "2", "3", "4", "5"));

            senders.until("not settled", () -> outcomes(senders).size() == MOST_HELD + 2);
            assertThat(outcomes(senders)).containsOnly(APPLIED);
            assertThat(source.asked())
                    .containsExactly(List.of("1", "2", "3", "4", "5"), List.of("1", "2", "3", "4", "5"));
            senders.reports();
            assertThat(senders.load().withoutIndex().steps()).isZero();
            assertThat(senders.load().due()).isZero();
        }
    }

    @Test
    void theyAreInTheStateAsTheQuestionsThatTheyCameOf() throws Exception {
        refuse(MANY);
        OperatorSubtaskState checkpoint;
        try (Senders before = withStuck(MOST_HELD)) {
            checkpoint = before.checkpoint();
        }
        try (RecordingTarget other = RecordingTarget.start();
                Senders after = Senders.restored(source.endpoint(), other.endpoint(), checkpoint)) {
            after.time(MANY);
            after.until("not settled", () -> outcomes(after).size() == MOST_HELD);
            assertThat(outcomes(after)).containsOnly(APPLIED);
            assertThat(other.arrived()).containsExactlyInAnyOrder("index books/1", "index books/2", "index books/3");
        }
    }

    @Test
    void aDeletionOfTheirIndexSettlesThemAlsoThoseThatCameByAnotherName() throws Exception {
        refuse(MANY);
        try (Senders senders = withStuck(2)) {
            senders.askByAlias(MANY + 1);
            senders.time(MANY + 1);
            senders.until("not stuck", () -> senders.load().withoutIndex().steps() == 3);

            senders.call("DELETE", "/books", Set.of("books"), MANY + 2);
            String deletion = Senders.id(MANY + 2);
            senders.time(MANY + 2);
            senders.tell(new BarrierOrder(Kind.DRAIN, deletion, MANY + 2));
            senders.until("not drained", () -> senders.isDrained(deletion));

            assertThat(outcomes(senders)).containsExactly(DELETED, DELETED, DELETED);
            assertThat(senders.load().withoutIndex().steps()).isZero();
        }
    }
}
