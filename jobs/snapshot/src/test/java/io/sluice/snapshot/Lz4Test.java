package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Blocks that are composed here sequence by sequence, so that what they must give is known without a compressor. */
class Lz4Test {

    private static final long SEED = Long.getLong("sluice.seed", 20261123L);
    private static final int BLOCKS = 20_000;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Lz4 lz4 = new Lz4();

    /** A block, and the plain bytes that it stands for. */
    private final class Composed {
        final ByteArrayOutputStream block = new ByteArrayOutputStream();
        final byte[] dictionary;
        byte[] plain;

        Composed(int dictionaryLength) {
            dictionary = bytes(dictionaryLength);
            plain = dictionary;
            int sequences = random.nextInt(6);
            for (int i = 0; i < sequences; i++) {
                sequence(true);
            }
            sequence(false);
        }

        private void sequence(boolean goesOn) {
            byte[] literals = bytes(goesOn ? length() : 1 + length());
            if (goesOn && plain.length + literals.length == 0) {
                return; // nothing to match, and only the last sequence has no match
            }
            int match = 4 + length();
            block.write(Math.min(15, literals.length) << 4 | (goesOn ? Math.min(15, match - 4) : 0));
            more(literals.length);
            block.writeBytes(literals);
            append(literals);
            if (goesOn) {
                int distance = 1 + random.nextInt(Math.min(random.nextBoolean() ? 12 : 0xFFFF, plain.length));
                block.write(distance);
                block.write(distance >> 8);
                more(match - 4);
                for (int i = 0; i < match; i++) {
                    append(new byte[] {plain[plain.length - distance]});
                }
            }
        }

        private void more(int count) {
            if (count >= 15) {
                for (int left = count - 15; ; left -= 255) {
                    block.write(Math.min(255, left));
                    if (left < 255) {
                        return;
                    }
                }
            }
        }

        private void append(byte[] more) {
            int length = plain.length;
            plain = Arrays.copyOf(plain, length + more.length);
            System.arraycopy(more, 0, plain, length, more.length);
        }
    }

    private int length() {
        return random.nextInt(10) == 0 ? random.nextInt(600) : random.nextInt(20);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void givesWhatWasComposedWhateverRoomThereIs() {
        for (int round = 0; round < BLOCKS; round++) {
            Composed composed = new Composed(random.nextBoolean() ? 0 : random.nextInt(120));
            int dictionary = composed.dictionary.length;
            int gap = dictionary == 0 ? 0 : random.nextInt(20); // other blocks' bytes, which matches do not reach
            int length = composed.plain.length - dictionary;
            byte[] out = new byte[dictionary + gap + length + random.nextInt(2) * Lz4.SLACK];
            System.arraycopy(composed.dictionary, 0, out, 0, dictionary);
            byte[] in = Arrays.copyOf(composed.block.toByteArray(), composed.block.size() + random.nextInt(2) * 40);

            lz4.reset(in, 0, composed.block.size());
            lz4.decompress(out, dictionary + gap, length, dictionary);

            assertThat(Arrays.copyOfRange(out, dictionary + gap, dictionary + gap + length))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(Arrays.copyOfRange(composed.plain, dictionary, composed.plain.length));
            assertThat(lz4.used()).isEqualTo(composed.block.size());
        }
    }

    @Test
    void refusesOrStaysInsideWhenBytesAreDamaged() {
        int refused = 0;
        for (int round = 0; round < BLOCKS; round++) {
            Composed composed = new Composed(random.nextBoolean() ? 0 : random.nextInt(120));
            int dictionary = composed.dictionary.length;
            byte[] in = composed.block.toByteArray();
            in[random.nextInt(in.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] out = new byte[composed.plain.length + 64];
            Arrays.fill(out, (byte) 7);
            System.arraycopy(composed.dictionary, 0, out, 0, dictionary);
            lz4.reset(in, 0, in.length);
            try {
                lz4.decompress(out, dictionary, composed.plain.length - dictionary, dictionary);
            } catch (IndexOutOfBoundsException e) {
                refused++;
            }
            int behind = composed.plain.length + Lz4.SLACK;
            assertThat(Arrays.copyOfRange(out, behind, out.length)).containsOnly(7);
        }
        assertThat(refused).isPositive();
    }

    @Test
    void refusesAMatchFromBeforeTheDictionary() {
        byte[] block = {0x10, 'a', 9, 0};

        lz4.reset(block, 0, block.length);

        assertThatThrownBy(() -> lz4.decompress(new byte[64], 3, 5, 3))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("dictionary");
    }
}
