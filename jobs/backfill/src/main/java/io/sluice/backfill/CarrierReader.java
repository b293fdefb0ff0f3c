package io.sluice.backfill;

import io.sluice.state.StateMark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/**
 * Flink's side of a {@link RangeCarrier}: takes ranges, hands on failed documents, keeps positions.
 *
 * <p><b>State:</b> the position of every range it holds, and of every range that is over until the
 * enumerator has recorded that; nothing else.
 *
 * <p>All methods run on the task's thread; only {@link #wake} may be called from any.
 */
final class CarrierReader implements SourceReader<String, RangeSplit> {

    /** How often it says how it is doing, if that changed; less often where the coordinator listens to many. */
    private static final long PROGRESS_MILLIS = 250;

    private static final long PROGRESS_MILLIS_PER_READER = 5;

    /** How long closing waits for a read that the store does not answer. */
    private static final long LONGEST_GOODBYE_MILLIS = 10_000;

    /** Ranges in hand, so that the next can be read while the last bulks of one are unanswered. */
    private static final int RANGES_AT_A_TIME = 8;

    private final SourceReaderContext context;
    private final BackfillSpec spec;
    private final StateMark mark;
    private final Map<String, RangeEnded> unrecorded = new LinkedHashMap<>();
    private final Object wakeLock = new Object();

    private @Nullable Workplace place;
    private @Nullable RangeCarrier carrier;
    private @Nullable Thread thread;
    private @Nullable ScheduledFuture<?> ticker;
    private @Nullable ReaderProgress lastTold;
    private boolean asked;
    private boolean noMoreSplits;
    private volatile boolean progressDue;

    private CompletableFuture<Void> available = new CompletableFuture<>();

    CarrierReader(SourceReaderContext context, BackfillSpec spec, StateMark mark) {
        this.context = context;
        this.spec = spec;
        this.mark = mark;
    }

    @Override
    public void start() {
        try {
            mark.prove();
            place = Workplace.join(spec);
        } catch (IOException e) {
            throw new IllegalStateException("cannot start carrying documents: " + e.getMessage(), e);
        }
        carrier = new RangeCarrier(place, this::wake);
        thread = new Thread(carrier, "backfill-carrier-" + context.getIndexOfSubtask());
        thread.setContextClassLoader(context.getUserCodeClassLoader().asClassLoader());
        thread.setDaemon(true);
        thread.start();
        long every = Math.max(PROGRESS_MILLIS, PROGRESS_MILLIS_PER_READER * context.currentParallelism());
        ticker = place.scheduler().scheduleAtFixedRate(this::tick, every, every, TimeUnit.MILLISECONDS);
    }

    private RangeCarrier carrier() {
        if (carrier == null) {
            throw new IllegalStateException("the reader was not started");
        }
        return carrier;
    }

    private void tick() {
        progressDue = true;
        wake();
    }

    private void wake() {
        CompletableFuture<Void> waiting;
        synchronized (wakeLock) {
            waiting = available;
        }
        waiting.complete(null);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        synchronized (wakeLock) {
            return available;
        }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<String> output) {
        synchronized (wakeLock) {
            if (available.isDone()) {
                available = new CompletableFuture<>();
            }
        }
        carrier().settle(output::collect, this::ended);
        if (progressDue) {
            progressDue = false;
            tellProgress();
        }
        if (noMoreSplits && unrecorded.isEmpty() && carrier().positions().isEmpty()) {
            return InputStatus.END_OF_INPUT;
        }
        askForWork();
        return InputStatus.NOTHING_AVAILABLE;
    }

    private void tellProgress() {
        ReaderProgress progress = carrier().progress(positions());
        if (lastTold == null || !progress.saysTheSameAs(lastTold)) {
            lastTold = progress;
            context.sendSourceEventToCoordinator(progress);
        }
    }

    private void ended(RangeEnded end) {
        unrecorded.put(end.split().splitId(), end);
        context.sendSourceEventToCoordinator(end);
    }

    private void askForWork() {
        if (!asked
                && !noMoreSplits
                && carrier().isIdle()
                && carrier().positions().size() < RANGES_AT_A_TIME) {
            asked = true;
            context.sendSplitRequest();
        }
    }

    @Override
    public void addSplits(List<RangeSplit> splits) {
        asked = false;
        splits.forEach(carrier()::add);
    }

    @Override
    public void notifyNoMoreSplits() {
        noMoreSplits = true;
        wake();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof RangeRecorded recorded) {
            unrecorded.remove(recorded.splitId());
        } else if (event instanceof Orders orders) {
            carrier().follow(orders);
        } else if (event instanceof IndexStopped stopped) {
            carrier().stopIndex(stopped.index(), stopped.reason());
        } else {
            throw new IllegalStateException("an event that no reader knows: " + event);
        }
        wake();
    }

    @Override
    public List<RangeSplit> snapshotState(long checkpointId) {
        return positions();
    }

    private List<RangeSplit> positions() {
        List<RangeSplit> positions = new ArrayList<>(carrier().positions());
        unrecorded.values().forEach(end -> positions.add(end.split()));
        return positions;
    }

    @Override
    public void close() {
        if (ticker != null) {
            ticker.cancel(false);
        }
        if (carrier != null) {
            carrier.close();
        }
        try {
            if (thread != null) {
                // Not interrupted: that would close the file channel it reads from, which others share.
                thread.join(LONGEST_GOODBYE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (place != null) {
                place.leave();
            }
        }
    }
}
