package io.sluice.lucene9;

import java.util.Map;
import org.apache.lucene.backward_codecs.lucene50.Lucene50StoredFieldsFormat;
import org.apache.lucene.backward_codecs.lucene50.compressing.Lucene50CompressingStoredFieldsFormat;
import org.apache.lucene.backward_codecs.lucene87.Lucene87StoredFieldsFormat;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.lucene90.Lucene90StoredFieldsFormat;
import org.apache.lucene.codecs.lucene90.compressing.Lucene90CompressingStoredFieldsFormat;
import org.apache.lucene.index.SegmentInfo;
import org.jspecify.annotations.Nullable;

/**
 * Finds a segment's stored-fields format by what its writer put into the segment's attributes, whatever the codec
 * around it is called.
 *
 * <pre>
 *   Lucene90StoredFieldsFormat.mode, 87, 50   Lucene's, LZ4 or deflate
 *   Zstd814StoredFieldsFormat.mode            Elasticsearch 8.14 and later, best_compression
 *   Lucene…CustomStoredFieldsFormat.mode      OpenSearch 2.9 and later: ZSTD, ZSTD_DEPRECATED, ZSTD_NO_DICT
 * </pre>
 *
 * OpenSearch's formats for Intel's QAT hardware ({@code Lucene…QatStoredFieldsFormat.mode}) are not read. The
 * header of the data says the format again, and the reader compares.
 */
final class StoredFieldsFormats {

    private static final Map<String, StoredFieldsFormat> BY_ATTRIBUTE = Map.of(
            "Lucene90StoredFieldsFormat.mode", new Lucene90StoredFieldsFormat(),
            "Lucene87StoredFieldsFormat.mode", new Lucene87StoredFieldsFormat(),
            "Lucene50StoredFieldsFormat.mode", new Lucene50StoredFieldsFormat(),
            "Zstd814StoredFieldsFormat.mode", zstd("ZstdStoredFields814", ZstdChunks.Layout.WHOLE));

    /** The same formats by their modes, read faster than Lucene does. */
    private static final Map<String, Map<String, StoredFieldsFormat>> FAST_BY_ATTRIBUTE = Map.of(
            "Lucene90StoredFieldsFormat.mode",
            fast(
                    new Lucene90CompressingStoredFieldsFormat(
                            "Lucene90StoredFieldsFastData",
                            new ReadOnlyMode(() -> new Lz4Chunks(WholeChunks.Layout.DICTIONARY)),
                            80 << 10,
                            1024,
                            10),
                    new Lucene90CompressingStoredFieldsFormat(
                            "Lucene90StoredFieldsHighData",
                            new ReadOnlyMode(() -> new DeflateChunks(WholeChunks.Layout.DICTIONARY)),
                            480 << 10,
                            4096,
                            10)),
            "Lucene87StoredFieldsFormat.mode",
            fast(
                    new Lucene50CompressingStoredFieldsFormat(
                            "Lucene87StoredFieldsFastData",
                            new OlderReadOnlyMode(() -> new Lz4Chunks(WholeChunks.Layout.DICTIONARY)),
                            80 << 10,
                            1024,
                            10),
                    new Lucene50CompressingStoredFieldsFormat(
                            "Lucene87StoredFieldsHighData",
                            new OlderReadOnlyMode(() -> new DeflateChunks(WholeChunks.Layout.DICTIONARY)),
                            480 << 10,
                            4096,
                            10)),
            "Lucene50StoredFieldsFormat.mode",
            fast(
                    new Lucene50CompressingStoredFieldsFormat(
                            "Lucene50StoredFieldsFastData",
                            new OlderReadOnlyMode(() -> new Lz4Chunks(WholeChunks.Layout.PIECE)),
                            16 << 10,
                            128,
                            10),
                    new Lucene50CompressingStoredFieldsFormat(
                            "Lucene50StoredFieldsHighData",
                            new OlderReadOnlyMode(() -> new DeflateChunks(WholeChunks.Layout.PIECE)),
                            60 << 10,
                            512,
                            10)));

    private static final String OPENSEARCH = "CustomStoredFieldsFormat.mode";

    private static final StoredFieldsFormat OPENSEARCH_ZSTD =
            zstd("CustomStoredFieldsZstd", ZstdChunks.Layout.DICTIONARY);

    private static final Map<String, StoredFieldsFormat> OPENSEARCH_BY_MODE = Map.of(
            "ZSTD", OPENSEARCH_ZSTD,
            "ZSTD_DEPRECATED", OPENSEARCH_ZSTD,
            "ZSTD_NO_DICT", zstd("CustomStoredFieldsZstdNoDict", ZstdChunks.Layout.BLOCKS));

    private StoredFieldsFormats() {}

    /** The segment's format, or null when it is none of these. */
    static @Nullable StoredFieldsFormat of(SegmentInfo segment) {
        for (Map.Entry<String, String> attribute : segment.getAttributes().entrySet()) {
            StoredFieldsFormat format = format(attribute.getKey(), attribute.getValue());
            if (format != null) {
                return format;
            }
        }
        return null;
    }

    private static @Nullable StoredFieldsFormat format(String attribute, String mode) {
        if (attribute.endsWith(OPENSEARCH)) {
            return OPENSEARCH_BY_MODE.get(mode);
        }
        StoredFieldsFormat fast =
                FAST_BY_ATTRIBUTE.getOrDefault(attribute, Map.of()).get(mode);
        return fast == null ? BY_ATTRIBUTE.get(attribute) : fast;
    }

    private static Map<String, StoredFieldsFormat> fast(StoredFieldsFormat lz4, StoredFieldsFormat deflate) {
        return Map.of(
                Lucene90StoredFieldsFormat.Mode.BEST_SPEED.name(),
                lz4,
                Lucene90StoredFieldsFormat.Mode.BEST_COMPRESSION.name(),
                deflate);
    }

    /** A reader takes the sizes from the files; what stands here is for writers. */
    private static StoredFieldsFormat zstd(String name, ZstdChunks.Layout layout) {
        return new Lucene90CompressingStoredFieldsFormat(
                name, new ReadOnlyMode(() -> new ZstdChunks(layout)), 1 << 14, 128, 10);
    }
}
