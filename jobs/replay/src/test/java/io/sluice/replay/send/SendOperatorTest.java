package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.Rewriting;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import io.sluice.testkit.BulkSink;
import io.sluice.testkit.Servers;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness declares that closing it may throw anything
class SendOperatorTest {

    private static final int KEY_GROUPS = 128;
    private static final int STEPS = 40;
    private static final int DUE = 25;

    /** Nobody listens there. */
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    private static KeyedOneInputStreamOperatorTestHarness<Integer, StepItem, AccountRecord> harness(
            URI target, int parallelism, int subtask) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new SendFactory(Senders.spec(target)),
                new Domains(new PartitionKeys(KEY_GROUPS, KEY_GROUPS)),
                Types.INT,
                KEY_GROUPS,
                parallelism,
                subtask);
    }

    /** A write whose time is a number of milliseconds. */
    private static StreamRecord<StepItem> write(int millis) {
        ExchangeRef ref = new ExchangeRef(0, millis * 1_000_000L, new UUID(1, 1), 1, millis);
        ByteString source = ByteString.copyFromUtf8("{\"n\":%d}".formatted(millis));
        Step.Write step = new Step.Write(0, "books", "books", null, String.valueOf(millis), null, millis, source);
        return new StreamRecord<>(new StepItem(ref, step), millis);
    }

    @Test
    void whatWasWaitingOrInFlightAtACheckpointIsSentByWhoeverHasItsKeyAfterwards() throws Exception {
        OperatorSubtaskState checkpoint;
        try (var before = harness(NOWHERE, 1, 0)) {
            before.open();
            for (int millis = 1; millis <= STEPS; millis++) {
                before.processElement(write(millis));
            }
            before.processWatermark(DUE);
            checkpoint = before.snapshot(1, 1);
            assertThat(before.extractOutputValues()).isEmpty();
        }
        try (BulkSink target = BulkSink.start(1)) {
            Servers.succeed(target.endpoint(), "PUT", "/books", "{}");

            long first = sendAll(target.endpoint(), checkpoint, 0);
            long second = sendAll(target.endpoint(), checkpoint, 1);

            assertThat(first).isPositive();
            assertThat(second).isPositive();
            assertThat(first + second).isEqualTo(STEPS);
            assertThat(target.counts().documents()).isEqualTo(STEPS);
        }
    }

    /** Lets one of two subtasks go on from a checkpoint of one until it has nothing to do, and counts its outcomes. */
    private static long sendAll(URI target, OperatorSubtaskState checkpoint, int subtask) throws Exception {
        try (var after = harness(target, 2, subtask)) {
            after.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(checkpoint, KEY_GROUPS, 1, 2, subtask));
            after.open();
            after.processWatermark(STEPS);
            SendOperator operator = (SendOperator) after.getOperator();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (operator.unsettled() > 0) {
                assertThat(System.nanoTime())
                        .as("%d are not settled", operator.unsettled())
                        .isLessThan(end);
                Optional<Mail> mail = after.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
                if (mail.isPresent()) {
                    mail.get().run();
                } else {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
            assertThat(after.extractOutputValues())
                    .allSatisfy(record ->
                            assertThat(((Outcome) record).ruled().verdict()).isEqualTo(Verdict.APPLIED));
            return after.extractOutputValues().size();
        }
    }

    /** Has no rules. */
    private record NoRules() implements Rewriting.Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            throw new IllegalStateException("not for a sender");
        }

        @Override
        public RewriteRules rules() {
            throw new IllegalStateException("there are no rules");
        }
    }

    @Test
    void oneThatCouldNotBeginSaysWhyAndIsClosed() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(NOWHERE, NOWHERE, URI.create("file:///nowhere"), new NoRules());
        var sender = new KeyedOneInputStreamOperatorTestHarness<>(
                new SendFactory(spec),
                new Domains(new PartitionKeys(KEY_GROUPS, KEY_GROUPS)),
                Types.INT,
                KEY_GROUPS,
                1,
                0);
        assertThatThrownBy(sender::open).hasStackTraceContaining("there are no rules");
        assertThatCode(sender::close).doesNotThrowAnyException();
    }
}
