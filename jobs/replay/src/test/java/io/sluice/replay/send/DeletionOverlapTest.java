package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.conduct.BarrierOrder;
import io.sluice.replay.conduct.BarrierOrder.Kind;
import io.sluice.replay.conduct.HeldBarriers.Held;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Writes that were under way while their index was deleted. The source has the number 5 for every document; those of the writes, which
 * are their times, may be of the index that is no more.
 */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class DeletionOverlapTest {

    private static final int DELETED = 10;
    private static final int ANSWERED = 60;
    private static final int UNDER_WAY = 30;
    private static final int LATER = 61;
    private static final int CREATED = 20;

    private RecordingTarget target;
    private OneShardSource source;

    @BeforeEach
    void start() throws Exception {
        target = RecordingTarget.start();
        source = new OneShardSource();
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

    private static void lead(Senders senders, int call) throws Exception {
        senders.tell(new BarrierOrder(Kind.DRAIN, Senders.id(call), LATER));
        senders.until("not drained", () -> senders.isDrained(Senders.id(call)));
        senders.tell(new BarrierOrder(Kind.CALL, Senders.id(call), 0));
        senders.until("not called", () -> senders.isCalled(Senders.id(call)));
        senders.tell(new BarrierOrder(Kind.PASS, Senders.id(call), 0));
    }

    private static void untilSettled(Senders senders, int outcomes) throws Exception {
        senders.until("not settled", () -> senders.told().size() == outcomes);
        assertThat(senders.told())
                .allSatisfy(told -> assertThat(((Outcome) told).ruled()).isEqualTo(new Ruled(Verdict.APPLIED, "")));
    }

    @Test
    void whatBeganBeforeTheDeletionWasAnsweredIsAskedForAndWhatCameAfterIsWritten() throws Exception {
        source.reads.release(1);
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.deletion("books", DELETED, ANSWERED);
            senders.write("books", UNDER_WAY);
            senders.write("books", LATER);
            senders.time(LATER);

            lead(senders, DELETED);

            untilSettled(senders, 3);
            assertThat(arrived())
                    .containsExactlyInAnyOrder("DELETE /books @-1", "index books/30 @5", "index books/61 @61");
        }
    }

    @Test
    void soIsADeletionOfADocumentAndWhatWaitsForALaterOperationToo() throws Exception {
        source.reads.release(1);
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.deletion("books", DELETED, ANSWERED);
            senders.call("PUT", "/books", Set.of("books"), CREATED);
            senders.delete("books", UNDER_WAY);
            senders.time(LATER);

            lead(senders, DELETED);
            lead(senders, CREATED);

            untilSettled(senders, 3);
            assertThat(arrived()).containsExactly("DELETE /books @-1", "PUT /books @-1", "index books/30 @5");
        }
    }

    @Test
    void itIsAQuestionStillAfterACrash() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(source.endpoint(), target.endpoint())) {
            before.deletion("books", DELETED, ANSWERED);
            before.write("books", UNDER_WAY);
            before.time(LATER);
            before.checkpoint();
            lead(before, DELETED);
            before.until("not asked", () -> source.asked().size() == 1);
            checkpoint = before.checkpoint();
        }
        source.reads.release(2);
        try (Senders after = Senders.restored(source.endpoint(), target.endpoint(), checkpoint)) {
            after.time(LATER);

            untilSettled(after, 1);
            assertThat(arrived()).containsExactly("DELETE /books @-1", "index books/30 @5");
        }
    }

    @Test
    void theDeletionWaitsUntilAllIsThereThatBeganBeforeItWasAnswered() throws Exception {
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.deletion("books", DELETED, ANSWERED);
            senders.reports();

            assertThat(senders.held(Senders.id(DELETED)))
                    .extracting(Held::stamp)
                    .containsOnly(ANSWERED * 1_000_000L);
        }
    }

    /** By a pattern the source may have left it. Before, each waited for the other. */
    @Test
    void whatWaitsForAnIndexThatAPatternMayDeleteIsAskedForAfterTheDeletion() throws Exception {
        source.reads.release(1);
        target.lacks("books");
        target.order(400);
        try (Senders senders = Senders.start(source.endpoint(), target.endpoint())) {
            senders.write("books", 1);
            senders.time(DELETED - 1);
            senders.until("not refused", () -> arrived().contains("PUT /books 400 @-1"));
            senders.callOfAny("DELETE", "/boo*", DELETED);
            senders.time(LATER);

            lead(senders, DELETED);

            untilSettled(senders, 2);
            assertThat(arrived())
                    .containsExactly("PUT /books 400 @-1", "DELETE /boo* @-1", "PUT /books @-1", "index books/1 @5");
        }
    }
}
