package io.sluice.lucene9;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.Commit;
import io.sluice.snapshot.CommittedSegment;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.DocumentFilter;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.OperationVisitor;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentInfo;
import org.jspecify.annotations.Nullable;

/**
 * An open shard. Holds its commit and the infos of its segments, which are small; of the segments themselves
 * it keeps the one open that was used last, and those that have cursors.
 */
final class Lucene9Shard implements ShardReader {

    private final ShardFiles shard;
    private final BlobStore store;
    private final Map<String, byte[]> kept = new HashMap<>();
    private final Map<String, Parts> parts = new LinkedHashMap<>();
    private final List<Segment> segments = new ArrayList<>();

    private @Nullable OpenSegment current;
    private String currentName = "";

    private record Parts(CommittedSegment committed, SegmentCodec codec) {}

    private Lucene9Shard(ShardFiles shard, BlobStore store) {
        this.shard = shard;
        this.store = store;
    }

    static Lucene9Shard open(ShardFiles shard, BlobStore store) throws IOException {
        Lucene9Shard opened = new Lucene9Shard(shard, store);
        for (CommittedSegment committed : Commit.of(shard, store).segments()) {
            StoreDirectory directory = opened.directory();
            Damage.guard(directory, () -> opened.add(directory, committed));
        }
        return opened;
    }

    private Segment add(StoreDirectory directory, CommittedSegment committed) throws IOException {
        SegmentCodec codec = SegmentCodec.of(directory, committed, what(committed.name()));
        SegmentInfo info = codec.info();
        int live = info.maxDoc() - committed.deleted() - committed.softDeleted();
        if (live < 0) {
            throw new CorruptBlobException(
                    "The commit of " + shard.describe(),
                    0,
                    "at most %d deleted documents in %s".formatted(info.maxDoc(), info.name),
                    "%d and %d".formatted(committed.deleted(), committed.softDeleted()));
        }
        Segment segment = new Segment(info.name, info.maxDoc(), live, storedBytes(directory, codec));
        parts.put(info.name, new Parts(committed, codec));
        segments.add(segment);
        return segment;
    }

    private long storedBytes(StoreDirectory directory, SegmentCodec codec) throws IOException {
        String data = codec.info().name + ".fdt";
        return codec.info().getUseCompoundFile()
                ? CompoundEntries.lengthOf(data, directory, codec, kept)
                : directory.fileLength(data);
    }

    @Override
    public List<Segment> segments() {
        return List.copyOf(segments);
    }

    @Override
    public DocumentCursor documents(String segment, int from, int to, FieldSelection fields, DocumentFilter filter)
            throws IOException {
        OpenSegment opened = open(segment, from, to);
        opened.use();
        try {
            return Lucene9Cursor.open(opened, from, to, fields, filter);
        } catch (IOException | RuntimeException e) {
            opened.release();
            throw e;
        }
    }

    @Override
    public BitSet live(String segment) throws IOException {
        OpenSegment opened = open(segment);
        return Damage.guard(opened.directory(), () -> {
            LiveMarks marks = opened.liveMarks();
            BitSet live = new BitSet(opened.maxDoc());
            for (int document = 0; document < opened.maxDoc(); document++) {
                live.set(document, marks.isLive(document));
            }
            return live;
        });
    }

    @Override
    public void operations(String segment, OperationVisitor visitor) throws IOException {
        OpenSegment opened = open(segment);
        Damage.guard(opened.directory(), () -> {
            LiveMarks live = opened.liveMarks();
            NumericDocValues seqNos = opened.numeric("_seq_no");
            NumericDocValues terms = opened.numeric("_primary_term");
            for (int document = 0; document < opened.maxDoc(); document++) {
                if (live.isLive(document)) {
                    visitor.visit(
                            document, Lucene9Cursor.valueOf(seqNos, document), Lucene9Cursor.valueOf(terms, document));
                }
            }
            return visitor;
        });
    }

    @Override
    public ByteChecksum checksum(String segment, int from, int to) throws IOException {
        OpenSegment opened = open(segment, from, to);
        return Damage.guard(
                opened.directory(), () -> opened.stream().checksum(opened.belongsFrom(from), opened.belongsFrom(to)));
    }

    @Override
    public void verify(String segment) throws IOException {
        open(segment).stream().verify();
    }

    private OpenSegment open(String segment, int from, int to) throws IOException {
        OpenSegment opened = open(segment);
        if (from < 0 || from > to || to > opened.maxDoc()) {
            throw new IllegalArgumentException(
                    "Documents %d to %d of %s, which has %d".formatted(from, to, what(segment), opened.maxDoc()));
        }
        return opened;
    }

    private OpenSegment open(String name) throws IOException {
        OpenSegment last = current;
        if (last != null && currentName.equals(name)) {
            return last;
        }
        Parts asked = parts.get(name);
        if (asked == null) {
            throw new IllegalArgumentException(
                    "%s has no segment %s, but %s".formatted(shard.describe(), name, parts.keySet()));
        }
        close();
        StoreDirectory directory = directory();
        OpenSegment opened = Damage.guard(
                directory, () -> OpenSegment.open(directory, asked.codec(), asked.committed(), what(name)));
        current = opened.use();
        currentName = name;
        return opened;
    }

    private StoreDirectory directory() {
        return new StoreDirectory(shard, store, kept);
    }

    private String what(String segment) {
        return "segment " + segment + " of " + shard.describe();
    }

    @Override
    public void close() throws IOException {
        OpenSegment last = current;
        current = null;
        currentName = "";
        if (last != null) {
            last.release();
        }
    }
}
