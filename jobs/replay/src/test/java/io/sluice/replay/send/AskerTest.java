package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.Rewritten;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import io.sluice.testkit.BulkSink;
import io.sluice.testkit.Servers;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness declares that closing it may throw anything
class AskerTest {

    private static final int KEY_GROUPS = 128;
    private static final int LATER = 100;

    /** Nobody listens there. */
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    private static KeyedOneInputStreamOperatorTestHarness<Integer, StepItem, AccountRecord> harness(
            URI source, URI target) throws Exception {
        return harness(source, target, ReplayBounds.DEFAULT);
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, StepItem, AccountRecord> harness(
            URI source, URI target, ReplayBounds bounds) throws Exception {
        ReplaySpec spec = new ReplaySpec(
                "test",
                UUID.randomUUID().toString(),
                "file:///nowhere",
                Map.of(),
                "capture",
                1,
                Map.of(),
                () -> exchange -> new Rewritten("none", List.of(), List.of()),
                address(source),
                address(target),
                Duration.ZERO,
                1,
                1,
                bounds);
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new SendFactory(spec),
                new Domains(new PartitionKeys(KEY_GROUPS, KEY_GROUPS)),
                Types.INT,
                KEY_GROUPS,
                1,
                0);
    }

    private static ClusterAddress address(URI endpoint) {
        return new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT);
    }

    /** A question about a document, whose time is a number of milliseconds. */
    private static StreamRecord<StepItem> ask(int millis, String id) {
        ExchangeRef ref = new ExchangeRef(0, millis * 1_000_000L, new UUID(1, 1), 1, millis);
        Step.Ask step = new Step.Ask(0, "books", "books", true, null, id, null, AskReason.UPDATE);
        return new StreamRecord<>(new StepItem(ref, step), millis);
    }

    private static void runUntil(
            KeyedOneInputStreamOperatorTestHarness<Integer, StepItem, AccountRecord> harness, BooleanSupplier condition)
            throws Exception {
        long began = System.nanoTime();
        long end = began + TimeUnit.SECONDS.toNanos(20);
        long time = harness.getProcessingTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never came").isLessThan(end);
            Optional<Mail> mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
            if (mail.isPresent()) {
                mail.get().run();
            } else {
                harness.setProcessingTime(time + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private static void assertApplied(
            KeyedOneInputStreamOperatorTestHarness<Integer, StepItem, AccountRecord> harness, int outcomes) {
        assertThat(harness.extractOutputValues())
                .hasSize(outcomes)
                .allSatisfy(record ->
                        assertThat(((Outcome) record).ruled().verdict()).isEqualTo(Verdict.APPLIED));
    }

    @Test
    void oneReadAnswersAllThatWaitsForADocumentAndNoneThatComesLater() throws Exception {
        try (BulkSink target = BulkSink.start(1);
                OneShardSource source = new OneShardSource();
                var sender = harness(source.endpoint(), target.endpoint())) {
            Servers.succeed(target.endpoint(), "PUT", "/books", "{}");
            sender.open();
            SendOperator operator = (SendOperator) sender.getOperator();
            for (int millis = 1; millis <= 3; millis++) {
                sender.processElement(ask(millis, "a"));
            }
            sender.processElement(ask(4, "b"));
            sender.processWatermark(LATER);
            runUntil(sender, () -> !source.asked().isEmpty());
            assertThat(source.asked()).containsExactly(List.of("a", "b"));

            sender.processElement(ask(5, "a")); // late, and the read is under way
            source.reads.release(2);
            runUntil(sender, () -> operator.unsettled() == 0);

            assertThat(source.asked()).containsExactly(List.of("a", "b"), List.of("a"));
            assertApplied(sender, 5);
            assertThat(target.counts().documents()).isEqualTo(3);
        }
    }

    @Test
    void aQuestionWithoutAnAnswerIsAskedAgainAfterACrash() throws Exception {
        OperatorSubtaskState checkpoint;
        try (var before = harness(NOWHERE, NOWHERE)) {
            before.open();
            before.processElement(ask(1, "a"));
            before.processElement(ask(2, "b"));
            before.processWatermark(LATER);
            checkpoint = before.snapshot(1, 1);
            assertThat(before.extractOutputValues()).isEmpty();
        }
        try (BulkSink target = BulkSink.start(1);
                OneShardSource source = new OneShardSource();
                var after = harness(source.endpoint(), target.endpoint())) {
            Servers.succeed(target.endpoint(), "PUT", "/books", "{}");
            source.reads.release(1);
            after.initializeState(checkpoint);
            after.open();
            SendOperator operator = (SendOperator) after.getOperator();
            after.processWatermark(LATER);
            runUntil(after, () -> operator.unsettled() == 0);

            assertThat(source.asked()).containsExactly(List.of("a", "b"));
            assertApplied(after, 2);
        }
    }

    @Test
    void aQuestionStaysInStateUntilItsWriteIsConfirmed() throws Exception {
        OperatorSubtaskState checkpoint;
        try (OneShardSource source = new OneShardSource();
                var before = harness(source.endpoint(), NOWHERE)) {
            source.reads.release(1);
            before.open();
            SendOperator operator = (SendOperator) before.getOperator();
            before.processElement(ask(1, "a"));
            before.processWatermark(LATER);
            runUntil(before, () -> operator.unsettled() == 2); // the question, and its write
            checkpoint = before.snapshot(1, 1);
            assertThat(before.extractOutputValues()).isEmpty();
        }
        try (BulkSink target = BulkSink.start(1);
                OneShardSource source = new OneShardSource();
                var after = harness(source.endpoint(), target.endpoint())) {
            Servers.succeed(target.endpoint(), "PUT", "/books", "{}");
            source.reads.release(1);
            after.initializeState(checkpoint);
            after.open();
            SendOperator operator = (SendOperator) after.getOperator();
            after.processWatermark(LATER);
            runUntil(after, () -> operator.unsettled() == 0);

            assertThat(source.asked()).containsExactly(List.of("a"));
            assertApplied(after, 1);
        }
    }

    @Test
    void aSourceThatFailsIsAskedAgain() throws Exception {
        try (BulkSink target = BulkSink.start(1);
                OneShardSource source = new OneShardSource();
                var sender = harness(source.endpoint(), target.endpoint())) {
            Servers.succeed(target.endpoint(), "PUT", "/books", "{}");
            source.failures.set(3);
            source.reads.release(2);
            sender.open();
            SendOperator operator = (SendOperator) sender.getOperator();
            sender.processElement(ask(1, "a"));
            sender.processWatermark(LATER);
            runUntil(sender, () -> operator.unsettled() == 0);

            assertThat(source.failures).hasValue(0);
            assertThat(source.asked()).containsExactly(List.of("a"));
            assertApplied(sender, 1);
        }
    }

    @Test
    void noMoreIsReadThanTheHeapHasRoomForUntilItIsWritten() throws Exception {
        int together = ReplayBounds.DEFAULT.asksPerRead();
        ReplayBounds bounds =
                Senders.bounds(LATER, ReplayBounds.DEFAULT.bulkActions(), ReplayBounds.DEFAULT.mostHeld());
        try (RecordingTarget target = RecordingTarget.start();
                OneShardSource source = new OneShardSource();
                Senders senders = Senders.start(source.endpoint(), target.endpoint(), bounds)) {
            target.isOverloaded(true);
            source.reads.release(LATER);
            for (int millis = 1; millis <= 2 * together; millis++) {
                senders.ask(millis);
            }
            senders.time(2 * together);
            senders.reports();
            senders.until("not read", () -> senders.load().due() == together);
            senders.pass(50 * LATER);
            assertThat(source.asked()).extracting(List::size).containsExactly(together);

            target.isOverloaded(false);
            senders.until("not settled", () -> senders.told().size() == 2 * together);
            assertThat(source.asked()).extracting(List::size).containsExactly(together, together);
        }
    }

    @Test
    void noMoreIsAskedThanTheRateAllows() throws Exception {
        try (BulkSink target = BulkSink.start(1);
                OneShardSource source = new OneShardSource();
                var sender = harness(
                        source.endpoint(),
                        target.endpoint(),
                        ReplayBounds.DEFAULT.with(ReplayBounds.DEFAULT.heldBytes(), 5))) {
            Servers.succeed(target.endpoint(), "PUT", "/books", "{}");
            source.reads.release(3);
            sender.open();
            SendOperator operator = (SendOperator) sender.getOperator();
            for (int millis = 1; millis <= 11; millis++) {
                sender.processElement(ask(millis, String.valueOf(millis)));
            }
            long began = System.nanoTime();
            sender.processWatermark(LATER);
            runUntil(sender, () -> operator.unsettled() == 0);

            assertThat(source.asked()).extracting(List::size).containsExactly(5, 5, 1);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1_990));
            assertApplied(sender, 11);
        }
    }
}
