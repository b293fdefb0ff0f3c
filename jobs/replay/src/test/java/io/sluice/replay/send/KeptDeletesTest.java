package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.conduct.OpenBackfills;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness declares that closing it may throw anything
class KeptDeletesTest {

    private RecordingTarget target;

    @BeforeEach
    void start() throws Exception {
        target = RecordingTarget.start();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private static long outcomes(Senders senders) {
        return senders.told().stream().filter(Outcome.class::isInstance).count();
    }

    @Test
    void aDeleteIsDoneOnceMoreWhenTheBackfillOfItsIndexIsComplete() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(target.endpoint())) {
            before.tell(new OpenBackfills(false, Set.of("books")));
            before.delete("books", 1);
            before.delete("films", 2);
            before.write("books", 3);
            before.time(10);
            before.until("not settled", () -> outcomes(before) == 3);
            checkpoint = before.checkpoint();
        }
        try (Senders after = Senders.restored(target.endpoint(), checkpoint, 2)) {
            after.tell(new OpenBackfills(false, Set.of("books")));
            after.reports();
            assertThat(target.arrived()).hasSize(3);

            after.tell(OpenBackfills.NONE);
            after.until("not done", () -> !after.told().isEmpty());
            after.reports();

            assertThat(target.arrived().subList(3, target.arrived().size())).containsExactly("delete books/1");
            assertThat(after.told()).containsExactly((AccountRecord) new Noted(0, "kept_deletes_done_again"));
        }
    }

    @Test
    void aDeleteThatComesOfAQuestionIsDoneOnceMoreToo() throws Exception {
        OperatorSubtaskState checkpoint;
        try (OneShardCluster source = new OneShardCluster();
                Senders before = Senders.start(source.endpoint(), target.endpoint())) {
            source.searches.release(2); // what is not where it was asked for is searched
            before.tell(new OpenBackfills(false, Set.of("books")));
            before.ask(1);
            before.ask(2);
            before.time(10);
            before.until("not settled", () -> outcomes(before) == 2);
            checkpoint = before.checkpoint();
        }
        try (Senders after = Senders.restored(target.endpoint(), checkpoint, 2)) {
            after.tell(OpenBackfills.NONE);
            after.until("not done", () -> after.told().size() == 2);
            after.reports();

            assertThat(target.arrived())
                    .containsExactlyInAnyOrder("delete books/1", "delete books/1", "delete books/2", "delete books/2");
            assertThat(after.told()).containsOnly((AccountRecord) new Noted(0, "kept_deletes_done_again"));
        }
    }

    @Test
    void deletesOfAnIndexAreDoneOnceMoreWhenItsOwnBackfillIsCompleteAndNotForAnother() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Senders before = Senders.start(target.endpoint())) {
            before.tell(new OpenBackfills(false, Set.of("books", "films")));
            before.delete("books", 1);
            before.delete("films", 2);
            before.time(10);
            before.until("not settled", () -> outcomes(before) == 2);
            checkpoint = before.checkpoint();
        }
        try (Senders after = Senders.restored(target.endpoint(), checkpoint, 2)) {
            after.tell(new OpenBackfills(false, Set.of("books")));
            after.until("not done", () -> after.told().size() == 1);
            after.reports();
            assertThat(target.arrived()).hasSize(3).endsWith("delete films/2");

            after.tell(OpenBackfills.NONE);
            after.until("not done", () -> after.told().size() == 2);
            after.reports();
            assertThat(target.arrived()).hasSize(4).endsWith("delete books/1");
        }
    }
}
