package io.sluice.lucene9;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictDecompress;
import java.io.IOException;
import org.apache.lucene.codecs.compressing.Decompressor;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;

/**
 * Decompresses the chunks of stored fields that servers compress with Zstandard. Only for reading.
 *
 * <pre>
 *   chunk := piece                                                    {@link Layout#WHOLE}
 *          | blockLength:vint piece{}                                 {@link Layout#BLOCKS}
 *          | dictionaryLength:vint blockLength:vint piece piece{}     {@link Layout#DICTIONARY}
 *   piece := length:vint frame[length]           a length of 0 stands for no bytes
 * </pre>
 *
 * The pieces follow each other in the documents' bytes too; each has {@code blockLength} of them and the last what
 * is left. The first piece of the third layout has {@code dictionaryLength} of them, and is the dictionary of the
 * others.
 */
final class ZstdChunks extends Decompressor {

    /** How a chunk is cut. */
    enum Layout {
        /** In one piece: Elasticsearch. */
        WHOLE,
        /** In ten: OpenSearch's {@code zstd_no_dict}. */
        BLOCKS,
        /** In ten behind a dictionary: OpenSearch's {@code zstd}. */
        DICTIONARY
    }

    private final Layout layout;
    private byte[] compressed = BytesRef.EMPTY_BYTES;

    ZstdChunks(Layout layout) {
        this.layout = layout;
    }

    @Override
    public void decompress(DataInput in, int originalLength, int offset, int length, BytesRef bytes)
            throws IOException {
        bytes.offset = 0;
        bytes.length = 0;
        if (length == 0) {
            return;
        }
        // Its memory is not the heap's: opened for a chunk, it can be given back for sure.
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            switch (layout) {
                case WHOLE -> piece(in, context, originalLength, bytes);
                case BLOCKS -> blocks(in, context, in.readVInt(), originalLength, offset + length, bytes);
                case DICTIONARY -> behindDictionary(in, context, originalLength, offset + length, bytes);
            }
        }
        if (bytes.length < offset + length) {
            throw new CorruptIndexException(
                    "a chunk of %d bytes instead of %d".formatted(bytes.length, originalLength), in);
        }
        bytes.offset = offset;
        bytes.length = length;
    }

    private void behindDictionary(DataInput in, ZstdDecompressCtx context, int end, int until, BytesRef bytes)
            throws IOException {
        int dictionaryLength = in.readVInt();
        int blockLength = in.readVInt();
        if (dictionaryLength < 0 || dictionaryLength > end) {
            throw new CorruptIndexException("a dictionary of " + dictionaryLength + " bytes", in);
        }
        piece(in, context, dictionaryLength, bytes);
        if (dictionaryLength == 0) {
            blocks(in, context, blockLength, end, until, bytes);
            return;
        }
        try (ZstdDictDecompress dictionary = new ZstdDictDecompress(bytes.bytes, 0, dictionaryLength);
                ZstdDecompressCtx withDictionary = new ZstdDecompressCtx()) { // closed first: it holds the other
            withDictionary.loadDict(dictionary);
            blocks(in, withDictionary, blockLength, end, until, bytes);
        }
    }

    private void blocks(DataInput in, ZstdDecompressCtx context, int blockLength, int end, int until, BytesRef bytes)
            throws IOException {
        if (blockLength <= 0 && bytes.length < until) {
            throw new CorruptIndexException("a block of " + blockLength + " bytes", in);
        }
        while (bytes.length < until) {
            piece(in, context, Math.min(blockLength, end - bytes.length), bytes);
        }
    }

    /** Appends a piece of this length. */
    private void piece(DataInput in, ZstdDecompressCtx context, int length, BytesRef bytes) throws IOException {
        int frame = in.readVInt();
        long available = in instanceof IndexInput file ? file.length() - file.getFilePointer() : Long.MAX_VALUE;
        if (frame < 0 || frame > available || (frame == 0) != (length == 0)) {
            throw new CorruptIndexException("a piece of %d bytes in %d".formatted(length, frame), in);
        }
        if (frame == 0) {
            return;
        }
        compressed = ArrayUtil.growNoCopy(compressed, frame);
        in.readBytes(compressed, 0, frame);
        long claimed = Zstd.getFrameContentSize(compressed, 0, frame);
        if (claimed >= 0 && claimed != length) { // before room is made for it; a frame need not say
            throw new CorruptIndexException("a frame of %d bytes instead of %d".formatted(claimed, length), in);
        }
        bytes.bytes = ArrayUtil.grow(bytes.bytes, bytes.length + length);
        int found = context.decompressByteArray(bytes.bytes, bytes.length, length, compressed, 0, frame);
        if (found != length) {
            throw new CorruptIndexException("%d bytes instead of %d".formatted(found, length), in);
        }
        bytes.length += length;
    }

    @SuppressWarnings("MethodDoesntCallSuperMethod")
    @Override
    public Decompressor clone() {
        return new ZstdChunks(layout);
    }
}
