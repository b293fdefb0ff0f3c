package io.sluice.replay.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ReplaySpec;
import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.account.AccountReport;
import io.sluice.replay.account.AccountReports;
import io.sluice.replay.account.Counts;
import io.sluice.replay.conduct.ReportsCoordinator;
import io.sluice.state.StateMark;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.mocks.MockSplitEnumeratorContext;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.EventReceivingTasks;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockEnumeratorTest {

    private static final OperatorID OPERATOR = new OperatorID();

    /** Many times as long as it takes until the reader is told. */
    private static final long A_WHILE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    @TempDir
    private Path folder;

    private final MockSplitEnumeratorContext<ClockSplit> context = new MockSplitEnumeratorContext<>(1);
    private final EventReceivingTasks tasks = EventReceivingTasks.createForRunningTasks();
    private OperatorCoordinator accounts;
    private ClockEnumerator enumerator;

    @BeforeEach
    void start() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(URI.create("http://127.0.0.1:1"), folder.toUri());
        accounts = new ReportsCoordinator.Provider(OPERATOR, spec.token())
                .create(new MockOperatorCoordinatorContext(OPERATOR, 1));
        accounts.executionAttemptReady(0, 0, tasks.createGatewayForSubtask(0, 0));
        enumerator = new ClockEnumerator(
                context, spec, StateMark.leave(spec.state(), "replay"), new ClockState(true, 0, false, 1));
        enumerator.start();
    }

    @AfterEach
    void stop() throws Exception {
        enumerator.close();
        accounts.close();
        context.close();
    }

    private void addReader() {
        context.registerReader(new ReaderInfo(0, "here"));
        enumerator.addReader(0);
    }

    private void read(long millis) throws Exception {
        long stamp = TimeUnit.MILLISECONDS.toNanos(millis);
        accounts.handleEventFromOperator(
                0,
                0,
                new AccountReports(List.of(new AccountReport(
                        0, new Counts(), new Counts(), Map.of(), stamp, 0, 0, 0, 0, 0, 0, 0, false, List.of(), null))));
    }

    /** What readers were told of how much was read. */
    private List<CaptureIsAt> told() throws Exception {
        return context.getSentSourceEvent().getOrDefault(0, List.of()).stream()
                .filter(CaptureIsAt.class::isInstance)
                .map(CaptureIsAt.class::cast)
                .toList();
    }

    private void untilTold(CaptureIsAt... those) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (told().size() < those.length) {
            assertThat(System.nanoTime()).as("told %s", told()).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        LockSupport.parkNanos(A_WHILE_NANOS);
        assertThat(told()).containsExactly(those);
    }

    @Test
    void tellsAReaderHowMuchWasReadWhenThatHasChangedAndNotAgain() throws Exception {
        addReader();
        untilTold(new CaptureIsAt(Pace.UNKNOWN));
        read(7_000);
        untilTold(new CaptureIsAt(Pace.UNKNOWN), new CaptureIsAt(7_000));
    }

    @Test
    void aReaderThatComesAfterAFailureIsToldWhatTheOneBeforeKnew() throws Exception {
        read(7_000);
        addReader();
        untilTold(new CaptureIsAt(7_000));
        context.unregisterReader(0);
        addReader();
        untilTold(new CaptureIsAt(7_000), new CaptureIsAt(7_000));
    }
}
