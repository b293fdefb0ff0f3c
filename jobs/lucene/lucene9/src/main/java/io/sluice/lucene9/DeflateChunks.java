package io.sluice.lucene9;

import io.sluice.snapshot.RawInflater;
import java.io.IOException;
import java.util.zip.DataFormatException;
import org.apache.lucene.codecs.compressing.Decompressor;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;

/**
 * Decompresses the chunks of stored fields that Lucene compresses with deflate.
 *
 * <pre>
 *   chunk := piece                                                    {@link WholeChunks.Layout#PIECE}, Lucene 5.0 to 8.6
 *          | dictionaryLength:vint blockLength:vint piece piece{}     {@link WholeChunks.Layout#DICTIONARY}, since 8.7
 *   piece := length:vint stream[length]          raw deflate; a length of 0 stands for no bytes
 * </pre>
 *
 * In the second layout the first piece is the dictionary of the others, and the documents' first bytes; each of the others
 * has {@code blockLength} bytes, the last what is left.
 */
final class DeflateChunks extends WholeChunks {

    /** So many plain bytes can one deflated byte make at most (zlib's technical notes). */
    private static final int MAX_RATIO = 1032;

    /** An end that takes some bytes whatever the stream holds. */
    private static final int FEWEST_COMPRESSED = 16;

    /** With a byte behind it an array is filled without a copy. */
    private static final int SLACK = 1;

    private final RawInflater inflater = new RawInflater();
    private byte[] compressed = BytesRef.EMPTY_BYTES;

    DeflateChunks(Layout layout) {
        super(layout);
    }

    @Override
    void decompressPiece(StoreInput in, int length, BytesRef bytes) throws IOException {
        piece(in, length, bytes, 0);
    }

    @Override
    void decompressBlocks(StoreInput in, int dictionary, int blockLength, int length, BytesRef bytes)
            throws IOException {
        piece(in, dictionary, bytes, 0);
        while (bytes.length < length) {
            piece(in, Math.min(blockLength, length - bytes.length), bytes, dictionary);
        }
    }

    /** Appends a piece of this length. */
    private void piece(StoreInput in, int length, BytesRef bytes, int dictionary) throws IOException {
        int stored = in.readVInt();
        if (stored < 0
                || stored > in.length() - in.getFilePointer()
                || (stored == 0 && length > 0)
                || length > (stored + (long) FEWEST_COMPRESSED) * MAX_RATIO) {
            throw new CorruptIndexException("a piece of %d bytes in %d".formatted(length, stored), in);
        }
        int at = in.take(stored);
        byte[] from = in.array();
        if (at == StoreInput.NOT_HERE) {
            compressed = ArrayUtil.growNoCopy(compressed, stored);
            in.readBytes(compressed, 0, stored);
            from = compressed;
            at = 0;
        }
        if (length == 0) {
            return;
        }
        bytes.bytes = ArrayUtil.grow(bytes.bytes, bytes.length + length + SLACK);
        try {
            inflater.inflate(from, at, stored, bytes.bytes, bytes.length, length, dictionary);
        } catch (DataFormatException damaged) {
            throw new CorruptIndexException(
                    "a piece of %d bytes in %d: %s".formatted(length, stored, damaged.getMessage()), in, damaged);
        }
        bytes.length += length;
    }

    @SuppressWarnings("MethodDoesntCallSuperMethod")
    @Override
    public Decompressor clone() {
        return new DeflateChunks(layout());
    }
}
