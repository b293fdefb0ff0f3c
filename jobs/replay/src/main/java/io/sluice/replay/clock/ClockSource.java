package io.sluice.replay.clock;

import io.sluice.replay.ReplaySpec;
import io.sluice.state.StateMark;
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
    private final StateMark mark;

    /** @param mark is in the state folder */
    public ClockSource(ReplaySpec spec, StateMark mark) {
        this.spec = spec;
        this.mark = mark;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<Long, ClockSplit> createReader(SourceReaderContext context) {
        return new ClockReader(
                context,
                spec.delay().toMillis(),
                spec.catchUp(),
                spec.bounds().readAhead().toMillis(),
                spec.speed());
    }

    @Override
    public SplitEnumerator<ClockSplit, ClockState> createEnumerator(SplitEnumeratorContext<ClockSplit> context) {
        return restoreEnumerator(context, new ClockState(false, 0, false, spec.speed()));
    }

    @Override
    public SplitEnumerator<ClockSplit, ClockState> restoreEnumerator(
            SplitEnumeratorContext<ClockSplit> context, ClockState state) {
        return new ClockEnumerator(context, spec, mark, state);
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
