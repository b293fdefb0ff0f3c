package io.sluice.lucene9;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.lucene.backward_codecs.compressing.CompressionMode;
import org.apache.lucene.backward_codecs.compressing.Compressor;
import org.apache.lucene.backward_codecs.compressing.Decompressor;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.util.BytesRef;

/** A compression that is only read, as Lucene 9's readers of older formats want it. */
final class OlderReadOnlyMode extends CompressionMode {

    private final Supplier<org.apache.lucene.codecs.compressing.Decompressor> decompressors;

    OlderReadOnlyMode(Supplier<org.apache.lucene.codecs.compressing.Decompressor> decompressors) {
        this.decompressors = decompressors;
    }

    @Override
    public Compressor newCompressor() {
        throw new UnsupportedOperationException("A snapshot is read only");
    }

    @Override
    public Decompressor newDecompressor() {
        return new Older(decompressors.get());
    }

    private static final class Older extends Decompressor {
        private final org.apache.lucene.codecs.compressing.Decompressor chunks;

        Older(org.apache.lucene.codecs.compressing.Decompressor chunks) {
            this.chunks = chunks;
        }

        @Override
        public void decompress(DataInput in, int originalLength, int offset, int length, BytesRef bytes)
                throws IOException {
            chunks.decompress(in, originalLength, offset, length, bytes);
        }

        @SuppressWarnings("MethodDoesntCallSuperMethod")
        @Override
        public Decompressor clone() {
            return new Older(chunks.clone());
        }
    }
}
