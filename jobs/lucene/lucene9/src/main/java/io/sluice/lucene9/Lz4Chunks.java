package io.sluice.lucene9;

import io.sluice.snapshot.Lz4;
import java.io.IOException;
import org.apache.lucene.codecs.compressing.Decompressor;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.compress.LZ4;

/**
 * Decompresses the chunks of stored fields that Lucene compresses with LZ4.
 *
 * <pre>
 *   chunk := block                                                            {@link WholeChunks.Layout#PIECE}, Lucene 5.0 to 8.6
 *          | dictionaryLength:vint blockLength:vint                           {@link WholeChunks.Layout#DICTIONARY}, since 8.7
 *            dictionaryCompressed:vint compressed:vint{}  block block{}
 * </pre>
 *
 * In the second layout the first block is the dictionary of the others, and the documents' first bytes; each of the others
 * has {@code blockLength} bytes, the last what is left.
 */
final class Lz4Chunks extends WholeChunks {

    private static final int FEWEST_COMPRESSED = 16;

    private final Lz4 lz4 = new Lz4();
    private byte[] compressed = BytesRef.EMPTY_BYTES;

    Lz4Chunks(Layout layout) {
        super(layout);
    }

    @Override
    void decompressBlocks(StoreInput in, int dictionary, int blockLength, int length, BytesRef bytes)
            throws IOException {
        int dictionaryStored = storedLength(in);
        long stored = dictionaryStored;
        for (long from = dictionary; from < length; from += blockLength) {
            stored += storedLength(in);
        }
        if (stored > in.length() - in.getFilePointer() || length > (stored + FEWEST_COMPRESSED) * Lz4.MAX_RATIO) {
            throw new CorruptIndexException("%d bytes in %d compressed ones".formatted(length, stored), in);
        }
        open(in, (int) stored);
        byte[] plain = room(bytes, length);
        lz4.decompress(plain, 0, dictionary);
        lz4.skipTo(dictionaryStored); // an empty dictionary has a byte too
        for (int from = dictionary; from < length; from += blockLength) {
            lz4.decompress(plain, from, Math.min(blockLength, length - from), dictionary);
        }
    }

    private static int storedLength(StoreInput in) throws IOException {
        int stored = in.readVInt();
        if (stored < 0) {
            throw new CorruptIndexException("a block of " + stored + " compressed bytes", in);
        }
        return stored;
    }

    /** In place when the window holds all of it. */
    private void open(StoreInput in, int stored) throws IOException {
        int at = in.take(stored);
        if (at == StoreInput.NOT_HERE) {
            compressed = ArrayUtil.growNoCopy(compressed, stored);
            in.readBytes(compressed, 0, stored);
            lz4.reset(compressed, 0, stored);
        } else {
            lz4.reset(in.array(), at, at + stored);
        }
    }

    /** A block's compressed length is written nowhere; but what it can be at most is known. */
    @Override
    void decompressPiece(StoreInput in, int length, BytesRef bytes) throws IOException {
        long most = length + length / Lz4.MAX_RATIO + (long) FEWEST_COMPRESSED;
        int available = (int) Math.min(most, in.length() - in.getFilePointer());
        int at = in.take(available);
        if (at == StoreInput.NOT_HERE) {
            acrossWindows(in, length, bytes);
            return;
        }
        lz4.reset(in.array(), at, at + available);
        lz4.decompress(room(bytes, length), 0, length);
        in.giveBack(available - lz4.used());
    }

    private static void acrossWindows(StoreInput in, int length, BytesRef bytes) throws IOException {
        if (LZ4.decompress(in, length, room(bytes, length), 0) != length) {
            throw new CorruptIndexException("a chunk longer than " + length + " bytes", in);
        }
    }

    @SuppressWarnings("MethodDoesntCallSuperMethod")
    @Override
    public Decompressor clone() {
        return new Lz4Chunks(layout());
    }

    private static byte[] room(BytesRef bytes, int length) {
        bytes.bytes = ArrayUtil.growNoCopy(bytes.bytes, length + Lz4.SLACK);
        return bytes.bytes;
    }
}
