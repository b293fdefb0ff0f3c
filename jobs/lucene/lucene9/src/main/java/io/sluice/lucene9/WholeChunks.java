package io.sluice.lucene9;

import java.io.IOException;
import org.apache.lucene.codecs.compressing.Decompressor;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.util.BytesRef;

/**
 * Decompresses the chunks of Lucene's own stored fields from where they are in the window. Only for reading, and only whole
 * chunks, as documents that are asked for in order need them.
 */
abstract class WholeChunks extends Decompressor {

    /** How a chunk is cut. */
    enum Layout {
        /** In one piece: Lucene 5.0 to 8.6. */
        PIECE,
        /** In ten behind a dictionary: since 8.7. */
        DICTIONARY
    }

    private final Layout layout;

    WholeChunks(Layout layout) {
        this.layout = layout;
    }

    final Layout layout() {
        return layout;
    }

    @Override
    public final void decompress(DataInput wrapped, int originalLength, int offset, int length, BytesRef bytes)
            throws IOException {
        if (offset != 0 || length != originalLength) {
            throw new IllegalStateException(
                    "part of a chunk: %d bytes at %d of %d".formatted(length, offset, originalLength));
        }
        StoreInput in = StoreInput.of(wrapped);
        bytes.offset = 0;
        bytes.length = 0;
        if (length > 0 && layout == Layout.DICTIONARY) {
            decompressBlocks(in, length, bytes);
        } else if (length > 0) {
            decompressPiece(in, length, bytes);
        }
        bytes.length = length;
    }

    private void decompressBlocks(StoreInput in, int length, BytesRef bytes) throws IOException {
        int dictionary = in.readVInt();
        int blockLength = in.readVInt();
        if (dictionary < 0 || dictionary > length || (blockLength <= 0 && dictionary < length)) {
            throw new CorruptIndexException(
                    "a dictionary of %d bytes and blocks of %d in %d".formatted(dictionary, blockLength, length), in);
        }
        decompressBlocks(in, dictionary, blockLength, length, bytes);
    }

    /** Fills {@code bytes.bytes} with a chunk of one piece. */
    abstract void decompressPiece(StoreInput in, int length, BytesRef bytes) throws IOException;

    /**
     * Fills {@code bytes.bytes} with a chunk of several blocks.
     *
     * @param dictionary the length of the first block, which is the dictionary of the others, and the documents' first bytes
     * @param blockLength of each of the others but the last, which has what is left
     */
    abstract void decompressBlocks(StoreInput in, int dictionary, int blockLength, int length, BytesRef bytes)
            throws IOException;
}
