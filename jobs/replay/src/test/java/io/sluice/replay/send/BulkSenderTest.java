package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import io.sluice.source.IndexCopy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much of what lies in the state is on the heap at a time. */
class BulkSenderTest {

    private static final int MANY = 2_000;
    private static final int TOGETHER = 10;

    /** Less than what all of them have. */
    private static final long ROOM_BYTES = 10_000;

    private static final ReplayBounds BOUNDS = Senders.bounds(ROOM_BYTES, TOGETHER, ReplayBounds.DEFAULT.mostHeld());

    /** Of those that are on their way, and of one that an index is made for. */
    private static final int MOST_LOADED = TOGETHER * BOUNDS.bulksInFlight() + 1;

    /** A task's thread that is the test's. */
    private static final class TestThread implements TaskThread {
        private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
        private final NavigableMap<Long, List<Runnable>> timers = new TreeMap<>();
        private long millis;

        @Override
        public void run(Runnable one) {
            work.add(one);
        }

        @Override
        public void later(long after, Runnable one) {
            timers.computeIfAbsent(millis + after, fresh -> new ArrayList<>()).add(one);
        }

        @Override
        public long millis() {
            return millis;
        }

        void until(String what, BooleanSupplier condition) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!condition.getAsBoolean()) {
                assertThat(System.nanoTime()).as(what).isLessThan(end);
                millis += TOGETHER;
                while (!timers.isEmpty() && timers.firstKey() <= millis) {
                    timers.pollFirstEntry().getValue().forEach(Runnable::run);
                }
                Runnable next = work.poll();
                while (next != null) {
                    next.run();
                    next = work.poll();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    /** A state that is a map, and counts what it gives away. */
    private static final class State implements Settling {
        final List<Ruled> settled = new ArrayList<>();
        private final Map<String, StepItem> items = new HashMap<>();
        private final Set<String> loaded = new HashSet<>();
        private int most;
        private int loads;

        /** Writes of books whose times are 1, 2 and so on. None of their bytes are on the heap. */
        List<Pending> writes(int count, boolean isOneDocument) {
            List<Pending> steps = new ArrayList<>();
            for (int number = 1; number <= count; number++) {
                ByteString source = ByteString.copyFromUtf8("{\"n\":%d}".formatted(number));
                String id = isOneDocument ? "one" : String.valueOf(number);
                Step.Write write = new Step.Write(0, "books", "books", null, id, null, number, source);
                StepItem item = new StepItem(at(number), write);
                Pending step = new Pending(item, 0);
                items.put(step.name(), item);
                step.stored = true;
                step.drop();
                steps.add(step);
            }
            return steps;
        }

        @Override
        public void settled(Pending step, Ruled ruled) {
            loaded.remove(step.name());
            settled.add(ruled);
        }

        @Override
        public void askAgain(List<Pending> steps) {
            assertThat(steps).isEmpty();
        }

        @Override
        public void load(Pending step) {
            if (step.item() == null) {
                step.restore(items.get(step.name()));
                loaded.add(step.name());
                loads++;
                most = Math.max(most, loaded.size());
            }
        }

        @Override
        public void unload(Pending step) {
            step.drop();
            loaded.remove(step.name());
        }
    }

    private final TestThread thread = new TestThread();
    private final State state = new State();
    private OneShardCluster source;
    private RawHttp sourceHttp;
    private RecordingTarget target;
    private RawHttp http;
    private BulkSender sender;

    @BeforeEach
    void start() throws Exception {
        target = RecordingTarget.start();
        ReplaySpec spec = Senders.spec(target.endpoint());
        http = RawHttps.open(spec.target(), RawHttpOptions.DEFAULT);
        source = new OneShardCluster();
        sourceHttp = RawHttps.open(Senders.spec(source.endpoint()).target(), RawHttpOptions.DEFAULT);
        IndexCopy definitions = new IndexCopy(sourceHttp, spec.rewriting().rules(), spec.migration());
        sender = new BulkSender(http, definitions, BOUNDS, thread, state);
    }

    @AfterEach
    void stop() {
        sourceHttp.close();
        source.close();
        http.close();
        target.close();
    }

    private static ExchangeRef at(int millis) {
        return new ExchangeRef(0, millis * 1_000_000L, new UUID(1, 1), 1, millis);
    }

    private void assertApplied(int count) {
        assertThat(state.settled).hasSize(count).containsOnly(new Ruled(Verdict.APPLIED, ""));
    }

    @Test
    void whatABarrierHeldIsReadFromTheStateAsItIsSentAlsoWhileItIsNotKnownWhetherItsIndexIsThere() {
        sender.dueNow(state.writes(MANY, false));
        assertThat(state.loads).as("before the target has said anything").isEqualTo(1);

        thread.until("not settled", () -> state.settled.size() == MANY);
        assertApplied(MANY);
        assertThat(state.most).isLessThanOrEqualTo(MOST_LOADED);
        assertThat(target.arrived()).hasSize(MANY);
    }

    @Test
    void whatAnOverloadedTargetRefusesDoesNotStayOnTheHeapUntilItIsSentAgain() {
        target.isOverloaded(true);
        sender.dueNow(state.writes(MANY, false));
        thread.until("not all were refused", () -> sender.retries() >= MANY);
        assertThat(state.settled).isEmpty();
        assertThat(state.most).isLessThanOrEqualTo(MOST_LOADED);

        target.isOverloaded(false);
        thread.until("not settled", () -> state.settled.size() == MANY);
        assertApplied(MANY);
        assertThat(state.most).isLessThanOrEqualTo(MOST_LOADED);
    }

    @Test
    void aDeletionIsLookedForOnceForAllThatWaitForItsIndex() {
        target.lacks("books");
        target.order(400);
        sender.dueNow(state.writes(MANY, false));
        thread.until("not stuck", () -> sender.withoutIndex().steps() == MANY);
        List<String> looked = new ArrayList<>();
        sender.giveUpMissing(index -> {
            looked.add(index);
            return null;
        });
        assertThat(looked).containsExactly("books");
        assertThat(state.settled).isEmpty();

        sender.giveUpMissing(index -> at(MANY / 2));
        assertThat(state.settled)
                .hasSize(MANY / 2 - 1)
                .containsOnly(new Ruled(Verdict.SUPERSEDED, "index_deleted_later"));
        assertThat(sender.withoutIndex().steps()).isEqualTo(MANY / 2 + 1);
    }

    @Test
    void writesOfOneDocumentWaitForEachOtherInTheState() {
        sender.dueNow(state.writes(MANY, true));
        thread.until("not settled", () -> state.settled.size() == MANY);

        assertApplied(MANY);
        assertThat(target.arrivals()).extracting(RecordingTarget.Arrival::fence).isSorted();
        assertThat(state.most).isLessThanOrEqualTo(MOST_LOADED);
        assertThat(state.loads).as("each when it comes and when it leaves").isLessThanOrEqualTo(2 * MANY);
    }
}
