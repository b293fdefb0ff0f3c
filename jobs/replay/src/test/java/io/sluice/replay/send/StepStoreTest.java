package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What checkpoints keep of steps, through changes of parallelism. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class StepStoreTest {

    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");
    private static final URI NO_STATE = URI.create("file:///nowhere");
    private static final Domains DOMAINS = new Domains(Domains.keys());

    /**
     * How steps are kept.
     *
     * @param waitingBytes of those on the heap
     * @param isOnDisk whether the state lies in RocksDB, as that of the real job
     */
    private record Setup(long waitingBytes, boolean isOnDisk) {}

    /** As many senders as there are subtasks, and what they said. */
    private static final class Job implements AutoCloseable {
        final List<KeyedOneInputStreamOperatorTestHarness<Integer, StepItem, AccountRecord>> senders =
                new ArrayList<>();

        Job(URI target, Setup setup, int parallelism) throws Exception {
            for (int subtask = 0; subtask < parallelism; subtask++) {
                var sender = new KeyedOneInputStreamOperatorTestHarness<>(
                        new SendFactory(spec(target, setup.waitingBytes())),
                        DOMAINS,
                        Types.INT,
                        Domains.COUNT,
                        parallelism,
                        subtask);
                if (setup.isOnDisk()) {
                    sender.setStateBackend(new EmbeddedRocksDBStateBackend(true));
                }
                senders.add(sender);
            }
        }

        static Job fresh(URI target, Setup setup) throws Exception {
            Job job = new Job(target, setup, 1);
            job.senders.get(0).open();
            return job;
        }

        static Job restored(URI target, Setup setup, int parallelism, List<OperatorSubtaskState> checkpoint)
                throws Exception {
            Job job = new Job(target, setup, parallelism);
            OperatorSubtaskState all =
                    AbstractStreamOperatorTestHarness.repackageState(checkpoint.toArray(OperatorSubtaskState[]::new));
            for (int subtask = 0; subtask < parallelism; subtask++) {
                job.senders
                        .get(subtask)
                        .initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                all, Domains.COUNT, checkpoint.size(), parallelism, subtask));
                job.senders.get(subtask).open();
            }
            return job;
        }

        /** Writes whose times, ids and numbers are the same. */
        void take(int from, int to) throws Exception {
            for (int number = from; number <= to; number++) {
                StreamRecord<StepItem> write = write(number);
                int subtask = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        DOMAINS.getKey(write.getValue()), Domains.COUNT, senders.size());
                senders.get(subtask).processElement(write);
            }
        }

        void time(long millis) throws Exception {
            for (var sender : senders) {
                sender.processWatermark(millis);
            }
        }

        List<OperatorSubtaskState> checkpoint(long number) throws Exception {
            List<OperatorSubtaskState> states = new ArrayList<>();
            for (var sender : senders) {
                states.add(sender.snapshot(number, number));
            }
            return states;
        }

        /** The numbers of what is settled, in their order. */
        List<Long> settled() {
            return senders.stream()
                    .flatMap(sender -> sender.extractOutputValues().stream())
                    .map(record -> (Outcome) record)
                    .peek(outcome -> assertThat(outcome.ruled().verdict()).isEqualTo(Verdict.APPLIED))
                    .map(outcome -> outcome.exchange().millis())
                    .sorted()
                    .toList();
        }

        void untilSettled(int many) throws Exception {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (settled().size() < many) {
                assertThat(System.nanoTime()).as("settled: %s", settled()).isLessThan(end);
                work();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }

        private void work() throws Exception {
            for (var sender : senders) {
                sender.setProcessingTime(sender.getProcessingTime() + 1);
                Optional<Mail> mail = sender.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
                while (mail.isPresent()) {
                    mail.get().run();
                    mail = sender.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
                }
            }
        }

        int unsettled() {
            return senders.stream()
                    .mapToInt(sender -> ((SendOperator) sender.getOperator()).unsettled())
                    .sum();
        }

        @Override
        public void close() throws Exception {
            for (var sender : senders) {
                sender.close();
            }
        }
    }

    private static ReplaySpec spec(URI target, long waitingBytes) {
        ReplayBounds usual = ReplayBounds.DEFAULT;
        ReplayBounds bounds = new ReplayBounds(
                usual.readAhead(),
                usual.assemblyBytes(),
                usual.exchangeBytes(),
                usual.mostOpen(),
                waitingBytes,
                usual.mostDue(),
                usual.mostDueBytes(),
                usual.bulkBytes(),
                usual.bulkActions(),
                usual.bulksInFlight(),
                usual.heldBytes(),
                usual.heldSteps(),
                usual.mostHeld(),
                usual.asksInFlight(),
                usual.asksPerRead(),
                usual.asksPerSecond(),
                usual.lookEvery());
        return ReplaySpecs.of(target, target, NO_STATE, bounds);
    }

    private static StreamRecord<StepItem> write(int number) {
        ExchangeRef ref = new ExchangeRef(0, number * 1_000_000L, new UUID(1, 1), 1, number);
        ByteString source = ByteString.copyFromUtf8("{\"n\":%d}".formatted(number));
        Step.Write step = new Step.Write(0, "books", "books", null, String.valueOf(number), null, number, source);
        return new StreamRecord<>(new StepItem(ref, step), number);
    }

    private static List<Long> numbers(int from, int to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    /** With room on the heap for all, for some of what waits, and for none of it. */
    @ParameterizedTest
    @CsvSource({"1000000, false", "3000, false", "0, false", "1000000, true", "3000, true", "0, true"})
    void eachStepIsSettledOnceThroughCheckpointsAndChangesOfParallelism(long waitingBytes, boolean isOnDisk)
            throws Exception {
        Setup setup = new Setup(waitingBytes, isOnDisk);
        List<OperatorSubtaskState> checkpoint;
        try (Job one = Job.fresh(NOWHERE, setup)) {
            one.take(1, 40);
            one.time(10);
            one.checkpoint(1);
            one.take(41, 60);
            one.time(20);
            one.checkpoint(2);
            one.take(61, 80);
            checkpoint = one.checkpoint(3);
            one.take(81, 90); // comes again
            assertThat(one.settled()).isEmpty();
        }
        List<Long> settled = new ArrayList<>();
        try (RecordingTarget target = RecordingTarget.start()) {
            try (Job two = Job.restored(target.endpoint(), setup, 2, checkpoint)) {
                assertThat(two.unsettled()).isEqualTo(80);
                two.take(81, 100);
                two.time(50);
                two.untilSettled(50);
                two.checkpoint(4);
                two.take(101, 110);
                two.time(60);
                two.untilSettled(60);
                checkpoint = two.checkpoint(5);
                settled.addAll(two.settled());
            }
            try (Job again = Job.restored(target.endpoint(), setup, 4, checkpoint)) {
                assertThat(again.unsettled()).isEqualTo(50);
                checkpoint = again.checkpoint(6); // before anything has happened
            }
            try (Job one = Job.restored(target.endpoint(), setup, 1, checkpoint)) {
                assertThat(one.unsettled()).isEqualTo(50);
                one.time(200);
                one.untilSettled(50);
                checkpoint = one.checkpoint(7);
                settled.addAll(one.settled());
                assertThat(one.unsettled()).isZero();
            }
            assertThat(settled).containsExactlyElementsOf(numbers(1, 110));
            assertThat(target.arrived())
                    .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 110)
                            .mapToObj(number -> "index books/" + number)
                            .toList());
            try (Job last = Job.restored(target.endpoint(), setup, 2, checkpoint)) {
                assertThat(last.unsettled()).as("nothing is left in the state").isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasSettledBetweenTwoCheckpointsIsInTheFirstAndNotInTheSecond(boolean isOnDisk) throws Exception {
        Setup setup = new Setup(ReplayBounds.DEFAULT.waitingBytes(), isOnDisk);
        try (RecordingTarget target = RecordingTarget.start()) {
            List<OperatorSubtaskState> before;
            List<OperatorSubtaskState> after;
            try (Job job = Job.fresh(target.endpoint(), setup)) {
                job.take(1, 10);
                before = job.checkpoint(1);
                job.time(4);
                job.untilSettled(4);
                after = job.checkpoint(2);
            }
            try (Job job = Job.restored(target.endpoint(), setup, 2, before)) {
                job.time(20);
                job.untilSettled(10);
                assertThat(job.settled()).isEqualTo(numbers(1, 10));
            }
            try (Job job = Job.restored(target.endpoint(), setup, 2, after)) {
                job.time(20);
                job.untilSettled(6);
                assertThat(job.settled()).isEqualTo(numbers(5, 10));
            }
        }
    }
}
