package io.sluice.lucene9;

import java.util.function.Supplier;
import org.apache.lucene.codecs.compressing.CompressionMode;
import org.apache.lucene.codecs.compressing.Compressor;
import org.apache.lucene.codecs.compressing.Decompressor;

/** A compression that is only read. */
final class ReadOnlyMode extends CompressionMode {

    private final Supplier<Decompressor> decompressors;

    ReadOnlyMode(Supplier<Decompressor> decompressors) {
        this.decompressors = decompressors;
    }

    @Override
    public Compressor newCompressor() {
        throw new UnsupportedOperationException("A snapshot is read only");
    }

    @Override
    public Decompressor newDecompressor() {
        return decompressors.get();
    }
}
