package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ByteWindowTest {

    private static final int LENGTH = 1_000_003;
    private static final int PART = 10_007;
    private static final ByteWindow.Sizes SIZES = new ByteWindow.Sizes(1 << 10, 16 << 10);

    @TempDir
    private Path folder;

    private final byte[] content = new byte[LENGTH];
    private BlobStore store;
    private ShardFileBytes file;

    @BeforeEach
    void writeAFileOfManyParts() throws IOException {
        new Random(7).nextBytes(content);
        for (int part = 0; part * PART < LENGTH; part++) {
            int end = Math.min(LENGTH, (part + 1) * PART);
            Files.write(folder.resolve("__1.part" + part), java.util.Arrays.copyOfRange(content, part * PART, end));
        }
        store = BlobStore.open(new RepositoryLocation.FileSystem(folder.toString()));
        file = new ShardFileBytes(new ShardFile("_0.fdt", "__1", LENGTH, PART, "", null), store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void showsEveryByteOnceWhenItMovesOn() throws IOException {
        ByteWindow window = new ByteWindow(file, 0, LENGTH, SIZES);

        for (int at = 0; at < LENGTH; at++) {
            if (at == window.start() + window.length()) {
                window.moveTo(at);
            }
            assertSame(window, at);
        }

        assertThat(store.bytesRead()).isEqualTo(LENGTH);
    }

    @Test
    void showsAnyByteAfterAnyJump() throws IOException {
        ByteWindow window = new ByteWindow(file, 100, LENGTH - 100, SIZES);
        Random random = new Random(8);

        for (int i = 0; i < 2000; i++) {
            int at = 100 + random.nextInt(LENGTH - 200);
            int run = Math.min(random.nextInt(5000), LENGTH - 100 - at);
            for (int step = 0; step < run; step += 97) {
                window.moveTo(at + step);
                assertSame(window, at + step);
            }
        }
    }

    @Test
    void asksForLittleBehindTheExpectedEnd() throws IOException {
        ByteWindow window = new ByteWindow(file, 0, LENGTH, SIZES);
        window.expectEndAt(100_000);

        for (int at = 0; at < 100_010; at += 10) {
            window.moveTo(at);
        }

        assertThat(store.bytesRead()).isLessThan(100_000 + 40_000);
    }

    @Test
    void takesTheChecksumOfTheWholeRegionEvenOfWhatNobodyAskedFor() throws IOException {
        ByteWindow window = new ByteWindow(file, 1000, LENGTH, SIZES);
        window.takeChecksum(1000, LENGTH - 8);

        window.moveTo(500_000);
        assertSame(window, 500_000);

        CRC32 expected = new CRC32();
        expected.update(content, 1000, LENGTH - 1008);
        assertThat(window.finishChecksum()).isEqualTo(ByteChecksum.of(expected, LENGTH - 1008));
        assertThat(store.bytesRead()).isEqualTo(LENGTH - 1000);
    }

    @Test
    void takesTheChecksumOfAPartWhateverIsReadBeforeAndBehindIt() throws IOException {
        ByteWindow window = new ByteWindow(file, 0, LENGTH, SIZES);
        window.takeChecksum(300_000, 600_000);

        for (int at : new int[] {10, 299_500, 299_999, 450_000, 299_000, 599_999, 700_000, 600_000, 100}) {
            window.moveTo(at);
            assertSame(window, at);
        }

        CRC32 expected = new CRC32();
        expected.update(content, 300_000, 300_000);
        assertThat(window.finishChecksum()).isEqualTo(ByteChecksum.of(expected, 300_000));
    }

    @Test
    void handsOnAFailureOfTheReadAhead() throws IOException {
        Files.delete(folder.resolve("__1.part50"));
        ByteWindow window = new ByteWindow(file, 0, LENGTH, SIZES);

        assertThatThrownBy(() -> {
                    for (int at = 0; at < LENGTH; at += 1000) {
                        window.moveTo(at);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("__1.part50");
    }

    @Test
    void neverLeavesItsRegion() {
        ByteWindow window = new ByteWindow(file, 100, 200, SIZES);

        assertThatThrownBy(() -> window.moveTo(200)).isInstanceOf(CorruptBlobException.class);
        assertThatThrownBy(() -> window.moveTo(99)).isInstanceOf(CorruptBlobException.class);
    }

    private void assertSame(ByteWindow window, int at) {
        int index = (int) (at - window.start());
        if (index < 0 || index >= window.length() || window.bytes()[index] != content[at]) {
            throw new AssertionError("wrong byte at " + at);
        }
    }
}
