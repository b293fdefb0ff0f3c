package io.sluice.replay.conduct;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.account.AccountReport;
import io.sluice.replay.account.AccountReports;
import io.sluice.replay.account.Counts;
import io.sluice.replay.conduct.BarrierOrder.Kind;
import io.sluice.replay.conduct.HeldBarriers.Held;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.Scope;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.EventReceivingTasks;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // Flink declares that closing a coordinator may throw anything
class SendCoordinatorTest {

    private static final long STAMP = 7_000_000;
    private static final int MANY = 1_100;
    private static final OperatorID OPERATOR = new OperatorID();

    @TempDir
    private Path folder;

    private final EventReceivingTasks tasks = EventReceivingTasks.createForRunningTasks();

    private static HeldBarriers held(boolean drained) {
        Held held = new Held("b", STAMP, false, Set.of("books"), Deletion.NONE, true, 2, true, drained, false);
        return new HeldBarriers(0, List.of(held), Long.MIN_VALUE);
    }

    private static AccountReport account(long floor) {
        return new AccountReport(
                0,
                new Counts(),
                new Counts(),
                Map.of(),
                9 * STAMP,
                floor,
                floor,
                floor,
                floor,
                0,
                0,
                0,
                false,
                List.of(),
                null);
    }

    /** What the sender was told of barriers and backfills. */
    private List<OperatorEvent> told() {
        return tasks.getSentEventsForSubtask(0).stream()
                .filter(event -> !(event instanceof WritesSoFar))
                .toList();
    }

