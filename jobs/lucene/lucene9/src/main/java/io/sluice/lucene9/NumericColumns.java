package io.sluice.lucene9;

import java.io.Closeable;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * The numeric doc values of one group of fields in the format that Lucene has had since 9.0, up to its version of
 * Lucene 10.6. Lucene 9's own reader refuses all that came after 9.
 *
 * <pre>
 *   {@link NumericMetadata} → {@link NumericEntry} → {@link NumericColumn}
 * </pre>
 */
final class NumericColumns implements Closeable {

    /** What the field infos call the format. */
    static final String FORMAT = "Lucene90";

    static final String METADATA_CODEC = "Lucene90DocValuesMetadata";
    static final String DATA_CODEC = "Lucene90DocValuesData";
    static final String DOCUMENTS_CODEC = "Lucene90DocValuesDISI";

    private final SegmentInfo segment;
    private final Map<Integer, NumericEntry> entries;
    private final IndexInput data;
    private final IndexInput documents;

    private NumericColumns(
            SegmentInfo segment, Map<Integer, NumericEntry> entries, IndexInput data, IndexInput documents) {
        this.segment = segment;
        this.entries = entries;
        this.data = data;
        this.documents = documents;
    }

    /** @param suffix names the group's files */
    static NumericColumns open(Directory directory, SegmentInfo segment, String suffix, BitSet withSkipIndex)
            throws IOException {
        String metadata = IndexFileNames.segmentFileName(segment.name, suffix, "dvm");
        Map<Integer, NumericEntry> entries;
        int version;
        try (ChecksumIndexInput in = directory.openChecksumInput(metadata, IOContext.READONCE)) {
            version = CodecUtil.checkIndexHeader(
                    in, METADATA_CODEC, 0, NumericMetadata.NEWEST_VERSION, segment.getId(), suffix);
            entries = NumericMetadata.read(in, version, withSkipIndex);
            CodecUtil.checkFooter(in);
        }
        IndexInput data = openData(directory, segment, suffix, "dvd", DATA_CODEC, version);
        IndexInput documents = version < NumericMetadata.VERSION_DOCUMENTS_APART
                ? data
                : openData(directory, segment, suffix, "dvp", DOCUMENTS_CODEC, version);
        return new NumericColumns(segment, entries, data, documents);
    }

    private static IndexInput openData(
            Directory directory, SegmentInfo segment, String suffix, String extension, String codec, int version)
            throws IOException {
        String name = IndexFileNames.segmentFileName(segment.name, suffix, extension);
        IndexInput in = directory.openInput(name, IOContext.DEFAULT);
        CodecUtil.checkIndexHeader(in, codec, version, version, segment.getId(), suffix);
        CodecUtil.retrieveChecksum(in); // that the file is whole; its bytes are not read for it
        return in;
    }

    /** New values to walk over, or null when the group has none of the field. */
    @Nullable
    NumericDocValues numeric(FieldInfo field) throws IOException {
        NumericEntry entry = entries.get(field.number);
        return entry == null ? null : NumericColumn.open(entry, data, documents, segment.maxDoc());
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(data, documents == data ? null : documents);
    }
}
