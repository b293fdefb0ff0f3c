package io.sluice.verify;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.jspecify.annotations.Nullable;

/** Reads parts one after another, on a thread of its own. Only {@link #wakeUp} may be called from another. */
final class PartsFetcher implements SplitReader<Tuple2<String, byte[]>, PartSplit> {

    /** A page has some MB, if documents are not very unequal; one of them may have as many bytes as a request takes: 100 MB. */
    static final int LONGEST_PAGE = 128 << 20;

    private static final int CONNECTIONS = 4;

    private final VerifySpec spec;
    private final Consumer<PartProgress> progress;
    private final double documentsPerSecond;
    private final SourceSide source;
    private final RawHttp target;
    private final Shapes shapes;
    private final Deque<PartSplit> parts = new ArrayDeque<>();

    private @Nullable PartReading reading;
    private volatile boolean isWoken;

    /** @param readers how many share the rate */
    PartsFetcher(VerifySpec spec, int readers, Consumer<PartProgress> progress) {
        this.spec = spec;
        this.progress = progress;
        this.documentsPerSecond = spec.documentsPerSecond() / readers;
        this.shapes = new Shapes(spec);
        RawHttpOptions options =
                RawHttpOptions.DEFAULT.withMaxConnections(CONNECTIONS).withMaxAnswerBytes(LONGEST_PAGE);
        try {
            this.source = open(spec, options);
            this.target = RawHttps.open(spec.target(), options);
        } catch (IOException e) {
            throw new IllegalStateException("cannot reach a cluster: " + e.getMessage(), e);
        }
    }

    private static SourceSide open(VerifySpec spec, RawHttpOptions options) throws IOException {
        if (spec.source() instanceof VerifySource.InSnapshot snapshot) {
            return new SnapshotSide(snapshot);
        }
        VerifySource.Living living = (VerifySource.Living) spec.source();
        return new LivingSide(RawHttps.open(living.address(), options), spec.plan());
    }

    @Override
    public RecordsWithSplitIds<Tuple2<String, byte[]>> fetch() throws IOException {
        RecordsBySplits.Builder<Tuple2<String, byte[]>> records = new RecordsBySplits.Builder<>();
        PartReading now = reading;
        if (now == null) {
            PartSplit next = parts.poll();
            if (next == null) {
                return records.build();
            }
            Part part = spec.parts().get(next.number());
            now = new PartReading(part, spec, source, target, shapes, documentsPerSecond, System::nanoTime);
            reading = now;
        }
        String id = String.valueOf(now.part().number());
        try {
            List<Tuple2<String, byte[]>> given = now.advance(() -> isWoken);
            records.addAll(id, given);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        }
        isWoken = false;
        progress.accept(new PartProgress(now.part().number(), now.documents(Side.SOURCE), now.documents(Side.TARGET)));
        if (now.isOver()) {
            records.addFinishedSplit(id);
            now.close();
            reading = null;
        }
        return records.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<PartSplit> change) {
        parts.addAll(change.splits());
    }

    @Override
    public void wakeUp() {
        isWoken = true;
    }

    @Override
    public void close() {
        if (reading != null) {
            reading.close();
        }
        source.close();
        target.close();
    }
}
