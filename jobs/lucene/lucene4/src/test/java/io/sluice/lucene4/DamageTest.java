package io.sluice.lucene4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that were changed: an error that says where, or the right documents; never anything else. */
class DamageTest {

    private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 4000 : 250;
    /** Of work, not of waiting: others may use the machine. */
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final int FOOTER = 16;

    static Stream<String> versions() {
        return OldShard.VERSIONS.stream();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anErrorNamesTheFileAndThePlace(String version) throws IOException {
        Map<String, byte[]> original = OldShard.read(version);
        List<String> expected = documents(original);
        Random random = new Random(version.hashCode());
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, byte[]> damaged = new HashMap<>(original);
            String name = pick(original, random);
            byte[] bytes = damage(original.get(name), random);
            boolean isSealed = round % 2 == 1 && seal(bytes);
            damaged.put(name, bytes);
            long start = THREAD.getCurrentThreadCpuTime();
            try {
                List<String> found = documents(damaged);
                if (!isSealed && !isUnchecked(version, name)) {
                    assertThat(found).as("round %d, %s", round, name).isEqualTo(expected);
                }
            } catch (CorruptBlobException | UnknownCodecException e) {
                refused++;
                assertThat(e.getMessage()).containsPattern("_\\w+\\.\\w+|segments_|file list|segment _");
            }
            assertThat(Duration.ofNanos(THREAD.getCurrentThreadCpuTime() - start))
                    .as("round %d, %s", round, name)
                    .isLessThan(LONGEST);
        }
        assertThat(refused).isGreaterThan(ROUNDS / 4);
    }

    /** Without checksums, and in files of which only a part is read, a changed number is a number. */
    private static boolean isUnchecked(String version, String name) {
        return version.equals("4.2.1") || version.equals("4.6.1") || name.endsWith(".cfs");
    }

    @Test
    void aChangedDocumentIsToldAtTheEndOfItsSegment() throws IOException {
        Map<String, byte[]> bytes = new HashMap<>(OldShard.read("6.6.6"));
        byte[] stored = bytes.get("_3.fdt").clone();
        stored[stored.length / 2] ^= 1;
        bytes.put("_3.fdt", stored);

        assertThatThrownBy(() -> documents(bytes))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContainingAll("_3.fdt", "is damaged: at byte");
    }

    @Test
    void verifyTellsOfDamageInTheStoredFields() throws IOException {
        Map<String, byte[]> bytes = new HashMap<>(OldShard.read("4.10.4"));
        byte[] compound = bytes.get("_4.cfs").clone();
        compound[compound.length / 3] ^= 4;
        bytes.put("_4.cfs", compound);

        try (ShardReader reader = Lucene4Shard.open(OldShard.files(bytes), new BytesStore(bytes))) {
            assertThatThrownBy(() -> reader.verify("_4"))
                    .isInstanceOf(CorruptBlobException.class)
                    .hasMessageContainingAll("_4.fdt in _4.cfs", "checksum 0x");
        }
    }

    @Test
    void aWrongMarkInTheLiveDocumentsIsTold() throws IOException {
        Map<String, byte[]> bytes = new HashMap<>(OldShard.read("5.5.5"));
        byte[] marks = bytes.get("_3_1.liv").clone();
        marks[marks.length - FOOTER - 20] ^= 2;
        assertThat(seal(marks)).isTrue();
        bytes.put("_3_1.liv", marks);

        assertThatThrownBy(() -> documents(bytes))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContainingAll("_3_1.liv", "2 deleted documents", "found 3");
    }

    private static String pick(Map<String, byte[]> files, Random random) {
        List<String> names = files.keySet().stream()
                .filter(name -> !name.equals("segments.gen"))
                .sorted()
                .toList();
        return names.get(random.nextInt(names.size()));
    }

    private static byte[] damage(byte[] original, Random random) {
        byte[] bytes = original.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> {
                int count = Math.min(4, bytes.length - at);
                Arrays.fill(bytes, at, at + count, (byte) (random.nextBoolean() ? 0xFF : 0x7F));
            }
            default -> {
                return Arrays.copyOf(bytes, at);
            }
        }
        return bytes;
    }

    /** Makes the checksum right again. */
    private static boolean seal(byte[] bytes) {
        if (bytes.length < FOOTER || ByteBuffer.wrap(bytes).getInt(bytes.length - FOOTER) != 0xC02893E8) {
            return false;
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(bytes.length - Long.BYTES, crc.getValue());
        return true;
    }

    private static List<String> documents(Map<String, byte[]> bytes) throws IOException {
        List<String> documents = new ArrayList<>();
        try (ShardReader reader = Lucene4Shard.open(OldShard.files(bytes), new BytesStore(bytes))) {
            for (Segment segment : reader.segments()) {
                try (DocumentCursor cursor = reader.documents(segment.name(), 0, segment.documents())) {
                    while (cursor.next()) {
                        documents.add("%s %d %d %s"
                                .formatted(
                                        new String(cursor.idBytes(), 0, cursor.idLength(), UTF_8),
                                        cursor.version(),
                                        cursor.seqNo(),
                                        new String(
                                                cursor.sourceBytes(),
                                                cursor.sourceOffset(),
                                                Math.max(0, cursor.sourceLength()),
                                                UTF_8)));
                    }
                }
            }
        }
        return documents;
    }
}
