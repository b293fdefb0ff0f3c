package io.sluice.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.state.JobFiles;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans shards, hands ranges to whichever reader asks, keeps the {@link Ledger}, and speaks for the job:
 * follows {@code control/backfill.json}, writes {@code status/backfill.json}, and publishes an index under
 * {@code complete/} once a completed checkpoint has every range of it finished.
 *
 * <p>Readers are let go only when a completed checkpoint has the end of everything, so the last
 * completion is published before the job ends.
 *
 * <p>Flink calls every method on the coordinator thread; files and the repository are touched on its
 * worker thread, through {@code callAsync}.
 */
final class BackfillEnumerator implements SplitEnumerator<RangeSplit, LedgerState> {

    static final String CONTROL = JobFiles.control(JobFiles.BACKFILL);
    static final String STATUS = JobFiles.status(JobFiles.BACKFILL);

    private static final Logger LOG = LoggerFactory.getLogger(BackfillEnumerator.class);

    private static final long LOOK_MILLIS = 200;

    private static final int LOOKS_PER_STATUS = 2;

    /** Ranges kept ready for each reader: planning is slower than handing out only when a shard is tiny. */
    private static final int RANGES_AHEAD = 3;

    private final SplitEnumeratorContext<RangeSplit> context;
    private final BackfillSpec spec;
    private final StateFiles files;
    private final ShardPlanner planner;
    private final Ledger ledger;
    private final StatusReport report;

    private final Deque<ShardToPlan> unplanned = new ArrayDeque<>();
    private final Set<Integer> waiting = new LinkedHashSet<>();
    private final TreeMap<Long, LedgerState> checkpoints = new TreeMap<>();
    private final Set<String> published = new LinkedHashSet<>();
    private final Map<String, String> stopped = new HashMap<>();
    private boolean mayHandOut;
    private boolean planning;
    private boolean finished;
    private boolean goodbyeSaid;
    private boolean writingStatus;
    private int looks;
    private Orders orders;

    private record ShardToPlan(IndexPlan index, int shard) {}

    BackfillEnumerator(SplitEnumeratorContext<RangeSplit> context, BackfillSpec spec, LedgerState restored) {
        this.context = context;
        this.spec = spec;
        this.files = new StateFiles(spec.state());
        this.planner = new ShardPlanner(spec);
        this.ledger = Ledger.restore(restored);
        this.report = new StatusReport(spec);
        this.orders = new Orders(0, false, spec.rate());
        for (IndexPlan index : spec.indices()) {
            for (int shard = 0; shard < index.shards(); shard++) {
                if (!ledger.isPlanned(index.name(), shard)) {
                    unplanned.add(new ShardToPlan(index, shard));
                }
            }
        }
    }

    @Override
    public void start() {
        context.callAsync(() -> files.read(CONTROL).orElse(null), this::looked, 0, LOOK_MILLIS);
        context.callAsync(this::gone, this::knownAsGone);
    }

    /** Looked for only now: whoever writes down that an index is gone looks afterwards whether a backfill has been started. */
    private Set<String> gone() throws IOException {
        Set<String> gone = new HashSet<>();
        for (IndexPlan index : spec.indices()) {
            if (files.read(JobFiles.gone(index.uuid())).isPresent()) {
                gone.add(index.name());
            }
        }
        return gone;
    }

    private void knownAsGone(@Nullable Set<String> gone, @Nullable Throwable failure) {
        if (gone == null) {
            throw new IllegalStateException("cannot read what is gone in " + spec.state(), failure);
        }
        gone.forEach(index -> stopIndex(index, "the source has deleted it since the snapshot, and so has replay"));
        mayHandOut = true;
        handOut();
    }

