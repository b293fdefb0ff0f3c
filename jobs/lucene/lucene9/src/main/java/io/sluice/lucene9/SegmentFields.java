package io.sluice.lucene9;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.FieldInfosFormat;
import org.apache.lucene.codecs.lucene94.Lucene94FieldInfosFormat;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;

/**
 * What is known of the fields of a segment, {@code .fnm}.
 *
 * <pre>
 *   infos := index header ("Lucene94FieldInfos", format)  count:vint  field{count}  footer
 *   field := name:string  number:vint  flags:u8  indexOptions:u8
 *            docValues:u8                             0 none, 1 numeric, 2 binary, 3 sorted, 4 sorted set, 5 sorted numeric
 *            skipIndex:u8                             (format ≥ 2, Lucene 10) 0 none
 *            generation:i64                           of its doc values, −1 when they were never updated
 *            attributes:map
 *            dimensions:vint  (indexDimensions:vint bytes:vint)    (the two when dimensions &gt; 0)
 *            vectorDimension:vint  vectorEncoding:u8  vectorSimilarity:u8
 *   flags := 0x08 the field of soft deletes; others
 * </pre>
 *
 * Little-endian. That is the format since Lucene 9.4, read here: Lucene 9 refuses what Lucene 10 writes, and both
 * refuse an index option or a similarity that came later, which do not matter for documents. Earlier formats are
 * read by Lucene.
 *
 * @param withSkipIndex the numbers of fields whose doc values have a skip index; its place is in their metadata
 */
record SegmentFields(FieldInfos infos, BitSet withSkipIndex) {

    private static final String EXTENSION = "fnm";
    private static final String CODEC = "Lucene94FieldInfos";
    private static final int FORMAT_SKIP_INDEX = 2;
    private static final int FLAG_SOFT_DELETES = 0x08;

    /** Arrays are made of this length. Servers refuse a mapping of more than some thousands of fields. */
    private static final int MAX_NUMBER = 1 << 22;

    private static final DocValuesType[] TYPES = {
        DocValuesType.NONE,
        DocValuesType.NUMERIC,
        DocValuesType.BINARY,
        DocValuesType.SORTED,
        DocValuesType.SORTED_SET,
        DocValuesType.SORTED_NUMERIC
    };

    /**
     * @param format the segment's, as far as Lucene 9 knows it
     * @param suffix names the update that wrote the infos; empty for the segment's own
     */
    static SegmentFields read(FieldInfosFormat format, Directory directory, SegmentInfo segment, String suffix)
            throws IOException {
        if (!(format instanceof Lucene94FieldInfosFormat)) {
            return new SegmentFields(format.read(directory, segment, suffix, IOContext.READONCE), new BitSet());
        }
        String file = IndexFileNames.segmentFileName(segment.name, suffix, EXTENSION);
        try (ChecksumIndexInput in = directory.openChecksumInput(file, IOContext.READONCE)) {
            int version = CodecUtil.checkIndexHeader(in, CODEC, 0, FORMAT_SKIP_INDEX, segment.getId(), suffix);
            SegmentFields fields = read(in, version);
            CodecUtil.checkFooter(in);
            return fields;
        }
    }

    private static SegmentFields read(ChecksumIndexInput in, int version) throws IOException {
        int count = in.readVInt();
        if (count < 0 || count > in.length()) {
            throw new CorruptIndexException(count + " fields", in);
        }
        List<FieldInfo> fields = new ArrayList<>();
        BitSet withSkipIndex = new BitSet();
        for (int i = 0; i < count; i++) {
            fields.add(field(in, version, withSkipIndex));
        }
        return new SegmentFields(new FieldInfos(fields.toArray(FieldInfo[]::new)), withSkipIndex);
    }

    private static FieldInfo field(ChecksumIndexInput in, int version, BitSet withSkipIndex) throws IOException {
        String name = in.readString();
        int number = in.readVInt();
        if (number < 0 || number > MAX_NUMBER) {
            throw new CorruptIndexException("the number " + number + " for the field " + name, in);
        }
        int flags = in.readByte();
        in.readByte();
        int type = in.readByte();
        if (type < 0 || type >= TYPES.length) {
            throw new CorruptIndexException("doc values of type " + type + " for the field " + name, in);
        }
        if (version >= FORMAT_SKIP_INDEX && in.readByte() != 0) {
            withSkipIndex.set(number);
        }
        long generation = in.readLong();
        Map<String, String> attributes = in.readMapOfStrings();
        skipPointsAndVectors(in);
        return info(name, number, (flags & FLAG_SOFT_DELETES) != 0, TYPES[type], generation, attributes);
    }

    private static void skipPointsAndVectors(ChecksumIndexInput in) throws IOException {
        if (in.readVInt() != 0) {
            in.readVInt();
            in.readVInt();
        }
        in.readVInt();
        in.readByte();
        in.readByte();
    }

    /** Without postings, points and vectors, which nothing here opens. */
    private static FieldInfo info(
            String name,
            int number,
            boolean isSoftDeletes,
            DocValuesType type,
            long generation,
            Map<String, String> attributes) {
        return new FieldInfo(
                name,
                number,
                false,
                false,
                false,
                IndexOptions.NONE,
                type,
                generation,
                attributes,
                0,
                0,
                0,
                0,
                VectorEncoding.FLOAT32,
                VectorSimilarityFunction.EUCLIDEAN,
                isSoftDeletes,
                false);
    }
}
