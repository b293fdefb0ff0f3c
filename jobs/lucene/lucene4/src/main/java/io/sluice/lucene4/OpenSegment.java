package io.sluice.lucene4;

import io.sluice.snapshot.CommittedSegment;
import java.io.IOException;

/**
 * The parts of a segment that documents need, opened. Nothing in it has to be closed.
 *
 * @param liveDocs which documents are not deleted
 */
record OpenSegment(SegmentInfo info, FieldTable fields, LiveDocs liveDocs, StoredFields storedFields, Columns columns) {

    /** @param what the segment and shard, as a message calls them */
    static OpenSegment open(SegmentFiles files, SegmentInfo info, CommittedSegment segment, String what)
            throws IOException {
        SegmentFiles near = files.withSmallCompoundInMemory();
        FieldTable fields = FieldTable.read(near, info, segment, what);
        LiveDocs liveDocs = LiveDocs.read(near, info, segment);
        StoredFields storedFields = StoredFields.open(near, info, what);
        return new OpenSegment(info, fields, liveDocs, storedFields, new Columns(near, info, fields, what));
    }
}
