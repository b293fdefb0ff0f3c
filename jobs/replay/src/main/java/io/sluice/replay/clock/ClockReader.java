package io.sluice.replay.clock;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/**
 * Ticks: each record is the last millisecond of capture time that may go out.
 *
 * <p>Belongs to the task's thread, but for what wakes it.
 */
final class ClockReader implements SourceReader<Long, ClockSplit> {

    private static final long TICK_MILLIS = 5;

    /** Tells the coordinator where the clock is, so often. */
    private static final int TICKS_PER_REPORT = 20;

    private final SourceReaderContext context;
    private final long delayMillis;
    private final double catchUp;
    private final long aheadMillis;
    private final ScheduledExecutorService ticking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "replay-clock");
        thread.setDaemon(true);
        return thread;
    });
    private final Object lock = new Object();

    private CompletableFuture<Void> available = new CompletableFuture<>(); // guarded by the lock
    private @Nullable Pace pace;
    private Tempo tempo;
    private long readMillis = Pace.UNKNOWN;
    private int ticks;

    ClockReader(SourceReaderContext context, long delayMillis, double catchUp, long aheadMillis, double speed) {
        this.context = context;
        this.delayMillis = delayMillis;
        this.catchUp = catchUp;
        this.aheadMillis = aheadMillis;
        this.tempo = Tempo.of(speed);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it only completes a future, and ends with the executor
    public void start() {
        ticking.scheduleAtFixedRate(this::wake, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void wake() {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            waiting = available;
        }
        waiting.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<Long> output) {
        synchronized (lock) {
            if (available.isDone()) {
                available = new CompletableFuture<>();
            }
        }
        if (pace != null) {
            long millis = pace.at(System.currentTimeMillis(), tempo, readMillis);
            output.collect(millis, millis);
            if (ticks++ % TICKS_PER_REPORT == 0) {
                context.sendSourceEventToCoordinator(new ClockIsAt(millis));
            }
        }
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        synchronized (lock) {
            return available;
        }
    }

    @Override
    public void addSplits(List<ClockSplit> splits) {
        pace = new Pace(splits.get(0), delayMillis, catchUp, aheadMillis);
        wake();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof Tempo told) {
            tempo = told;
        } else if (event instanceof CaptureIsAt at) {
            readMillis = at.millis();
        }
    }

    @Override
    public List<ClockSplit> snapshotState(long checkpoint) {
        return pace == null ? List.of() : List.of(pace.split());
    }

    @Override
    public void notifyNoMoreSplits() {
        // The clock goes on until the job ends.
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
        // The capture lags behind: Flink does not poll until it has come closer. The pace makes up for that.
    }

    @Override
    public void close() {
        ticking.shutdownNow();
    }
}
