package io.sluice.backfill;

import io.sluice.state.StateMark;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Carries a snapshot's documents into the target and emits those that could not be carried, one JSON line
 * each.
 *
 * <p>Why the source itself writes, instead of a sink behind it: docs/adr/0003-the-reader-carries.md.
 */
final class SnapshotSource implements Source<String, RangeSplit, LedgerState>, SupportsSplitReassignmentOnRecovery {

    private static final long serialVersionUID = 1;

    private final BackfillSpec spec;
    private final StateMark mark;

    /** @param mark is in the state folder */
    SnapshotSource(BackfillSpec spec, StateMark mark) {
        this.spec = spec;
        this.mark = mark;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<String, RangeSplit> createReader(SourceReaderContext context) {
        return new CarrierReader(context, spec, mark);
    }

    @Override
    public SplitEnumerator<RangeSplit, LedgerState> createEnumerator(SplitEnumeratorContext<RangeSplit> context) {
        return restoreEnumerator(context, LedgerState.EMPTY);
    }

    @Override
    public SplitEnumerator<RangeSplit, LedgerState> restoreEnumerator(
            SplitEnumeratorContext<RangeSplit> context, LedgerState checkpoint) {
        return new BackfillEnumerator(context, spec, checkpoint);
    }

    @Override
    public SimpleVersionedSerializer<RangeSplit> getSplitSerializer() {
        return new RangeSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<LedgerState> getEnumeratorCheckpointSerializer() {
        return new LedgerStateSerializer();
    }
}
