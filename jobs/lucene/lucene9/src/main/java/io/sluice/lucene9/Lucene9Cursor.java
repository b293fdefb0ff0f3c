package io.sluice.lucene9;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.DocumentFilter;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.FieldValues;
import io.sluice.snapshot.RangeChecksum;
import java.io.IOException;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.index.NumericDocValues;
import org.jspecify.annotations.Nullable;

/** Walks over a range of one segment. */
final class Lucene9Cursor implements DocumentCursor {

    /** Lucene keeps the chunk it decompressed last; a larger one is given back with the reader that holds it. */
    private static final int MAX_KEPT_BYTES = 8 << 20;

    private static final long NO_VALUE = -1;

    private final OpenSegment segment;
    private final int from;
    private final int to;
    private final DocumentFields fields;
    private final @Nullable ByteWindow window;
    private final LiveMarks live;
    private final DocumentFilter filter;
    private final @Nullable NumericDocValues versions;
    private final @Nullable NumericDocValues seqNos;
    private final @Nullable NumericDocValues terms;
    private final @Nullable SelectedFields selected;

    private StoredFieldsReader storedFields;
    private int document;
    private int passedOver;
    private long version = NO_VALUE;
    private long seqNo = NO_VALUE;
    private boolean isVerified;
    private boolean isClosed;

    private Lucene9Cursor(OpenSegment segment, int from, int to, FieldSelection selection, DocumentFilter filter)
            throws IOException {
        this.segment = segment;
        this.from = from;
        this.to = to;
        this.document = from - 1;
        this.fields = new DocumentFields(segment.fields(), segment.isSourceWhole());
        this.live = segment.liveMarks();
        this.filter = filter;
        this.versions = segment.numeric("_version");
        this.seqNos = segment.numeric("_seq_no");
        this.terms = filter.looksAtOperations() ? segment.numeric("_primary_term") : null;
        this.window = segment.stream().memory() == null ? window(segment) : null;
        this.storedFields = segment.sequentialStoredFields(window);
        this.selected = selection.isEmpty() ? null : new SelectedFields(segment, selection, storedFields);
    }

    /** @param segment released when the cursor is closed */
    static Lucene9Cursor open(OpenSegment segment, int from, int to, FieldSelection selection, DocumentFilter filter)
            throws IOException {
        return Damage.guard(segment.directory(), () -> new Lucene9Cursor(segment, from, to, selection, filter));
    }

    private ByteWindow window(OpenSegment of) throws IOException {
        Region stream = of.stream();
        ByteWindow streamed = new ByteWindow(
                stream.file(), stream.start(), stream.end(), stream.access().sizes(false));
        if (!filter.skipsBytes()) {
            streamed.expectEndAt(of.startOf(to));
            streamed.takeChecksum(of.belongsFrom(from), of.belongsFrom(to));
        }
        return streamed;
    }

    @Override
    public boolean next() throws IOException {
        try {
            return advance();
        } catch (IOException | RuntimeException | AssertionError | OutOfMemoryError e) {
            throw Damage.explain(segment.directory(), e);
        }
    }

    private boolean advance() throws IOException {
        giveBackLargeChunk();
        passedOver = 0;
        while (++document < to) {
            if (live.isLive(document) && isWanted(document) && isRoot(document)) {
                version = valueOf(versions, document);
                seqNo = valueOf(seqNos, document);
                return true;
            }
        }
        document = to;
        verify();
        return false;
    }

    private boolean isWanted(int candidate) throws IOException {
        long term = valueOf(terms, candidate);
        long operation = filter.looksAtOperations() ? valueOf(seqNos, candidate) : NO_VALUE;
        boolean wanted = filter.wants(candidate, operation, term);
        if (!wanted && term != NO_VALUE) {
            passedOver++; // nested children have no term
        }
        return wanted;
    }

    /** A nested child has no stored id. */
    private boolean isRoot(int candidate) throws IOException {
        fields.clear();
        storedFields.document(candidate, fields);
        return fields.hasId();
    }

    static long valueOf(@Nullable NumericDocValues values, int candidate) throws IOException {
        return values != null && values.advanceExact(candidate) ? values.longValue() : NO_VALUE;
    }

    private void verify() throws IOException {
        if (!isVerified && from == 0 && isLast() && !filter.skipsBytes()) {
            ByteChecksum found = found();
            segment.stream().expected(window).expect(found);
        }
        isVerified = true;
    }

    private boolean isLast() {
        return to == segment.maxDoc();
    }

    private ByteChecksum found() throws IOException {
        return window == null
                ? segment.stream().checksum(segment.belongsFrom(from), segment.belongsFrom(to))
                : window.finishChecksum();
    }

    @Override
    public RangeChecksum checksum() throws IOException {
        if (filter.skipsBytes()) {
            throw new IllegalStateException("A cursor that skips bytes has no checksum of them");
        }
        return Damage.guard(segment.directory(), () -> {
            ByteChecksum bytes = found();
            return new RangeChecksum(bytes, isLast() ? segment.stream().expected(window) : null);
        });
    }

    private void giveBackLargeChunk() {
        if (fields.sourceLength() > MAX_KEPT_BYTES) {
            storedFields = segment.sequentialStoredFields(window);
        }
    }

    @Override
    public int passedOver() {
        return passedOver;
    }

    @Override
    public int number() {
        return document;
    }

    @Override
    public byte[] idBytes() {
        return fields.id();
    }

    @Override
    public int idLength() {
        return fields.idLength();
    }

    @Override
    public byte[] routingBytes() {
        return fields.routing();
    }

    @Override
    public int routingLength() {
        return fields.routingLength();
    }

    @Override
    public @Nullable String type() {
        return null; // ids have had no type in them since Elasticsearch 6, the oldest that Lucene 7 belongs to
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public long seqNo() {
        return seqNo;
    }

    @Override
    public byte[] sourceBytes() {
        return fields.source();
    }

    @Override
    public int sourceOffset() {
        return 0;
    }

    @Override
    public int sourceLength() {
        return fields.sourceLength();
    }

    @Override
    public boolean isSourceForRecovery() {
        return fields.isRecoverySource();
    }

    @Override
    public FieldValues fields() {
        if (selected == null) {
            throw new IllegalStateException("The cursor was opened without a selection of fields");
        }
        return selected.moveTo(document, storedFields);
    }

    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            segment.release();
        }
    }
}
