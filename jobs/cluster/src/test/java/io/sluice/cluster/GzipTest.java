package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GzipTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, 65_536 - 18, 65_536, 200_000, 3_000_000})
    void compressesWhatTheJdkDecompressesWhetherItShrinksOrNot(int size) throws IOException {
        Random random = new Random(size);
        for (int letters : new int[] {256, 4}) {
            byte[] bytes = new byte[size];
            for (int i = 0; i < size; i++) {
                bytes[i] = (byte) random.nextInt(letters);
            }

            List<ByteBuffer> compressed = Gzip.compress(split(bytes, random));

            assertThat(decompress(compressed)).isEqualTo(bytes);
        }
    }

    private static List<ByteBuffer> split(byte[] bytes, Random random) {
        List<ByteBuffer> parts = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
            ByteBuffer heap = ByteBuffer.wrap(bytes, at, length);
            parts.add(
                    random.nextBoolean()
                            ? heap
                            : ByteBuffer.allocateDirect(length).put(heap).flip());
            at += length;
        }
        return parts;
    }

    private static byte[] decompress(List<ByteBuffer> compressed) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer part : compressed) {
            all.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
        }
        return new GZIPInputStream(new ByteArrayInputStream(all.toByteArray())).readAllBytes();
    }
}
