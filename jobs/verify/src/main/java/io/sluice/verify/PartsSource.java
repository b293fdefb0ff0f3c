package io.sluice.verify;

import io.sluice.state.StateMark;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Reads the parts of the plan, and gives what its readers could not match: a key and a {@link Sighting}, or no key and a {@link Tally}. */
final class PartsSource implements Source<Tuple2<String, byte[]>, PartSplit, List<PartSplit>> {

    private static final long serialVersionUID = 1L;

    private final VerifySpec spec;
    private final StateMark mark;

    PartsSource(VerifySpec spec, StateMark mark) {
        this.spec = spec;
        this.mark = mark;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<Tuple2<String, byte[]>, PartSplit> createReader(SourceReaderContext context) {
        return new PartsReader(context, spec, mark);
    }

    @Override
    public SplitEnumerator<PartSplit, List<PartSplit>> createEnumerator(SplitEnumeratorContext<PartSplit> context) {
        return restoreEnumerator(
                context,
                spec.parts().stream().map(part -> new PartSplit(part.number())).toList());
    }

    @Override
    public SplitEnumerator<PartSplit, List<PartSplit>> restoreEnumerator(
            SplitEnumeratorContext<PartSplit> context, List<PartSplit> left) {
        return new PartsEnumerator(context, spec, left);
    }

    @Override
    public SimpleVersionedSerializer<PartSplit> getSplitSerializer() {
        return new PartSplit.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<List<PartSplit>> getEnumeratorCheckpointSerializer() {
        return new PartSplit.ListSerializer();
    }
}
