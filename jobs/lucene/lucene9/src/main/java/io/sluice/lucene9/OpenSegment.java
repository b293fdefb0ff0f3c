package io.sluice.lucene9;

import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.CommittedSegment;
import io.sluice.snapshot.RangeChecksum;
import java.io.Closeable;
import java.io.IOException;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/** The parts of a segment that documents need, opened. Closed by whoever {@link #release}s it last. */
final class OpenSegment implements Closeable {

    private static final String SOFT_DELETES = "__soft_deletes";

    private final StoreDirectory directory;
    private final Directory core;
    private final SegmentInfo info;
    private final FieldInfos fields;
    private final boolean isSourceWhole;
    private final StoredFieldsReader storedFields;
    private final @Nullable Bits liveDocs;
    private final SegmentColumns columns;
    private int users;

    private OpenSegment(
            StoreDirectory directory,
            Directory core,
            SegmentFields fields,
            SegmentCodec codec,
            CommittedSegment segment,
            String what)
            throws IOException {
        this.directory = directory;
        this.core = core;
        this.info = codec.info();
        this.fields = fields.infos();
        this.isSourceWhole = !codec.lacksVectors();
        this.storedFields = codec.storedFields().fieldsReader(core, info, fields.infos(), IOContext.DEFAULT);
        this.liveDocs = liveDocs(directory, codec, segment);
        this.columns = new SegmentColumns(core, directory, info, fields, what);
    }

    /** @param what the segment and shard, as a message calls them */
    static OpenSegment open(StoreDirectory directory, SegmentCodec codec, CommittedSegment segment, String what)
            throws IOException {
        SegmentInfo info = codec.info();
        Directory core = info.getUseCompoundFile()
                ? codec.codec().compoundFormat().getCompoundReader(directory, info, IOContext.DEFAULT)
                : directory;
        return new OpenSegment(directory, core, fields(directory, core, codec, segment), codec, segment, what);
    }

    /** The newest field infos: they know all that the first did, and which doc values were updated. */
    private static SegmentFields fields(Directory outside, Directory core, SegmentCodec codec, CommittedSegment segment)
            throws IOException {
        boolean isUpdated = segment.fieldInfosGeneration() != -1;
        String suffix = isUpdated ? Long.toString(segment.fieldInfosGeneration(), Character.MAX_RADIX) : "";
        return SegmentFields.read(codec.codec().fieldInfosFormat(), isUpdated ? outside : core, codec.info(), suffix);
    }

    private static @Nullable Bits liveDocs(Directory directory, SegmentCodec codec, CommittedSegment segment)
            throws IOException {
        if (segment.deletionGeneration() == -1) {
            return null;
        }
        SegmentCommitInfo committed = new SegmentCommitInfo(
                codec.info(),
                segment.deleted(),
                segment.softDeleted(),
                segment.deletionGeneration(),
                segment.fieldInfosGeneration(),
                segment.docValuesGeneration(),
                segment.commitId());
        return codec.codec().liveDocsFormat().readLiveDocs(directory, committed, IOContext.READONCE);
    }

    int maxDoc() {
        return info.maxDoc();
    }

    FieldInfos fields() {
        return fields;
    }

    /** Whether {@code _source} holds all that the client sent. */
    boolean isSourceWhole() {
        return isSourceWhole;
    }

    /** New marks, to walk over once. */
    LiveMarks liveMarks() throws IOException {
        String name = SOFT_DELETES;
        for (FieldInfo field : fields) {
            name = field.isSoftDeletesField() ? field.name : name;
        }
        return new LiveMarks(liveDocs, columns.numeric(name));
    }

    @Nullable
    NumericDocValues numeric(String field) throws IOException {
        return columns.numeric(field);
    }

    /** New doc values of whatever type to walk over; their file has the right checksum. */
    FieldColumn column(String field) throws IOException {
        FieldColumn column = columns.column(field);
        directory.verifyColumns();
        return column;
    }

    /** The region of the stored fields' data file. */
    Region stream() {
        return directory.stream();
    }

    StoreDirectory directory() {
        return directory;
    }

    /** A reader for one cursor, which decompresses each chunk once, as documents are asked for in order. */
    StoredFieldsReader sequentialStoredFields(@Nullable ByteWindow window) {
        directory.useForNextStream(window);
        StoredFieldsReader reader = storedFields.getMergeInstance();
        directory.useForNextStream(null);
        return reader;
    }

    /** Where the chunk of stored fields begins that holds the document; the end of the file behind the last. */
    long startOf(int document) throws IOException {
        if (document >= maxDoc()) {
            return stream().end();
        }
        directory.probe(true);
        try {
            storedFields.document(document, new Nothing());
            return stream().start();
        } catch (StartFound found) {
            return found.position();
        } finally {
            directory.probe(false);
        }
    }

    /** The first byte that belongs to the documents from {@code document} on, as {@link RangeChecksum} divides them. */
    long belongsFrom(int document) throws IOException {
        if (document == 0) {
            return stream().start();
        }
        return document >= maxDoc() ? stream().checksumAt() : startOf(document);
    }

    private static final class Nothing extends StoredFieldVisitor {
        @Override
        public Status needsField(FieldInfo field) {
            return Status.STOP;
        }
    }

    OpenSegment use() {
        users++;
        return this;
    }

    void release() throws IOException {
        users--;
        if (users == 0) {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(storedFields, columns, core == directory ? null : core);
    }
}
