package io.sluice.lucene9;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.backward_codecs.store.EndiannessReverserUtil;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.lucene90.Lucene90CompoundFormat;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/**
 * The table of a compound file's parts, {@code .cfe}. Lucene's own reader of it opens the compound file too,
 * which a plan of the shard does not need.
 *
 * <pre>
 *   entries := index header  count:vint  (name:string offset:i64 length:i64){count}  footer
 * </pre>
 *
 * Little-endian from Lucene 9.0 on, big-endian before.
 */
final class CompoundEntries {

    private static final String CODEC_9 = "Lucene90CompoundEntries";
    private static final String CODEC_5 = "Lucene50CompoundEntries";

    private CompoundEntries() {}

    /**
     * How long a part is.
     *
     * @param kept receives the table's bytes, for when the segment is opened
     */
    static long lengthOf(String part, StoreDirectory directory, SegmentCodec codec, Map<String, byte[]> kept)
            throws IOException {
        String table = IndexFileNames.segmentFileName(codec.info().name, "", "cfe");
        kept.put(table, bytes(directory, table));
        boolean isLucene9 = codec.codec().compoundFormat() instanceof Lucene90CompoundFormat;
        try (ChecksumIndexInput in = isLucene9
                ? directory.openChecksumInput(table, IOContext.READONCE)
                : EndiannessReverserUtil.openChecksumInput(directory, table, IOContext.READONCE)) {
            CodecUtil.checkIndexHeader(
                    in, isLucene9 ? CODEC_9 : CODEC_5, 0, 0, codec.info().getId(), "");
            int count = in.readVInt();
            String wanted = IndexFileNames.stripSegmentName(part);
            for (int i = 0; i < count; i++) {
                String name = in.readString();
                in.readLong();
                long length = in.readLong();
                if (name.equals(wanted)) {
                    return length;
                }
            }
            throw new CorruptIndexException("no part " + part, in);
        }
    }

    private static byte[] bytes(StoreDirectory directory, String table) throws IOException {
        try (IndexInput in = directory.openInput(table, IOContext.READONCE)) {
            byte[] bytes = new byte[Math.toIntExact(in.length())];
            in.readBytes(bytes, 0, bytes.length);
            return bytes;
        }
    }
}
