package io.sluice.benchmarks;

import static io.sluice.benchmarks.DataSource.BEST_COMPRESSION;
import static io.sluice.benchmarks.DataSource.DEFAULT_CODEC;

import java.util.List;

/**
 * One kind of segments that is read in its own way.
 *
 * @param lucene the major version that wrote them
 * @param compression of their stored fields
 * @param source what writes them for the benchmark
 */
record SegmentLine(int lucene, Compression compression, DataSource source) {

    /** How stored fields are compressed. */
    enum Compression {
        LZ4,
        DEFLATE,
        ZSTD
    }

    /** What the others are held against. */
    static final SegmentLine LUCENE_9 = line(9, Compression.LZ4, "os-2.19.6", DEFAULT_CODEC);

    static final SegmentLine LUCENE_9_DEFLATE = line(9, Compression.DEFLATE, "os-2.19.6", BEST_COMPRESSION);

    /** Of each major version and kind of compression one that writes it; of 9 and 10 both products. */
    static final List<SegmentLine> ALL = List.of(
            line(4, Compression.LZ4, "lucene-4.10.4", DEFAULT_CODEC),
            line(5, Compression.LZ4, "lucene-5.5.5", DEFAULT_CODEC),
            line(5, Compression.DEFLATE, "lucene-5.5.5", BEST_COMPRESSION),
            line(6, Compression.LZ4, "lucene-6.6.6", DEFAULT_CODEC),
            line(7, Compression.LZ4, "es-6.8.23", DEFAULT_CODEC),
            line(7, Compression.DEFLATE, "es-6.8.23", BEST_COMPRESSION),
            line(8, Compression.LZ4, "es-7.10.2", DEFAULT_CODEC),
            line(8, Compression.DEFLATE, "es-7.10.2", BEST_COMPRESSION),
            LUCENE_9,
            LUCENE_9_DEFLATE,
            line(9, Compression.LZ4, "es-8.19.21", DEFAULT_CODEC),
            line(9, Compression.ZSTD, "es-8.19.21", BEST_COMPRESSION),
            line(10, Compression.LZ4, "os-3.8.0", DEFAULT_CODEC),
            line(10, Compression.LZ4, "es-9.5.3", DEFAULT_CODEC),
            line(10, Compression.ZSTD, "es-9.5.3", BEST_COMPRESSION));

    private static SegmentLine line(int lucene, Compression compression, String source, String codec) {
        return new SegmentLine(lucene, compression, new DataSource(source, codec));
    }

    /** Lucene 9's with the compression nearest to it: Zstandard is held against LZ4. */
    SegmentLine ofLucene9() {
        return compression == Compression.DEFLATE ? LUCENE_9_DEFLATE : LUCENE_9;
    }
}
