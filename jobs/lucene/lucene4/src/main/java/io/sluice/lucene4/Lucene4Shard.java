package io.sluice.lucene4;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.Commit;
import io.sluice.snapshot.CommittedSegment;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.DocumentFilter;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.OperationVisitor;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An open shard. Holds its commit and the infos of its segments, which are small; of the segments themselves it keeps
 * the one open that was used last.
 */
final class Lucene4Shard implements ShardReader {

    private final ShardFiles shard;
    private final Map<String, Parts> parts = new LinkedHashMap<>();
    private final List<Segment> segments = new ArrayList<>();

    private @Nullable OpenSegment current;

    private record Parts(CommittedSegment committed, SegmentFiles files, SegmentInfo info) {}

    private Lucene4Shard(ShardFiles shard) {
        this.shard = shard;
    }

    static Lucene4Shard open(ShardFiles shard, BlobStore store) throws IOException {
        Lucene4Shard opened = new Lucene4Shard(shard);
        for (CommittedSegment committed : Commit.of(shard, store).segments()) {
            opened.add(committed, SegmentFiles.outside(shard, store, committed.name()));
        }
        return opened;
    }

    private void add(CommittedSegment committed, SegmentFiles outside) throws IOException {
        SegmentInfo info = SegmentInfo.read(outside, committed, what(committed.name()));
        SegmentFiles files = info.isCompound() ? CompoundTable.read(outside, info) : outside;
        int live = info.documents() - committed.deleted();
        long storedBytes = files.file(".fdt").length();
        segments.add(new Segment(info.name(), info.documents(), live, storedBytes));
        parts.put(info.name(), new Parts(committed, files, info));
    }

    @Override
    public List<Segment> segments() {
        return List.copyOf(segments);
    }

    /** Shows stored fields only. */
    @Override
    public DocumentCursor documents(String segment, int from, int to, FieldSelection fields, DocumentFilter filter)
            throws IOException {
        if (!fields.columns().isEmpty()) {
            throw new UnknownCodecException(
                    what(segment),
                    "doc values that would be needed to rebuild documents",
                    "those of Lucene 7 and later");
        }
        return Lucene4Cursor.open(open(segment, from, to), from, to, fields.stored(), filter);
    }

    @Override
    public BitSet live(String segment) throws IOException {
        OpenSegment opened = open(segment);
        int documents = opened.info().documents();
        BitSet live = new BitSet(documents);
        for (int document = 0; document < documents; document++) {
            live.set(document, opened.liveDocs().isLive(document));
        }
        return live;
    }

    @Override
    public void operations(String segment, OperationVisitor visitor) throws IOException {
        OpenSegment opened = open(segment);
        try {
            Column seqNos = opened.columns().numeric("_seq_no");
            Column terms = opened.columns().numeric("_primary_term");
            for (int document = 0; document < opened.info().documents(); document++) {
                if (opened.liveDocs().isLive(document)) {
                    visitor.visit(document, seqNos.get(document), terms.get(document));
                }
            }
        } catch (RuntimeException e) {
            InnerFile data = opened.storedFields().data();
            throw data.corrupt(data.start(), "doc values as their format says", e);
        }
    }

    @Override
    public ByteChecksum checksum(String segment, int from, int to) throws IOException {
        return open(segment, from, to).storedFields().checksum(from, to);
    }

    /** Does nothing for a segment of before Lucene 4.8, which has no checksums. */
    @Override
    public void verify(String segment) throws IOException {
        StoredFields fields = open(segment).storedFields();
        if (fields.hasFooter()) {
            fields.data().verify();
        }
    }

    private OpenSegment open(String segment, int from, int to) throws IOException {
        OpenSegment opened = open(segment);
        int documents = opened.info().documents();
        if (from < 0 || from > to || to > documents) {
            throw new IllegalArgumentException(
                    "Documents %d to %d of %s, which has %d".formatted(from, to, what(segment), documents));
        }
        return opened;
    }

    private OpenSegment open(String name) throws IOException {
        OpenSegment last = current;
        if (last != null && last.info().name().equals(name)) {
            return last;
        }
        Parts asked = parts.get(name);
        if (asked == null) {
            throw new IllegalArgumentException(
                    "%s has no segment %s, but %s".formatted(shard.describe(), name, parts.keySet()));
        }
        OpenSegment opened = OpenSegment.open(asked.files, asked.info, asked.committed, what(name));
        current = opened;
        return opened;
    }

    private String what(String segment) {
        return "segment " + segment + " of " + shard.describe();
    }

    @Override
    public void close() {
        current = null;
    }
}
