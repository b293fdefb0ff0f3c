package io.sluice.verify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.state.StateFiles;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands parts to whichever reader asks, and writes {@code status/verify.json} as long as there is something to read; then the
 * {@link AccountOperator} has the last word.
 *
 * <p>Flink calls every method on the coordinator thread; files are written on its worker thread, through {@code callAsync}.
 */
final class PartsEnumerator implements SplitEnumerator<PartSplit, List<PartSplit>> {

    private static final Logger LOG = LoggerFactory.getLogger(PartsEnumerator.class);

    private static final long LOOK_MILLIS = 300;

    /** For a checkpoint before the end. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /** That are remembered; most were given up. */
    private static final int MOST_CHECKPOINTS = 10;

    private final SplitEnumeratorContext<PartSplit> context;
    private final VerifySpec spec;
    private final StateFiles files;
    private final Deque<PartSplit> left;
    private final TreeSet<Integer> waiting = new TreeSet<>();
    private final Map<Integer, PartProgress> progress = new TreeMap<>();
    private final long total;
    private final long beganMillis = System.currentTimeMillis();
    /** Who had nothing more to read when a checkpoint was begun. */
    private final TreeMap<Long, Set<Integer>> waitingAt = new TreeMap<>();

    private boolean isReading = true;
    private long idleSinceNanos;

    PartsEnumerator(SplitEnumeratorContext<PartSplit> context, VerifySpec spec, List<PartSplit> left) {
        this.context = context;
        this.spec = spec;
        this.files = new StateFiles(spec.state());
        this.left = new ArrayDeque<>(left);
        this.total = spec.parts().stream().mapToLong(Part::sourceDocuments).sum();
    }

    @Override
    public void start() {
        context.callAsync(() -> true, (nothing, failure) -> tell(), 0, LOOK_MILLIS);
    }

    private void tell() {
        if (isReading) {
            write("reading");
        } else if (!waiting.isEmpty() && System.nanoTime() - idleSinceNanos > LONGEST_WAIT.toNanos()) {
            LOG.warn("no checkpoint was taken in {}: the verification ends without one", LONGEST_WAIT);
            Set.copyOf(waiting).forEach(this::end);
            idleSinceNanos = System.nanoTime();
        }
    }

    private void write(String doing) {
        ObjectNode status = status(doing);
        context.callAsync(
                () -> {
                    files.write(VerifyJob.STATUS, status);
                    return true;
                },
                (done, failure) -> {
                    if (failure != null) {
                        LOG.warn("cannot write {} in {}", VerifyJob.STATUS, spec.state(), failure);
                    }
                });
    }

    private ObjectNode status(String doing) {
        long source = progress.values().stream().mapToLong(PartProgress::source).sum();
        long target = progress.values().stream().mapToLong(PartProgress::target).sum();
        double seconds = Math.max(1, System.currentTimeMillis() - beganMillis) / 1_000.0;
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("number", System.currentTimeMillis());
        status.put("state", "running").put("doing", doing).put("run", spec.run());
        status.putObject("documents")
                .put(Account.SOURCE, source)
                .put(Account.TARGET, target)
                .put("expected", total);
        return status.put("rate", Math.round(source / seconds));
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String hostname) {
        PartSplit next = left.poll();
        if (next != null) {
            context.assignSplit(next, subtask);
            return;
        }
        waiting.add(subtask);
        if (isReading) {
            isReading = false;
            write("settling");
        }
        idleSinceNanos = System.nanoTime();
    }

    /**
     * A reader ends when a checkpoint has what it read last: at the end of all input none can be taken, and after a failure there the
     * part would be read again.
     */
    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        Set<Integer> readers = waitingAt.getOrDefault(checkpointId, Set.of());
        waitingAt.headMap(checkpointId, true).clear(); // who waited at one that was given up may have read more since
        readers.forEach(this::end);
    }

    /** Behind what was written last: what the account writes later must not be written over. */
    private void end(int subtask) {
        context.callAsync(() -> subtask, (reader, failure) -> letGo(subtask));
    }

    private void letGo(int subtask) {
        if (!waiting.remove(subtask) || !context.registeredReaders().containsKey(subtask)) {
            return; // it failed meanwhile, and asks again
        }
        PartSplit givenBack = left.poll();
        if (givenBack != null) {
            context.assignSplit(givenBack, subtask);
        } else {
            context.signalNoMoreSplits(subtask);
        }
    }

    @Override
    public void addSplitsBack(List<PartSplit> splits, int subtask) {
        waiting.remove(subtask);
        splits.forEach(left::addFirst);
    }

    @Override
    public void addReader(int subtask) {
        // it asks for parts itself
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof PartProgress told) {
            progress.put(told.part(), told);
        } else {
            throw new IllegalStateException("an event that the enumerator does not know: " + event);
        }
    }

    @Override
    public List<PartSplit> snapshotState(long checkpointId) {
        waitingAt.put(checkpointId, Set.copyOf(waiting));
        if (waitingAt.size() > MOST_CHECKPOINTS) {
            waitingAt.pollFirstEntry();
        }
        return List.copyOf(left);
    }

    @Override
    public void close() {}
}
