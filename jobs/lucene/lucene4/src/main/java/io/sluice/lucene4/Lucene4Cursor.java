package io.sluice.lucene4;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.DocumentFilter;
import io.sluice.snapshot.FieldValues;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.RangeChecksum;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Walks over a range of one segment. */
final class Lucene4Cursor implements DocumentCursor {

    /** The documents themselves: from one end of a range to the other. Two windows are held, 2 MB. */
    private static final ByteWindow.Sizes SIZES = new ByteWindow.Sizes(256 << 10, 1 << 20);

    private final StoredFields storedFields;
    private final LiveDocs liveDocs;
    private final int from;
    private final int to;
    private final ByteWindow window;
    private final ChunkReader chunks;
    private final StoredDocument fields;
    private final Column versions;
    private final Column seqNos;
    private final Column terms;
    private final DocumentFilter filter;
    private final Input selectedIn;
    private final @Nullable StoredValues selected;

    private int document;
    private long version = Column.NONE;
    private long seqNo = Column.NONE;
    private int passedOver;
    private boolean isVerified;

    private Lucene4Cursor(OpenSegment segment, int from, int to, Set<String> wanted, DocumentFilter filter)
            throws IOException {
        this.storedFields = segment.storedFields();
        this.liveDocs = segment.liveDocs();
        this.from = from;
        this.to = to;
        this.document = from - 1;
        this.versions = segment.columns().numeric("_version");
        this.seqNos = segment.columns().numeric("_seq_no");
        this.terms = filter.looksAtOperations() ? segment.columns().numeric("_primary_term") : Column.empty();
        this.filter = filter;
        InnerFile data = storedFields.data();
        this.window = new ByteWindow(data.file(), data.start(), data.end(), SIZES);
        if (!filter.skipsBytes()) {
            window.expectEndAt(storedFields.neededUntil(to));
        }
        if (storedFields.hasFooter() && !filter.skipsBytes()) {
            window.takeChecksum(storedFields.belongsFrom(from), storedFields.belongsFrom(to));
        }
        this.chunks = new ChunkReader(storedFields, window);
        this.fields = new StoredDocument(storedFields, segment.fields());
        this.selectedIn = new Input(data);
        this.selected = wanted.isEmpty()
                ? null
                : new StoredValues(
                        storedFields.isLucene41(), selectedIn, StoredValues.numbers(segment.fields(), wanted));
    }

    /**
     * @param wanted the stored fields that it shows beside the source
     * @param filter the documents that it shows
     */
    static Lucene4Cursor open(OpenSegment segment, int from, int to, Set<String> wanted, DocumentFilter filter)
            throws IOException {
        return new Lucene4Cursor(segment, from, to, wanted, filter);
    }

    @Override
    public boolean next() throws IOException {
        try {
            return advance();
        } catch (RuntimeException e) {
            throw storedFields.data().corrupt(chunks.position(), "what its format says", e);
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    "There is not enough heap for a document of %s. Give the process more."
                            .formatted(storedFields
                                    .data()
                                    .describe(storedFields.data().start())),
                    e);
        }
    }

    private boolean advance() throws IOException {
        passedOver = 0;
        while (++document < to) {
            if (liveDocs.isLive(document) && isWanted(document) && isRoot(document)) {
                readSelected();
                version = versions.get(document);
                seqNo = seqNos.get(document);
                return true;
            }
        }
        document = to;
        verify();
        return false;
    }

    private boolean isWanted(int candidate) throws IOException {
        long term = terms.get(candidate);
        long operation = filter.looksAtOperations() ? seqNos.get(candidate) : Column.NONE;
        boolean wanted = filter.wants(candidate, operation, term);
        if (!wanted && term != Column.NONE) {
            passedOver++;
        }
        return wanted;
    }

    /** A nested child has no stored id. */
    private boolean isRoot(int candidate) throws IOException {
        chunks.moveTo(candidate);
        fields.read(
                chunks.bytes(),
                chunks.start(candidate),
                chunks.end(candidate),
                chunks.fieldCount(candidate),
                chunks.position());
        return fields.hasId();
    }

    /** Anew, as most cursors want none: the document's chunk is still there. */
    private void readSelected() throws IOException {
        StoredValues values = selected;
        if (values != null) {
            selectedIn.reset(
                    storedFields.data(),
                    chunks.bytes(),
                    chunks.start(document),
                    chunks.end(document),
                    chunks.position());
            values.read(chunks.fieldCount(document));
        }
    }

    private void verify() throws IOException {
        if (!isVerified && from == 0 && isLast() && !filter.skipsBytes()) {
            checksum();
        }
        isVerified = true;
    }

    private boolean isLast() {
        return to == storedFields.index().documents();
    }

    @Override
    public RangeChecksum checksum() throws IOException {
        if (filter.skipsBytes()) {
            throw new IllegalStateException("A cursor that skips bytes has no checksum of them");
        }
        ByteChecksum found = storedFields.hasFooter() ? window.finishChecksum() : ByteChecksum.EMPTY;
        if (!isLast()) {
            return new RangeChecksum(found, null);
        }
        FileChecksum expected = storedFields.expected(window);
        if (from == 0) {
            expected.expect(found);
        }
        return new RangeChecksum(found, expected);
    }

    @Override
    public FieldValues fields() {
        StoredValues values = selected;
        if (values == null) {
            throw new IllegalStateException("The cursor was opened without a selection of fields");
        }
        return values;
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
        return fields.type();
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
        return fields.sourceOffset();
    }

    @Override
    public int sourceLength() {
        return fields.sourceLength();
    }

    @Override
    public void close() {
        chunks.close();
    }
}