    private void looked(@Nullable JsonNode control, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("cannot read {} in {}", CONTROL, spec.state(), failure);
        } else if (control != null) {
            follow(control);
        }
        if (looks++ % LOOKS_PER_STATUS == 0 && !finished) {
            writeStatus(orders.paused() ? "paused" : "running");
        }
    }

    private void follow(JsonNode control) {
        long number = control.path("number").asLong();
        if (number <= orders.number()) {
            return;
        }
        JsonNode rate = control.path("rate");
        orders = new Orders(
                number,
                control.path("paused").asBoolean(),
                rate.isObject()
                        ? new RateLimit(
                                rate.path("documents_per_second").asDouble(),
                                rate.path("bytes_per_second").asDouble())
                        : spec.rate());
        context.registeredReaders().keySet().forEach(this::sendOrders);
    }

    private void sendOrders(int reader) {
        RateLimit share = orders.rate().shareOf(context.currentParallelism());
        context.sendEventToSourceReader(reader, new Orders(orders.number(), orders.paused(), share));
    }

    private void planAhead() {
        if (!mayHandOut) {
            return;
        }
        int wanted = RANGES_AHEAD * context.currentParallelism();
        if (planning || unplanned.isEmpty() || ledger.pendingRanges() >= wanted) {
            return;
        }
        ShardToPlan next = unplanned.remove();
        planning = true;
        context.callAsync(() -> planner.plan(next.index(), next.shard()), this::planned);
    }

    private void planned(@Nullable ShardPlan plan, @Nullable Throwable failure) {
        planning = false;
        if (plan == null) {
            throw new IllegalStateException("the repository cannot be read", failure);
        }
        ledger.planned(plan);
        handOut();
    }

    @Override
    public void addReader(int subtask) {
        waiting.remove(subtask);
        sendOrders(subtask);
        stopped.forEach((index, reason) -> context.sendEventToSourceReader(subtask, new IndexStopped(index, reason)));
        ReaderInfo reader = context.registeredReaders().get(subtask);
        if (reader != null) {
            List<RangeSplit> brought = reader.getReportedSplitsOnRegistration();
            addSplitsBack(brought, subtask);
        }
        if (goodbyeSaid) {
            context.signalNoMoreSplits(subtask);
        }
    }

    @Override
    public void addSplitsBack(List<RangeSplit> splits, int subtask) {
        report.readerLeft(subtask);
        splits.forEach(ledger::givenBack);
        handOut();
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String hostname) {
        waiting.add(subtask);
        handOut();
    }

    private void handOut() {
        while (mayHandOut && !waiting.isEmpty()) {
            RangeSplit next = ledger.take();
            if (next == null) {
                break;
            }
            int reader = waiting.iterator().next();
            waiting.remove(reader);
            context.assignSplit(next, reader);
        }
        planAhead();
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof ReaderProgress progress) {
            progress.splits().forEach(ledger::progressed);
            report.heard(subtask, progress);
        } else if (event instanceof RangeEnded end) {
            ended(subtask, end);
        } else {
            throw new IllegalStateException("an event that the enumerator does not know: " + event);
        }
    }

    private void ended(int subtask, RangeEnded end) {
        RangeSplit split = end.split();
        ledger.ended(split, end.reason());
        context.sendEventToSourceReader(subtask, new RangeRecorded(split.splitId()));
        switch (end.scope()) {
            case RANGE -> {}
            case SEGMENT -> ledger.damaged(split, end.reason());
            case SHARD -> ledger.stopShard(split.index(), split.shard(), end.reason());
            case INDEX -> stopIndex(split.index(), end.reason());
        }
        handOut();
    }

    private void stopIndex(String index, String reason) {
        if (stopped.putIfAbsent(index, reason) == null) {
            LOG.error("index {} is given up: {}", index, reason);
            ledger.stopIndex(index, reason);
            context.registeredReaders()
                    .keySet()
                    .forEach(reader -> context.sendEventToSourceReader(reader, new IndexStopped(index, reason)));
        }
    }

    @Override
    public LedgerState snapshotState(long checkpointId) {
        LedgerState state = ledger.snapshot();
        checkpoints.put(checkpointId, state);
        return state;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        LedgerState state = checkpoints.get(checkpointId);
        checkpoints.headMap(checkpointId, true).clear();
        if (state == null) {
            return; // of an earlier life; what it holds is in the restored state
        }
        Set<String> complete = Ledger.completeIndices(state, spec.indices());
        complete.removeAll(published);
        boolean allOver = isAllOver(state);
        if (complete.isEmpty() && !allOver) {
            return;
        }
        List<ObjectNode> completions = spec.indices().stream()
                .filter(index -> complete.contains(index.name()))
                .map(index -> StatusReport.completion(spec, index, state, checkpointId))
                .toList();
        context.callAsync(() -> publish(completions), (done, failure) -> {
            if (failure != null) {
                throw new IllegalStateException("cannot publish completed indices in " + spec.state(), failure);
            }
            published.addAll(complete);
            if (allOver) {
                finish();
            }
        });
    }

    private Boolean publish(List<ObjectNode> completions) throws IOException {
        for (ObjectNode completion : completions) {
            files.write("complete/" + completion.path("uuid").asText() + ".json", completion);
        }
        return true;
    }

    private boolean isAllOver(LedgerState state) {
        return unplanned.isEmpty()
                && !planning
                && state.shards().stream()
                        .flatMap(shard -> shard.ranges().stream())
                        .allMatch(StatusReport::isOver)
                && ledger.isSettled();
    }

    private void finish() {
        if (finished || !ledger.isSettled()) {
            return;
        }
        finished = true;
        ObjectNode last = report.status("finished", ledger.snapshot(), 0);
        context.callAsync(() -> writeLast(last), (done, failure) -> {
            if (failure != null) {
                throw new IllegalStateException("cannot write " + STATUS + " in " + spec.state(), failure);
            }
            context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
            goodbyeSaid = true;
        });
    }

    private Boolean writeLast(ObjectNode status) throws IOException {
        files.write(STATUS, status);
        return true;
    }

    private void writeStatus(String state) {
        if (writingStatus) {
            return; // a slow file system must not pile up reports; the next look writes a newer one
        }
        writingStatus = true;
        ObjectNode status = report.status(state, ledger.snapshot(), unplanned.size() + (planning ? 1 : 0));
        context.callAsync(() -> writeLast(status), (done, failure) -> {
            writingStatus = false;
            if (failure != null) {
                LOG.warn("cannot write {} in {}", STATUS, spec.state(), failure);
            }
        });
    }

    @Override
    public void close() {
        planner.close();
    }
}
