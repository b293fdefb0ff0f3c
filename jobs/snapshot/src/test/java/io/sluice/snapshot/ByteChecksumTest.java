package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ByteChecksumTest {

    private final Random random = new Random(3);
    private final byte[] bytes = new byte[10_000];

    @Test
    void twoRunsGiveTheChecksumOfBothWhereverTheyAreCut() {
        random.nextBytes(bytes);

        for (int cut = 0; cut <= bytes.length; cut += cut < 70 ? 1 : 97) {
            assertThat(of(0, cut).then(of(cut, bytes.length)))
                    .as("cut at %d", cut)
                    .isEqualTo(of(0, bytes.length));
        }
    }

    @Test
    void manyRunsGiveTheChecksumOfAllInWhicheverOrderTheyAreJoined() {
        random.nextBytes(bytes);
        ByteChecksum first = of(0, 17);
        ByteChecksum second = of(17, 5_000);
        ByteChecksum third = of(5_000, bytes.length);

        assertThat(first.then(second).then(third)).isEqualTo(of(0, bytes.length));
        assertThat(first.then(second.then(third))).isEqualTo(of(0, bytes.length));
    }

    @Test
    void noBytesChangeNothing() {
        random.nextBytes(bytes);

        assertThat(ByteChecksum.EMPTY.then(of(0, 100))).isEqualTo(of(0, 100));
        assertThat(of(0, 100).then(ByteChecksum.EMPTY)).isEqualTo(of(0, 100));
    }

    @Test
    void zerosCountToo() {
        assertThat(of(0, 1_000).then(of(1_000, 10_000))).isEqualTo(of(0, 10_000));
    }

    @Test
    void knowsRunsLongerThanAnArray() {
        CRC32 crc = new CRC32();
        ByteChecksum joined = ByteChecksum.EMPTY;
        byte[] block = new byte[1 << 20];
        random.nextBytes(block);
        CRC32 ofBlock = new CRC32();
        ofBlock.update(block);
        ByteChecksum one = ByteChecksum.of(ofBlock, block.length);

        for (int i = 0; i < 12; i++) {
            joined = i == 0 ? one : joined.then(joined);
        }
        for (int i = 0; i < 1 << 11; i++) {
            crc.update(block);
        }

        assertThat(joined).isEqualTo(new ByteChecksum(crc.getValue(), (long) block.length << 11));
    }

    private ByteChecksum of(int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        return ByteChecksum.of(crc, to - from);
    }
}
