package io.sluice.replay.clock;

import io.sluice.replay.ReplaySpec;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The clock as a source of parallelism 1; its coordinator follows orders and writes the job's status. */
public final class ClockSource implements Source<Long, ClockSplit, ClockState> {

    private static final long serialVersionUID = 1L;

    private final ReplaySpec spec;

    public ClockSource(ReplaySpec spec) {
        this.spec = spec;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<Long, ClockSplit> createReader(SourceReaderContext context) {
        return new ClockReader(context, spec.delay().toMillis(), spec.catchUp(), spec.speed());
    }

    @Override
    public SplitEnumerator<ClockSplit, ClockState> createEnumerator(SplitEnumeratorContext<ClockSplit> context) {
        return restoreEnumerator(context, new ClockState(false, 0, false, spec.speed()));
    }

    @Override
    public SplitEnumerator<ClockSplit, ClockState> restoreEnumerator(
            SplitEnumeratorContext<ClockSplit> context, ClockState state) {
        return new ClockEnumerator(context, spec, state);
    }

    @Override
    public SimpleVersionedSerializer<ClockSplit> getSplitSerializer() {
        return new ClockSplit.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<ClockState> getEnumeratorCheckpointSerializer() {
        return new ClockState.Serializer();
    }
}
