package io.sluice.replay.conduct;

import io.sluice.replay.ReplaySpec;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.rewrite.Scope;
import io.sluice.state.StateFiles;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The senders' coordinator: hands their loads to the job's {@link Conductor}, leads their {@link Barriers}, and tells them which
 * backfills are open.
 *
 * <p>Belongs to the JobMaster's main thread, which must never wait: files are read elsewhere. Nothing of barriers is in checkpoints, see
 * {@link Barriers}.
 */
public final class SendCoordinator implements OperatorCoordinator {

    private static final Logger LOG = LoggerFactory.getLogger(SendCoordinator.class);

    private static final long LOOK_MILLIS = 500;
    private static final long WRITES_TOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Conductor conductor;
    private final int partitions;
    private final Barriers barriers;
    private final BackfillLook look;
    private final FailedBackfills failed;
    private final NamesLook namesLook;
    private final ScheduledExecutorService looking = daemon("replay-backfill-look");
    /** A source that does not answer must not hold up the other. */
    private final ScheduledExecutorService asking = daemon("replay-names-look");

    private final Map<Integer, SubtaskGateway> senders = new TreeMap<>();
    /** For which stamp each sender waits, of those that do. */
    private final Map<Integer, Long> sweeps = new TreeMap<>();

    private volatile OpenBackfills backfills = OpenBackfills.UNKNOWN;
    /** Barriers that wait for nothing but backfills that failed. */
    private volatile Map<String, Scope> stuck = Map.of();
    /** Those of them that need not any more. */
    private volatile Set<String> excused = Set.of();

    private volatile NamesSeen names = NamesSeen.NOTHING;
    /** What the senders know of names. */
    private NamesSeen toldNames = NamesSeen.NOTHING;
    /** What they know of backfills. */
    private OpenBackfills told = OpenBackfills.UNKNOWN;

    private final boolean hasReads;
    private final boolean looksAtNames;
    private long toldOfWritesNanos = System.nanoTime();

    /** Null when nobody looks at the source. */
    private final @Nullable BypassRoad bypass;

    private SendCoordinator(ReplaySpec spec, int domains) {
        this.hasReads = spec.judging().reads() > 0;
        this.looksAtNames =
                !spec.rewriting().isLoad() && spec.rewriting().rules().liveSource();
        this.conductor = Conductor.join(spec.token());
        conductor.sendersLeft(); // of the job before it was scaled, while others of that have not left
        this.partitions = spec.partitions();
        this.barriers = new Barriers(domains);
        StateFiles files = new StateFiles(spec.state());
        this.look = new BackfillLook(files, spec.rewriting());
        this.failed = new FailedBackfills(files, look, spec);
        this.namesLook = new NamesLook(spec.source(), spec.rewriting().rules().effects(), System::nanoTime);
        this.bypass = spec.looks() ? new BypassRoad(spec, conductor, this::tell) : null;
    }

