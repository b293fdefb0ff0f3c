package io.sluice.lucene9;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.lucene.codecs.compressing.Decompressor;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteArrayDataOutput;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Chunks made as the servers make them. The fixtures have real ones, all of ordinary sizes. */
class ZstdChunksTest {

    @ParameterizedTest
    @CsvSource({
        "WHOLE, 1",
        "WHOLE, 7",
        "WHOLE, 300000",
        "BLOCKS, 1",
        "BLOCKS, 9",
        "BLOCKS, 11",
        "BLOCKS, 300000",
        "DICTIONARY, 1",
        "DICTIONARY, 59",
        "DICTIONARY, 60",
        "DICTIONARY, 480",
        "DICTIONARY, 300000"
    })
    void givesBackEveryPartOfAChunk(ZstdChunks.Layout layout, int length) throws IOException {
        byte[] original = text(length);
        byte[] chunk = chunk(layout, original);

        for (int offset : new int[] {0, length / 3, length - 1}) {
            for (int part : new int[] {1, (length - offset + 1) / 2, length - offset}) {
                BytesRef found = new BytesRef();
                decompressor(layout).decompress(new ByteArrayDataInput(chunk), length, offset, part, found);

                assertThat(Arrays.copyOfRange(found.bytes, found.offset, found.offset + found.length))
                        .isEqualTo(Arrays.copyOfRange(original, offset, offset + part));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsNothingForADocumentWithoutFields(ZstdChunks.Layout layout) throws IOException {
        ByteArrayDataInput nothing = new ByteArrayDataInput(new byte[0]);
        BytesRef found = new BytesRef();

        decompressor(layout).decompress(nothing, 0, 0, 0, found);

        assertThat(found.length).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void refusesAFrameOfAnotherLengthBeforeItMakesRoom(ZstdChunks.Layout layout) throws IOException {
        byte[] chunk = chunk(layout, text(995));

        assertThatThrownBy(() -> decompressor(layout)
                        .decompress(
                                new ByteArrayDataInput(chunk), Integer.MAX_VALUE, 0, Integer.MAX_VALUE, new BytesRef()))
                .isInstanceOf(CorruptIndexException.class)
                .hasMessageContaining("instead of");
    }

    @Test
    void refusesAPieceThatIsLongerThanItsFile() throws IOException {
        try (Directory directory = new ByteBuffersDirectory()) {
            try (IndexOutput out = directory.createOutput("chunk", IOContext.DEFAULT)) {
                out.writeVInt(Integer.MAX_VALUE);
            }
            try (IndexInput in = directory.openInput("chunk", IOContext.DEFAULT)) {
                assertThatThrownBy(() ->
                                decompressor(ZstdChunks.Layout.WHOLE).decompress(in, 1000, 0, 1000, new BytesRef()))
                        .isInstanceOf(CorruptIndexException.class)
                        .hasMessageContaining("a piece of 1000 bytes in 2147483647");
            }
        }
    }

    private static Decompressor decompressor(ZstdChunks.Layout layout) {
        return new ZstdChunks(layout);
    }

    private static byte[] text(int length) {
        Random random = new Random(length);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) ('a' + random.nextInt(4));
        }
        return text;
    }

    static byte[] chunk(ZstdChunks.Layout layout, byte[] original) throws IOException {
        byte[] chunk = new byte[2 * original.length + 1000];
        ByteArrayDataOutput out = new ByteArrayDataOutput(chunk);
        ZstdPieces.write(layout, original, out);
        return Arrays.copyOf(chunk, out.getPosition());
    }
}