    /** Reports until the sender was told something. */
    private void untilTold(OperatorCoordinator coordinator, HeldBarriers report, OperatorEvent event) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!tasks.getSentEventsForSubtask(0).contains(event)) {
            assertThat(System.nanoTime())
                    .as("not told %s but %s", event, tasks.getSentEventsForSubtask(0))
                    .isLessThan(end);
            coordinator.handleEventFromOperator(0, 0, report);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void leadsABarrierWhenTheBackfillIsCompleteAndTheAccountSaysThatNothingMoreComes() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(URI.create("http://127.0.0.1:1"), folder.toUri());
        StateFiles files = new StateFiles(spec.state());
        List<HeldIndex> indices = List.of(new HeldIndex("books", "uuid-1", 0, List.of(0)));
        files.write(
                "snapshot.json",
                SnapshotRecord.marked("backups", "first", List.of())
                        .begun()
                        .taken("uuid", indices, List.of())
                        .toJson());
        Conductor conductor = Conductor.join(spec.token());
        try (OperatorCoordinator coordinator = new SendCoordinator.Provider(OPERATOR, spec, 2)
                .create(new MockOperatorCoordinatorContext(OPERATOR, 1))) {
            coordinator.start();
            coordinator.executionAttemptReady(0, 0, tasks.createGatewayForSubtask(0, 0));
            assertThat(tasks.getSentEventsForSubtask(0)).containsExactly(OpenBackfills.UNKNOWN);
            conductor.heard(account(STAMP));

            untilTold(coordinator, held(false), new OpenBackfills(false, Set.of("books")));
            assertThat(told()).hasSize(2);
            conductor.heard(account(STAMP - 1));
            files.write("complete/uuid-1.json", JsonNodeFactory.instance.objectNode());
            untilTold(coordinator, held(false), OpenBackfills.NONE);
            assertThat(told()).as("an exchange is open").hasSize(3);
            conductor.heard(account(STAMP));
            untilTold(coordinator, held(false), new BarrierOrder(Kind.DRAIN, "b", 9 * STAMP / 1_000_000));
            untilTold(coordinator, held(true), new BarrierOrder(Kind.CALL, "b", 0));
            untilTold(coordinator, held(true), new WritesSoFar(STAMP, 0));
        } finally {
            conductor.leave();
        }
    }

    @Test
    void tellsNobodyAnythingWhileTheJobIsAboutToBeStopped() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(URI.create("http://127.0.0.1:1"), folder.toUri());
        Conductor conductor = Conductor.join(spec.token());
        try (OperatorCoordinator coordinator = new SendCoordinator.Provider(OPERATOR, spec, 2)
                .create(new MockOperatorCoordinatorContext(OPERATOR, 1))) {
            coordinator.executionAttemptReady(0, 0, tasks.createGatewayForSubtask(0, 0));
            coordinator.start();
            conductor.heard(account(STAMP));
            untilTold(coordinator, held(false), new BarrierOrder(Kind.DRAIN, "b", 9 * STAMP / 1_000_000));
            int before = tasks.getSentEventsForSubtask(0).size();

            conductor.rest(true);
            for (int report = 0; report < 50; report++) {
                coordinator.handleEventFromOperator(0, 0, held(true));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            assertThat(tasks.getSentEventsForSubtask(0)).hasSize(before);

            conductor.rest(false);
            untilTold(coordinator, held(true), new BarrierOrder(Kind.CALL, "b", 0));
        } finally {
            conductor.leave();
        }
    }

    /** A source that says of every index what a test wants it to say. */
    private static HttpServer source(String settings) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/books/_settings", exchange -> {
            byte[] body = settings.getBytes(UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private StateFiles failedBackfill(ReplaySpec spec) throws Exception {
        StateFiles files = new StateFiles(spec.state());
        List<HeldIndex> indices = List.of(new HeldIndex("books", "uuid-1", 0, List.of(0)));
        files.write(
                "snapshot.json",
                SnapshotRecord.marked("backups", "first", List.of())
                        .begun()
                        .taken("uuid", indices, List.of())
                        .toJson());
        files.write(
                "status/backfill.json",
                JsonNodeFactory.instance.objectNode().put("state", "failed").put("reason", "no disk"));
        return files;
    }

    @Test
    void anOperationOnAnIndexWhoseBackfillFailedGoesOnWhenTheSourceStillHasTheIndex() throws Exception {
        HttpServer server = source("{\"books\":{\"settings\":{\"index\":{\"uuid\":\"uuid-1\"}}}}");
        ReplaySpec spec = ReplaySpecs.of(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), folder.toUri());
        StateFiles files = failedBackfill(spec);
        Conductor conductor = Conductor.join(spec.token());
        try (OperatorCoordinator coordinator = senders(spec, 1)) {
            coordinator.start();
            conductor.heard(account(STAMP));

            untilTold(coordinator, held(false), new BarrierOrder(Kind.DRAIN, "b", 9 * STAMP / 1_000_000));
            assertThat(files.read("gone/uuid-1.json")).isEmpty();
            assertThat(conductor.sight(1).failedBackfills()).isEqualTo(Map.of("books", "no disk"));
            assertThat(told())
                    .as("deletes are kept for when it is started again")
                    .doesNotContain(OpenBackfills.NONE);
        } finally {
            conductor.leave();
            server.stop(0);
        }
    }

    @Test
    void anIndexThatTheSourceHasDeletedIsGoneBeforeAnOperationGoesOnWhoseBackfillFailed() throws Exception {
        HttpServer server = source("{\"books\":{\"settings\":{\"index\":{\"uuid\":\"uuid-2\"}}}}");
        ReplaySpec spec = ReplaySpecs.of(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), folder.toUri());
        StateFiles files = failedBackfill(spec);
        Conductor conductor = Conductor.join(spec.token());
        try (OperatorCoordinator coordinator = senders(spec, 1)) {
            coordinator.start();
            conductor.heard(account(STAMP));

            untilTold(coordinator, held(false), new BarrierOrder(Kind.DRAIN, "b", 9 * STAMP / 1_000_000));
            assertThat(files.read("gone/uuid-1.json")).isPresent();
            untilTold(coordinator, held(false), OpenBackfills.NONE);
        } finally {
            conductor.leave();
            server.stop(0);
        }
    }

    @Test
    void whileTheSourceDoesNotAnswerAnOperationWaitsAndTheStatusNamesTheBackfillThatFailed() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(URI.create("http://127.0.0.1:1"), folder.toUri());
        failedBackfill(spec);
        Conductor conductor = Conductor.join(spec.token());
        OpenBackfills failed = new OpenBackfills(false, Set.of("books"), Map.of("books", "no disk"), "failed");
        try (OperatorCoordinator coordinator = senders(spec, 1)) {
            coordinator.start();
            conductor.heard(account(STAMP));

            untilTold(coordinator, held(false), failed);
            assertThat(failed.describe(Scope.of(Set.of("books")))).contains("books", "failed", "no disk");
            assertThat(conductor.sight(1).failedBackfills()).containsKey("books");
            assertThat(told()).noneMatch(BarrierOrder.class::isInstance);
        } finally {
            conductor.leave();
        }
    }

    private static SendLoad load(int subtask, int due, long passedMillis) {
        return new SendLoad(subtask, due, 0, Amount.NONE, Amount.NONE, 0, 0, "", passedMillis);
    }

    private OperatorCoordinator senders(ReplaySpec spec, int parallelism) throws Exception {
        OperatorCoordinator coordinator = new SendCoordinator.Provider(OPERATOR, spec, 2)
                .create(new MockOperatorCoordinatorContext(OPERATOR, parallelism));
        for (int subtask = 0; subtask < parallelism; subtask++) {
            coordinator.executionAttemptReady(subtask, 0, tasks.createGatewayForSubtask(subtask, 0));
        }
        return coordinator;
    }

    @Test
    void sendersThatAreNoMoreHoldNothingUpAfterTheJobWasScaled() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(URI.create("http://127.0.0.1:1"), folder.toUri());
        Conductor clock = Conductor.join(spec.token()); // may leave later than the others
        try {
            try (OperatorCoordinator three = senders(spec, 3)) {
                three.handleEventFromOperator(0, 0, load(0, 1, 100));
                three.handleEventFromOperator(1, 0, load(1, 1, 100));
                three.handleEventFromOperator(2, 0, load(2, 50, 90));
            }
            try (OperatorCoordinator two = senders(spec, 2)) {
                assertThat(clock.readMillis(1)).isEmpty();
                two.handleEventFromOperator(0, 0, load(0, 1, 120));
                two.handleEventFromOperator(1, 0, load(1, 1, 110));

                assertThat(clock.readMillis(1)).hasValue(110);
                assertThat(clock.isOverloaded(10, Long.MAX_VALUE)).isFalse();
                two.resetToCheckpoint(1, new byte[0]);
                assertThat(clock.readMillis(1)).isEmpty();
            }
        } finally {
            clock.leave();
        }
    }

    @Test
    void howMuchWasReadIsWhatTheAccountsSayOfThisAttemptOrWhatHasComeToTheSenders() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(URI.create("http://127.0.0.1:1"), folder.toUri());
        Conductor clock = Conductor.join(spec.token());
        long read = 9 * STAMP / 1_000_000;
        try (OperatorCoordinator sending = senders(spec, 1);
                OperatorCoordinator accounts = new ReportsCoordinator.Provider(OPERATOR, spec.token())
                        .create(new MockOperatorCoordinatorContext(OPERATOR, 1))) {
            accounts.executionAttemptReady(0, 0, tasks.createGatewayForSubtask(0, 0));
            sending.handleEventFromOperator(0, 0, load(0, 0, Long.MIN_VALUE));
            assertThat(clock.readMillis(1)).isEmpty();

            accounts.handleEventFromOperator(0, 0, new AccountReports(List.of(account(STAMP))));
            assertThat(clock.readMillis(1)).hasValue(read);
            assertThat(clock.readMillis(2)).as("another partition").isEmpty();
            sending.handleEventFromOperator(0, 0, load(0, 0, read + 1));
            assertThat(clock.readMillis(1)).hasValue(read + 1);

            accounts.subtaskReset(0, 1);
            sending.subtaskReset(0, 1);
            assertThat(clock.readMillis(1)).isEmpty();
        } finally {
            clock.leave();
        }
    }

    @Test
    void aSweepIsToldWhenAllThatBeganBeforeIsSettledAndNotByReportsOfBeforeACrash() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(URI.create("http://127.0.0.1:1"), folder.toUri());
        Conductor conductor = Conductor.join(spec.token());
        try (OperatorCoordinator coordinator = new SendCoordinator.Provider(OPERATOR, spec, 2)
                        .create(new MockOperatorCoordinatorContext(OPERATOR, 1));
                OperatorCoordinator accounts = new ReportsCoordinator.Provider(OPERATOR, spec.token())
                        .create(new MockOperatorCoordinatorContext(OPERATOR, 1))) {
            coordinator.executionAttemptReady(0, 0, tasks.createGatewayForSubtask(0, 0));
            accounts.executionAttemptReady(0, 0, tasks.createGatewayForSubtask(0, 0));
            accounts.handleEventFromOperator(0, 0, new AccountReports(List.of(account(STAMP))));
            accounts.subtaskReset(0, 1);
            accounts.handleEventFromOperator(0, 0, new AccountReports(List.of(account(STAMP))));
            coordinator.handleEventFromOperator(0, 0, new SweepWaits(0, STAMP));
            assertThat(tasks.getSentEventsForSubtask(0)).doesNotContain(new WritesSettled(STAMP));

            accounts.executionAttemptReady(0, 1, tasks.createGatewayForSubtask(0, 1));
            accounts.handleEventFromOperator(0, 1, new AccountReports(List.of(account(STAMP - 1))));
            coordinator.handleEventFromOperator(0, 0, held(false));
            assertThat(tasks.getSentEventsForSubtask(0)).doesNotContain(new WritesSettled(STAMP));

            accounts.handleEventFromOperator(0, 1, new AccountReports(List.of(account(STAMP))));
            coordinator.handleEventFromOperator(0, 0, held(false));
            assertThat(tasks.getSentEventsForSubtask(0)).contains(new WritesSettled(STAMP));
        } finally {
            conductor.leave();
        }
    }

    private static SendLoad holding(int subtask, Amount behindCalls, Amount withoutIndex) {
        return holding(subtask, behindCalls, withoutIndex, 1);
    }

    private static SendLoad holding(int subtask, Amount behindCalls, Amount withoutIndex, long passedMillis) {
        return new SendLoad(subtask, 0, 0, behindCalls, withoutIndex, 0, 0, "a call waits", passedMillis);
    }

    @Test
    void whatIsHeldStopsTheClockOnlyWhileAnOperationWaitsForABackfillOrTheTargetAsThatNeedsNoClock() throws Exception {
        ReplaySpec spec = ReplaySpecs.of(URI.create("http://127.0.0.1:1"), folder.toUri());
        Conductor clock = Conductor.join(spec.token());
        try (OperatorCoordinator coordinator = senders(spec, 2)) {
            coordinator.handleEventFromOperator(0, 0, holding(0, new Amount(60, 6_000), Amount.NONE));
            coordinator.handleEventFromOperator(1, 0, holding(1, new Amount(60, 6_000), Amount.NONE));
            assertThat(clock.isFull(100, 10_000)).as("no operation is held").isFalse();

            coordinator.handleEventFromOperator(0, 0, held(false));
            assertThat(clock.isFull(100, Long.MAX_VALUE)).isTrue();
            assertThat(clock.sight(1).waitingFor()).contains("replay.held", "a call waits");
            assertThat(clock.isFull(Long.MAX_VALUE, 10_000)).isTrue();
            assertThat(clock.isFull(120, 12_000)).isFalse();
            assertThat(clock.sight(1).waitingFor()).isEqualTo("a call waits");

            coordinator.start();
            untilTold(coordinator, held(false), OpenBackfills.NONE);
            assertThat(clock.isFull(100, 10_000)).as("it waits for the clock").isFalse();

            long drained = 9 * STAMP / 1_000_000;
            clock.heard(account(STAMP));
            untilTold(coordinator, held(false), new BarrierOrder(Kind.DRAIN, "b", drained));
            coordinator.handleEventFromOperator(0, 0, holding(0, new Amount(60, 6_000), Amount.NONE, drained));
            assertThat(clock.isFull(100, 10_000))
                    .as("the other sender waits for the clock")
                    .isFalse();
            coordinator.handleEventFromOperator(1, 0, holding(1, new Amount(60, 6_000), Amount.NONE, drained));
            assertThat(clock.isFull(100, 10_000)).as("it waits for the target").isTrue();

            coordinator.handleEventFromOperator(0, 0, new HeldBarriers(0, List.of(), Long.MIN_VALUE));
            assertThat(clock.isFull(100, 10_000))
                    .as("no operation is held any more")
                    .isFalse();
            coordinator.handleEventFromOperator(0, 0, holding(0, Amount.NONE, new Amount(101, 1)));
            assertThat(clock.isFull(100, 10_000)).as("for want of an index").isTrue();
        } finally {
            clock.leave();
        }
    }

    private static AccountReport account(int partition, long millis) {
        long stamp = millis * 1_000_000;
        return new AccountReport(
                partition,
                new Counts(),
                new Counts(),
                Map.of(),
                stamp,
                stamp,
                stamp,
                stamp,
                stamp,
                0,
                millis,
                0,
                false,
                List.of(),
                null);
    }

    @Test
    void whatEndedBetweenTwoPartitionsIsWaitedForNoLongerThanWhereEachOfThemHadAll() {
        Conductor conductor = Conductor.join("partitions");
        try {
            long stamp = 40 * 1_000_000;
            conductor.heard(account(0, 45));
            conductor.heard(account(1, 30));
            assertThat(conductor.heardAllBelow(stamp, 2)).isEmpty();

            conductor.heard(account(0, 145));
            conductor.heard(account(1, 60));
            assertThat(conductor.heardAllBelow(stamp, 2)).hasValue(60);
            conductor.heard(account(1, 160));
            assertThat(conductor.heardAllBelow(stamp, 2)).hasValue(60);
        } finally {
            conductor.leave();
        }
    }

    @Test
    void theTimeOfABarrierIsKeptWhileItIsHeldHoweverManyCameSince() {
        Conductor conductor = Conductor.join("stamps");
        try {
            conductor.heard(account(0, 45));
            assertThat(conductor.heardAllBelow(1, 1)).hasValue(45);
            conductor.heard(account(0, 60));
            for (long stamp = 2; stamp < MANY; stamp++) {
                conductor.heardAllBelow(stamp, 1);
                conductor.keepHeard(() -> Set.of(1L));
            }
            assertThat(conductor.heardAllBelow(1, 1)).hasValue(45);

            conductor.heard(account(0, 90));
            assertThat(conductor.heardAllBelow(2, 1))
                    .as("nobody has it any more")
                    .hasValue(90);
        } finally {
            conductor.leave();
        }
    }

    @Test
    void aCaptureIsReadToItsEndWhenEachPartitionIsThatHasOne() {
        Conductor conductor = Conductor.join("ends");
        try {
            conductor.heard(account(0, 45));
            assertThat(conductor.isReadTo(Map.of())).isTrue();
            assertThat(conductor.isReadTo(Map.of(0, 45L))).isTrue();
            assertThat(conductor.isReadTo(Map.of(0, 45L, 1, 30L))).isFalse();
            conductor.heard(account(1, 29));
            assertThat(conductor.isReadTo(Map.of(0, 45L, 1, 30L))).isFalse();
            conductor.heard(account(1, 30));
            assertThat(conductor.isReadTo(Map.of(0, 45L, 1, 30L))).isTrue();
        } finally {
            conductor.leave();
        }
    }
}
