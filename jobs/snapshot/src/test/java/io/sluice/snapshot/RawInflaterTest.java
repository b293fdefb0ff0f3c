package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawInflaterTest {

    private static final int ROUNDS = 3_000;
    private static final String REFUSED = "refused";

    private final RawInflater inflater = new RawInflater();

    @AfterEach
    void close() {
        inflater.close();
    }

    /** Some bytes that can be compressed, some that cannot. */
    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            if (i % 7 != 0) {
                bytes[i] = (byte) ('a' + (bytes[i] & 3));
            }
        }
        return bytes;
    }

    private static byte[] deflate(byte[] plain, int from, int count, int dictionary, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            if (dictionary > 0) {
                deflater.setDictionary(plain, 0, dictionary);
            }
            deflater.setInput(plain, from, count);
            deflater.finish();
            byte[] stored = new byte[count + count / 10 + 100];
            return Arrays.copyOf(stored, deflater.deflate(stored));
        } finally {
            deflater.end();
        }
    }

    @Test
    void isFastWhereThisProjectIsBuilt() {
        boolean isKnown = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("amd64");

        assertThat(RawInflater.isFast()).isEqualTo(isKnown);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 60000", "800, 8000", "8192, 49152", "32768, 100", "40000, 40000", "100000, 70000", "1, 1"})
    void inflatesWhatWasDeflatedBehindADictionary(int dictionary, int count) throws DataFormatException {
        byte[] plain = bytes(new Random(count), dictionary + count);
        for (int level : new int[] {0, 1, 6, 9}) {
            byte[] stored = deflate(plain, dictionary, count, dictionary, level);
            byte[] around = new byte[stored.length + 20];
            System.arraycopy(stored, 0, around, 10, stored.length);
            byte[] found = Arrays.copyOf(plain, dictionary + count + 3);
            Arrays.fill(found, dictionary, found.length, (byte) -1);

            inflater.inflate(around, 10, stored.length, found, dictionary, count, dictionary);

            assertThat(Arrays.copyOf(found, plain.length)).isEqualTo(plain);
            assertThat(Arrays.copyOfRange(found, plain.length, found.length)).containsOnly(-1);
        }
    }

    @Test
    void readsOfDamagedStreamsWhatZlibReads() {
        Random random = new Random(11);
        int refused = 0;
        int lenient = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int dictionary = round % 3 == 0 ? 0 : random.nextInt(5_000);
            int count = 1 + random.nextInt(6_000);
            byte[] plain = bytes(random, dictionary + count);
            byte[] stored = deflate(plain, dictionary, count, dictionary, 6);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                stored[random.nextInt(stored.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(stored.length) : stored.length;

            String zlib = outcomeOfZlib(stored, length, plain, count, dictionary);
            String found = outcome(stored, length, plain, count, dictionary);
            if (zlib.equals(REFUSED)) {
                refused++;
                lenient += found.equals(REFUSED) ? 0 : 1;
            } else {
                assertThat(found).as("round %d", round).isEqualTo(zlib);
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 4);
        assertThat(lenient).isLessThan(refused / 20);
    }

    private String outcome(byte[] stored, int length, byte[] plain, int count, int dictionary) {
        byte[] found = Arrays.copyOf(plain, dictionary + count);
        try {
            inflater.inflate(stored, 0, length, found, dictionary, count, dictionary);
            return Arrays.toString(found);
        } catch (DataFormatException refused) {
            return REFUSED;
        }
    }

    private static String outcomeOfZlib(byte[] stored, int length, byte[] plain, int count, int dictionary) {
        Inflater zlib = new Inflater(true);
        byte[] found = Arrays.copyOf(plain, dictionary + count);
        try {
            if (dictionary > 0) {
                zlib.setDictionary(plain, 0, dictionary);
            }
            zlib.setInput(stored, 0, length);
            if (zlib.inflate(found, dictionary, count) != count || goesOn(zlib)) {
                return REFUSED;
            }
            return Arrays.toString(Arrays.copyOf(found, dictionary + count));
        } catch (DataFormatException refused) {
            return REFUSED;
        } finally {
            zlib.end();
        }
    }

    private static boolean goesOn(Inflater zlib) {
        try {
            return zlib.inflate(new byte[1]) != 0;
        } catch (DataFormatException behindTheEnd) {
            return false;
        }
    }

    @Test
    void refusesAStreamThatIsLongerOrShorterThanItShouldBe() {
        byte[] plain = bytes(new Random(3), 1_000);
        byte[] stored = deflate(plain, 0, 1_000, 0, 6);

        assertThatThrownBy(() -> inflater.inflate(stored, 0, stored.length, new byte[2_000], 0, 999, 0))
                .isInstanceOf(DataFormatException.class)
                .hasMessage("a stream that goes on behind 999 bytes");
        assertThatThrownBy(() -> inflater.inflate(stored, 0, stored.length, new byte[2_000], 0, 1_001, 0))
                .isInstanceOf(DataFormatException.class)
                .hasMessage("1000 bytes where there should be 1001");
        assertThatThrownBy(() -> inflater.inflate(stored, 0, 0, new byte[2_000], 0, 1_000, 0))
                .isInstanceOf(DataFormatException.class);
    }
}
