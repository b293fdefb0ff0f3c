package io.sluice.lucene9;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.store.DataOutput;

/** Writes chunks of stored fields as the servers do. */
final class ZstdPieces {

    private static final int LEVEL = 3;
    private static final int BLOCKS = 10;
    private static final int BLOCKS_PER_DICTIONARY = 6;

    private ZstdPieces() {}

    static void write(ZstdChunks.Layout layout, byte[] original, DataOutput out) throws IOException {
        switch (layout) {
            case WHOLE -> piece(Zstd.compress(original, LEVEL), out);
            case BLOCKS -> blocks(original, out);
            case DICTIONARY -> behindDictionary(original, out);
        }
    }

    private static void blocks(byte[] original, DataOutput out) throws IOException {
        int blockLength = (original.length + BLOCKS - 1) / BLOCKS;
        out.writeVInt(blockLength);
        for (int at = 0; at < original.length; at += blockLength) {
            piece(
                    Zstd.compress(Arrays.copyOfRange(original, at, Math.min(at + blockLength, original.length)), LEVEL),
                    out);
        }
    }

    private static void behindDictionary(byte[] original, DataOutput out) throws IOException {
        int dictionaryLength = original.length / (BLOCKS * BLOCKS_PER_DICTIONARY);
        int blockLength = (original.length - dictionaryLength + BLOCKS - 1) / BLOCKS;
        out.writeVInt(dictionaryLength);
        out.writeVInt(blockLength);
        byte[] dictionary = Arrays.copyOf(original, dictionaryLength);
        piece(dictionaryLength == 0 ? dictionary : Zstd.compress(dictionary, LEVEL), out);
        try (ZstdDictCompress loaded = new ZstdDictCompress(dictionary, LEVEL);
                ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.loadDict(loaded);
            for (int at = dictionaryLength; at < original.length; at += blockLength) {
                piece(
                        context.compress(Arrays.copyOfRange(original, at, Math.min(at + blockLength, original.length))),
                        out);
            }
        }
    }

    private static void piece(byte[] frame, DataOutput out) throws IOException {
        out.writeVInt(frame.length);
        out.writeBytes(frame, frame.length);
    }
}
