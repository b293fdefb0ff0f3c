package io.sluice.replay.clock;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.conduct.Conductor;
import io.sluice.state.StateFiles;
import io.sluice.state.StateMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the clock its beginning, follows what {@code control/replay.json} orders, stops the clock while the senders have too
 * much to do, and writes {@code status/replay.json}.
 *
 * <p>Belongs to the coordinator thread; files are read and written elsewhere.
 */
final class ClockEnumerator implements SplitEnumerator<ClockSplit, ClockState> {

    private static final Logger LOG = LoggerFactory.getLogger(ClockEnumerator.class);

    private static final long LOOK_MILLIS = 200;
    private static final long CONDUCT_MILLIS = 20;

    private final SplitEnumeratorContext<ClockSplit> context;
    private final ReplaySpec spec;
    private final StateMark mark;
    private final StateFiles files;
    private final Conductor conductor;
    private final EndLook endLook;
    private final StatusReport report = new StatusReport();
    private final Deque<ClockSplit> unassigned = new ArrayDeque<>();
    /** Not where files are read and written: that may take longer than the clock can wait for a word. */
    private final ScheduledExecutorService conducting = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "replay-conducting");
        thread.setDaemon(true);
        return thread;
    });

    private boolean started;
    private boolean writing;
    private Tempo tempo;
    private long refused;
    private long clockMillis;
    /** What the reader that runs now was told last; null when it was told nothing. */
    private @Nullable CaptureIsAt toldAt;
    /** Where the capture ended when the job began, by partition; null while that is not known, or nobody wants to know. */
    private @Nullable Map<Integer, Long> ends;

    ClockEnumerator(SplitEnumeratorContext<ClockSplit> context, ReplaySpec spec, StateMark mark, ClockState state) {
        this.context = context;
        this.spec = spec;
        this.mark = mark;
        this.files = new StateFiles(spec.state());
        this.conductor = Conductor.join(spec.token());
        this.endLook = new EndLook(spec, conductor);
        this.started = state.started();
        this.tempo = new Tempo(state.number(), state.paused(), state.speed(), false);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the enumerator is closed
    public void start() {
        try {
            mark.prove(); // orders and status go through the folder that this host sees
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the state folder " + spec.state(), e);
        }
        if (!started) {
            context.callAsync(() -> FirstStamp.millis(spec), this::began);
        }
        if (spec.rewriting().isLoad()) {
            context.callAsync(() -> CaptureEnds.of(spec), this::ends);
        }
        context.callAsync(() -> files.read(ReplaySpec.CONTROL).orElse(null), this::looked, 0, LOOK_MILLIS);
        endLook.start();
        conducting.scheduleWithFixedDelay(
                () -> context.runInCoordinatorThread(this::conduct), 0, CONDUCT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void ends(@Nullable Map<Integer, Long> found, @Nullable Throwable failure) {
        if (found == null) {
            throw new IllegalStateException("the end of the capture cannot be read", failure);
        }
        ends = found;
    }

    private void began(@Nullable Long millis, @Nullable Throwable failure) {
        if (millis == null) {
            throw new IllegalStateException("the beginning of the capture cannot be read", failure);
        }
        unassigned.add(ClockSplit.at(millis - 1, System.currentTimeMillis()));
        started = true;
        handOut();
    }

    private void handOut() {
        if (context.registeredReaders().containsKey(0)) {
            while (!unassigned.isEmpty()) {
                context.assignSplit(unassigned.remove(), 0);
            }
        }
    }

    private void conduct() {
        if (conductor.rests()) {
            return;
        }
        ReplayBounds bounds = spec.bounds();
        boolean overloaded = conductor.isFull(bounds.heldSteps(), bounds.heldBytes())
                || conductor.isOverloaded(spec.mostDue(), spec.mostDueBytes());
        if (overloaded != tempo.held()) {
            tell(tempo.held(overloaded));
        }
        if (context.registeredReaders().containsKey(0)) {
            CaptureIsAt at =
                    new CaptureIsAt(conductor.readMillis(spec.partitions()).orElse(Pace.UNKNOWN));
            if (!at.equals(toldAt)) {
                toldAt = at;
                context.sendEventToSourceReader(0, at);
            }
        }
    }

    private void looked(@Nullable JsonNode control, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("cannot read {} in {}", ReplaySpec.CONTROL, spec.state(), failure);
        } else if (control != null) {
            follow(control);
        }
        if (!writing) {
            writing = true;
            Reading reading = new Reading( // first: of what is read later more may be held
                    ends != null && conductor.isReadTo(ends), conductor.hasEnded(spec.partitions()));
            Conductor.Sight sight = conductor.sight(spec.partitions());
            Tempo now = tempo;
            long millis = clockMillis;
            context.callAsync(() -> write(sight, now, millis, reading), this::written);
        }
    }

    private void follow(JsonNode control) {
        long number = control.path("number").asLong();
        if (number <= tempo.number() || number == refused) {
            return;
        }
        JsonNode speed = control.path("speed");
        double told = speed.isMissingNode() ? tempo.speed() : speed(speed);
        if (told > 0) {
            conductor.rest(control.path("stopping").asBoolean());
            tell(new Tempo(number, control.path("paused").asBoolean(), told, tempo.held()));
        } else {
            refused = number;
            LOG.warn(
                    "{} in {}: order {} is not followed: expected a speed above 0, or max, but found {}",
                    ReplaySpec.CONTROL,
                    spec.state(),
                    number,
                    speed);
        }
    }

    private static double speed(JsonNode speed) {
        return speed.asText().equals("max") ? Tempo.MAX : speed.asDouble();
    }

    private void tell(Tempo next) {
        tempo = next;
        if (context.registeredReaders().containsKey(0)) {
            context.sendEventToSourceReader(0, next);
        }
    }

    private boolean write(Conductor.Sight sight, Tempo now, long millis, Reading reading) throws IOException {
        files.write(ReplaySpec.STATUS, report.of(sight, now, millis, System.currentTimeMillis(), reading, spec));
        return true;
    }

    private void written(@Nullable Boolean done, @Nullable Throwable failure) {
        writing = false;
        if (failure != null) {
            LOG.warn("cannot write {} in {}", ReplaySpec.STATUS, spec.state(), failure);
        }
    }

    @Override
    public void addReader(int subtask) {
        toldAt = null; // it is another than before
        handOut();
        if (subtask == 0) {
            context.sendEventToSourceReader(0, tempo);
        }
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof ClockIsAt at) {
            clockMillis = at.millis();
        }
    }

    @Override
    public void addSplitsBack(List<ClockSplit> splits, int subtask) {
        unassigned.addAll(splits);
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
        // The clock asks for nothing.
    }

    @Override
    public ClockState snapshotState(long checkpoint) {
        // A beginning that no reader has yet is looked up again.
        return new ClockState(started && unassigned.isEmpty(), tempo.number(), tempo.paused(), tempo.speed());
    }

    @Override
    public void close() {
        conducting.shutdownNow();
        endLook.close();
        conductor.leave();
    }
}
