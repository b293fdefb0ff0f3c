package io.sluice.snapshot;

import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the documents that a later snapshot no longer has. They are numbered through all segments of the base, and have
 * no source.
 *
 * <p>The candidates of a {@link ShardDelta} are taken in batches, as an {@link IdTable} has room for them; what was written since is
 * read once for each batch, and takes out those whose id it has. So memory is bounded whatever changed, and where a batch begins
 * changes nothing.
 */
public final class GoneDocuments implements DocumentCursor {

    private static final byte[] NO_SOURCE = {};

    /** Nothing of the base is verified: its bytes were when it was carried, and of those here only a part is read. */
    private static final RangeChecksum UNVERIFIED =
            new RangeChecksum(ByteChecksum.EMPTY, new FileChecksum("gone documents", 0, 0));

    private final ShardDelta delta;
    private final int to;
    private final long maxSeqNo;
    private final IdTable batch;

    private Iterator<IdTable.Entry> inBatch;
    private IdTable.@Nullable Entry entry;
    private int nextToTake;

    /** @param batch is filled again and again */
    GoneDocuments(ShardDelta delta, int from, int to, long maxSeqNo, IdTable batch) {
        if (from < 0 || from > to || to > delta.baseDocuments()) {
            throw new IllegalArgumentException(
                    "Documents %d to %d of a base that has %d".formatted(from, to, delta.baseDocuments()));
        }
        this.delta = delta;
        this.to = to;
        this.maxSeqNo = maxSeqNo;
        this.batch = batch;
        this.inBatch = batch.entries();
        this.nextToTake = from;
    }

    @Override
    public boolean next() throws IOException {
        while (true) {
            while (inBatch.hasNext()) {
                IdTable.Entry next = inBatch.next();
                entry = next;
                if (!next.isWrittenAgain() || next.hasFallenBack()) {
                    return true;
                }
            }
            if (nextToTake >= to) {
                return false;
            }
            takeBatch();
        }
    }

    private void takeBatch() throws IOException {
        batch.clear();
        for (ShardDelta.BaseSegment segment : delta.baseSegments()) {
            int end = Math.min(to, segment.first() + segment.segment().documents());
            if (nextToTake < end && !take(segment, end)) {
                break;
            }
            nextToTake = Math.max(nextToTake, end);
        }
        if (!batch.isEmpty()) {
            strikeOut();
        }
        inBatch = batch.entries();
    }

    /** Takes candidates of one segment up to {@code end}, or until the table is full: then it says false. */
    private boolean take(ShardDelta.BaseSegment segment, int end) throws IOException {
        int first = segment.first();
        int candidate = delta.candidates().nextSetBit(nextToTake);
        if (candidate < 0 || candidate >= end) {
            return true;
        }
        DocumentFilter candidates = new DocumentFilter.Marked(delta.candidates(), first);
        try (DocumentCursor documents = delta.base()
                .documents(segment.segment().name(), candidate - first, end - first, FieldSelection.NONE, candidates)) {
            while (documents.next()) {
                if (!batch.add(documents, first + documents.number())) {
                    nextToTake = first + documents.number();
                    return false;
                }
            }
        }
        return true;
    }

    private void strikeOut() throws IOException {
        for (Segment segment : delta.written()) {
            try (DocumentCursor documents = delta.later()
                    .documents(segment.name(), 0, segment.documents(), FieldSelection.NONE, delta.changed(true))) {
                while (documents.next()) {
                    batch.strikeOut(documents);
                }
            }
        }
    }

    private IdTable.Entry entry() {
        if (entry == null) {
            throw new IllegalStateException("The cursor stands on no document");
        }
        return entry;
    }

    /** The highest sequence number that any operation of the shard had when the later snapshot was taken; −1 when nobody asked. */
    public long maxSeqNo() {
        return maxSeqNo;
    }

    /**
     * Whether the document is not gone, but there again with a lower version than it had: it was deleted, forgotten, and created
     * again. A fence of versions does not let it through.
     */
    public boolean hasFallenBack() {
        return entry().hasFallenBack();
    }

    @Override
    public int number() {
        return entry().number();
    }

    @Override
    public byte[] idBytes() {
        return entry().id();
    }

    @Override
    public int idLength() {
        return entry().id().length;
    }

    @Override
    public byte[] routingBytes() {
        byte[] routing = entry().routing();
        return routing == null ? NO_SOURCE : routing;
    }

    @Override
    public int routingLength() {
        byte[] routing = entry().routing();
        return routing == null ? -1 : routing.length;
    }

    @Override
    public @Nullable String type() {
        return entry().type();
    }

    @Override
    public long version() {
        return entry().version();
    }

    @Override
    public long seqNo() {
        return entry().seqNo();
    }

    @Override
    public byte[] sourceBytes() {
        return NO_SOURCE;
    }

    @Override
    public int sourceOffset() {
        return 0;
    }

    @Override
    public int sourceLength() {
        return -1;
    }

    @Override
    public RangeChecksum checksum() {
        return UNVERIFIED;
    }

    @Override
    public void close() {
        batch.clear();
    }
}
