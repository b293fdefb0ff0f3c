package io.sluice.backfill;

import io.sluice.snapshot.DocumentCursor;
import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one shard of a snapshot, range after range, without registered queries: no search shows these as documents. After an
 * {@link IOException} it can be gone on with. Belongs to the thread of its {@link SnapshotReading}.
 */
public final class ShardDocuments implements AutoCloseable {

    private final SnapshotReading reading;
    private final Iterator<RangeSplit> ranges;
    private final long live;

    private @Nullable RangeSplit range;
    private @Nullable DocumentCursor cursor;
    private int next;

    ShardDocuments(SnapshotReading reading, String index, int shard) throws IOException {
        this.reading = reading;
        ShardPlan plan = reading.ranges(index, shard);
        this.ranges = plan.ranges().iterator();
        this.live = plan.live().stream().mapToLong(Long::longValue).sum();
    }

    /** About how many there are, nested children included. */
    public long live() {
        return live;
    }

    /** The next one; null at the end. It is valid until the next call. */
    public @Nullable DocumentCursor next() throws IOException {
        try {
            while (true) {
                DocumentCursor open = open();
                if (open == null) {
                    return null;
                }
                if (!open.next()) {
                    close();
                    range = null;
                    continue;
                }
                next = open.number() + 1;
                if (!LeftOut.PERCOLATOR_TYPE.equals(open.type())) {
                    return open;
                }
            }
        } catch (IOException e) {
            cursor = null; // goes with its shard
            reading.letGo();
            throw e;
        }
    }

    /** The segment of the document that it stands on. */
    public String segment() {
        return range == null ? "" : range.segment();
    }

    private @Nullable DocumentCursor open() throws IOException {
        if (cursor != null) {
            return cursor;
        }
        if (range == null || next >= range.to()) { // also when it failed behind the last document
            if (!ranges.hasNext()) {
                return null;
            }
            range = ranges.next();
            next = range.from();
        }
        cursor = reading.cursor(range, next);
        return cursor;
    }

    @Override
    public void close() throws IOException {
        DocumentCursor open = cursor;
        cursor = null;
        if (open != null) {
            open.close();
        }
    }
}
