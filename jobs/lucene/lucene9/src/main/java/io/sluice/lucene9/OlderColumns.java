package io.sluice.lucene9;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.BufferedChecksumIndexInput;
import org.apache.lucene.store.ByteBuffersDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.ByteBuffersIndexInput;
import org.apache.lucene.store.ByteBuffersIndexOutput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * Shows a group of doc values that Lucene 10 wrote in the form of Lucene 9, whose reader then reads them: the values are
 * packed alike. The metadata lose what they say of skip indexes, and the sets of documents, since Lucene 10.6 in a file
 * of their own, stand behind the values.
 *
 * @see NumericMetadata the format and its versions
 */
final class OlderColumns extends FilterDirectory {

    private static final String METADATA = ".dvm";
    private static final String DATA = ".dvd";
    private static final int VERSION_OF_LUCENE_9 = 0;

    private final SegmentInfo segment;
    private final String suffix;
    private final BitSet withSkipIndex;

    /**
     * @param suffix names the group's files
     * @param withSkipIndex the numbers of fields that have a skip index
     */
    OlderColumns(Directory directory, SegmentInfo segment, String suffix, BitSet withSkipIndex) {
        super(directory);
        this.segment = segment;
        this.suffix = suffix;
        this.withSkipIndex = withSkipIndex;
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
        if (name.endsWith(METADATA)) {
            return metadata(name);
        }
        return name.endsWith(DATA) ? data(name, context) : super.openInput(name, context);
    }

    private IndexInput metadata(String name) throws IOException {
        byte[] bytes = bytes(name);
        long length = fileLength(data());
        ByteBuffersDataOutput older = new ByteBuffersDataOutput();
        try (BufferedChecksumIndexInput in = new BufferedChecksumIndexInput(input(bytes, name));
                IndexOutput out = new ByteBuffersIndexOutput(older, name, name)) {
            int version = CodecUtil.checkIndexHeader(
                    in, NumericColumns.METADATA_CODEC, 0, NumericMetadata.NEWEST_VERSION, segment.getId(), suffix);
            CodecUtil.writeIndexHeader(
                    out, NumericColumns.METADATA_CODEC, VERSION_OF_LUCENE_9, segment.getId(), suffix);
            Copy copy = new Copy(bytes, (int) in.getFilePointer(), out, areDocumentsApart(version) ? length : 0);
            NumericMetadata.read(in, version, withSkipIndex, copy);
            copy.upTo((int) in.getFilePointer());
            CodecUtil.checkFooter(in);
            CodecUtil.writeFooter(out);
        }
        return new ByteBuffersIndexInput(older.toDataInput(), name);
    }

    private static boolean areDocumentsApart(int version) {
        return version >= NumericMetadata.VERSION_DOCUMENTS_APART;
    }

    private String data() {
        return IndexFileNames.segmentFileName(segment.name, suffix, "dvd");
    }

    private byte[] bytes(String name) throws IOException {
        try (IndexInput in = super.openInput(name, IOContext.READONCE)) {
            byte[] bytes = new byte[Math.toIntExact(in.length())];
            in.readBytes(bytes, 0, bytes.length);
            return bytes;
        }
    }

    private static IndexInput input(byte[] bytes, String name) {
        return new ByteBuffersIndexInput(new ByteBuffersDataInput(List.of(ByteBuffer.wrap(bytes))), name);
    }

    private IndexInput data(String name, IOContext context) throws IOException {
        IndexInput in = super.openInput(name, context);
        int version = CodecUtil.checkIndexHeader(
                in, NumericColumns.DATA_CODEC, 0, NumericMetadata.NEWEST_VERSION, segment.getId(), suffix);
        in.seek(0);
        if (version == VERSION_OF_LUCENE_9) {
            return in;
        }
        int versionAt = CodecUtil.headerLength(NumericColumns.DATA_CODEC) - Integer.BYTES;
        if (!areDocumentsApart(version)) {
            return new OlderData(in, null, versionAt);
        }
        String apart = IndexFileNames.segmentFileName(segment.name, suffix, "dvp");
        IndexInput documents = super.openInput(apart, context);
        CodecUtil.checkIndexHeader(
                documents, NumericColumns.DOCUMENTS_CODEC, version, version, segment.getId(), suffix);
        return new OlderData(in, documents, versionAt);
    }

    /** Copies the metadata as they are read, but for what Lucene 9 does not know. */
    private static final class Copy implements NumericMetadata.Visitor {

        private final byte[] bytes;
        private final IndexOutput out;
        private final long documentsMovedBy;
        private int next;

        Copy(byte[] bytes, int from, IndexOutput out, long documentsMovedBy) {
            this.bytes = bytes;
            this.next = from;
            this.out = out;
            this.documentsMovedBy = documentsMovedBy;
        }

        void upTo(int end) throws IOException {
            out.writeBytes(bytes, next, end - next);
            next = end;
        }

        @Override
        public void skipIndex(long from, long to) throws IOException {
            upTo((int) from);
            next = (int) to;
        }

        @Override
        public void documentsAt(long position) throws IOException {
            upTo((int) position);
            long at = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(next);
            out.writeLong(at < 0 ? at : at + documentsMovedBy); // below 0 it is not a place
            next += Long.BYTES;
        }
    }
}