    private static ScheduledExecutorService daemon(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private void tell(@Nullable Integer subtask, OperatorEvent event) {
        if (subtask == null) {
            senders.values().forEach(sender -> tell(sender, event));
        } else {
            tell(senders.get(subtask), event);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the coordinator is closed
    public void start() {
        looking.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (looksAtNames) {
            asking.scheduleWithFixedDelay(this::lookAtNames, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        Map<String, Scope> waiting = stuck;
        try {
            backfills = look.look();
            if (!waiting.isEmpty()) {
                excused = failed.settle(backfills, waiting);
                backfills = look.look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the job ends
        } catch (Exception e) { // whatever it is, the next look may go better
            LOG.warn("Cannot see which indices the backfill has carried; operations on them wait.", e);
        }
    }

    private void lookAtNames() {
        try {
            NameEffects seen = namesLook.look();
            if (!seen.equals(names.effects())) {
                names = new NamesSeen(seen);
            }
        } catch (RuntimeException e) { // the same
            LOG.warn("Cannot see what the source's names do.", e);
        }
    }

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
        SubtaskGateway sender = senders.get(subtask);
        if (sender == null || sender.getExecution().getAttemptNumber() != attempt) {
            return; // of one that has failed
        }
        if (event instanceof SendLoad load) {
            conductor.heard(load);
        } else if (event instanceof HeldBarriers held) {
            barriers.heard(held);
        } else if (event instanceof SweepWaits sweep) {
            sweeps.put(sweep.subtask(), sweep.stamp());
        } else if (bypass == null || !bypass.heard(event)) {
            throw new IllegalArgumentException("not from a sender: " + event);
        }
        lead();
    }

    private void lead() {
        if (conductor.rests()) {
            return;
        }
        OpenBackfills open = backfills;
        if (!open.equals(told)) {
            told = open;
            senders.values().forEach(sender -> tell(sender, open));
        }
        tellOfNames();
        tellOfWrites();
        letSweep();
        conductor.backfillsFailed(open.failed());
        barriers.excuse(excused);
        stuck = barriers.stuck(told);
        conductor.heldWithoutClock(barriers.passWithoutClock(told, conductor.passedMillis()));
        if (bypass != null) {
            bypass.go(Set.copyOf(senders.keySet()), told, look);
        }
        if (barriers.isEmpty()) {
            return;
        }
        conductor.keepHeard(barriers::stamps);
        for (Barriers.Told order : barriers.decide(stamp -> conductor.heardAllBelow(stamp, partitions), told)) {
            tell(order.subtask(), order.order());
            if (bypass != null && !order.deletion().isNone()) {
                bypass.deleted(order.deletion());
            }
        }
    }

    private void tellOfNames() {
        NamesSeen seen = names;
        if (!seen.equals(toldNames)) {
            toldNames = seen;
            senders.values().forEach(sender -> tell(sender, seen));
        }
    }

    private void tellOfWrites() {
        long now = System.nanoTime();
        if (hasReads && now - toldOfWritesNanos >= WRITES_TOLD_NANOS) {
            toldOfWritesNanos = now;
            WritesSoFar writes = conductor.writesSoFar(partitions);
            senders.values().forEach(sender -> tell(sender, writes));
        }
    }

    private void letSweep() {
        if (!sweeps.isEmpty()) {
            long settled = conductor.settledBelow(partitions);
            sweeps.entrySet().removeIf(sweep -> {
                boolean isSettled = sweep.getValue() <= settled;
                if (isSettled) {
                    tell(senders.get(sweep.getKey()), new WritesSettled(sweep.getValue()));
                }
                return isSettled;
            });
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Flink fails the task that cannot be told
    private static void tell(@Nullable SubtaskGateway sender, OperatorEvent event) {
        if (sender != null) {
            sender.sendEvent(event);
        }
    }

    @Override
    public void checkpointCoordinator(long checkpoint, CompletableFuture<byte[]> result) {
        result.complete(bypass == null ? new byte[0] : bypass.image());
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {}

    @Override
    public void resetToCheckpoint(long checkpoint, byte @Nullable [] data) {
        List.copyOf(senders.keySet()).forEach(this::gone);
        conductor.sendersLeft();
        barriers.clear(); // there may be fewer senders now
        if (bypass != null) {
            bypass.restore(data == null ? new byte[0] : data);
        }
    }

    @Override
    public void subtaskReset(int subtask, long checkpoint) {
        gone(subtask);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {
        gone(subtask);
    }

    private void gone(int subtask) {
        senders.remove(subtask);
        sweeps.remove(subtask);
        barriers.left(subtask);
        conductor.senderLeft(subtask);
        if (bypass != null) {
            bypass.sendersLeft();
        }
    }

    @Override
    public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {
        senders.put(subtask, gateway);
        tell(gateway, told);
        if (!toldNames.equals(NamesSeen.NOTHING)) {
            tell(gateway, toldNames);
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
        failed.close();
        asking.execute(namesLook::close);
        asking.shutdown();
        if (bypass != null) {
            bypass.close();
        }
        conductor.leave();
    }

    /** Makes one wherever the JobMaster runs. */
    public static final class Provider implements OperatorCoordinator.Provider {

        private static final long serialVersionUID = 1L;

        private final OperatorID operator;
        private final ReplaySpec spec;
        private final int domains;

        /** @param domains how many order domains there are */
        public Provider(OperatorID operator, ReplaySpec spec, int domains) {
            this.operator = operator;
            this.spec = spec;
            this.domains = domains;
        }

        @Override
        public OperatorID getOperatorId() {
            return operator;
        }

        @Override
        public OperatorCoordinator create(OperatorCoordinator.Context context) {
            return new SendCoordinator(spec, domains);
        }
    }
}
