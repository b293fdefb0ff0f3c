package io.sluice.verify;

import io.sluice.state.StateMark;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.core.io.InputStatus;

/** Flink's side of a {@link PartReading}. Its state is the parts that it has in hand. */
@SuppressWarnings("try") // Flink's own close may be interrupted
final class PartsReader
        extends SingleThreadMultiplexSourceReaderBase<
                Tuple2<String, byte[]>, Tuple2<String, byte[]>, PartSplit, PartSplit> {

    /** How often it says how far it is. */
    private static final long TELL_NANOS = 200_000_000;

    /** What the thread that reads said last. */
    private static final class Latest {
        private volatile PartProgress told = PartProgress.NONE;
    }

    private final StateMark mark;
    private final Latest progress;
    private PartProgress lastTold = PartProgress.NONE;
    private long toldAtNanos;

    PartsReader(SourceReaderContext context, VerifySpec spec, StateMark mark) {
        this(context, spec, mark, new Latest());
    }

    private PartsReader(SourceReaderContext context, VerifySpec spec, StateMark mark, Latest progress) {
        super(
                () -> new PartsFetcher(spec, context.currentParallelism(), now -> progress.told = now),
                (record, output, split) -> output.collect(record),
                context.getConfiguration(),
                context);
        this.mark = mark;
        this.progress = progress;
    }

    @Override
    public void start() {
        try {
            mark.prove();
        } catch (IOException e) {
            throw new IllegalStateException("cannot start to verify: " + e.getMessage(), e);
        }
        if (getNumberOfCurrentlyAssignedSplits() == 0) {
            context.sendSplitRequest();
        }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<Tuple2<String, byte[]>> output) throws Exception {
        InputStatus status = super.pollNext(output);
        long now = System.nanoTime();
        PartProgress latest = progress.told;
        boolean isOfOther = latest.part() != lastTold.part();
        if (!latest.equals(lastTold) && (isOfOther || now - toldAtNanos > TELL_NANOS)) {
            tell(latest, now);
        }
        return status;
    }

    private void tell(PartProgress latest, long now) {
        lastTold = latest;
        toldAtNanos = now;
        context.sendSourceEventToCoordinator(latest);
    }

    @Override
    protected void onSplitFinished(Map<String, PartSplit> finished) {
        PartProgress latest = progress.told;
        if (!latest.equals(lastTold)) {
            tell(latest, System.nanoTime());
        }
        finished.keySet().forEach(part -> context.sendSplitRequest());
    }

    @Override
    protected PartSplit initializedState(PartSplit split) {
        return split;
    }

    @Override
    protected PartSplit toSplitType(String id, PartSplit split) {
        return split;
    }
}
