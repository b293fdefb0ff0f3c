package io.sluice.lucene9;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sluice.fixtures.DamagedStore;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.RangeChecksum;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFile;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Flipped bytes and cut blobs: a clear error or the very same documents, and never anything else. */
class DamageTest {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Behind the magic number and the codec's name. */
    private static final int VERSION_OF_FIELD_INFOS = Integer.BYTES + 1 + "Lucene94FieldInfos".length();

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "es-7.10.2-hard,upd_segments",
        "es-7.10.2-hard,codec_best_merged",
        "es-7.10.2-hard,nested",
        "es-7.10.2-hard,upd_softdel_off",
        "os-1.3.20-hard,upd_unflushed",
        "os-2.19.6-hard,ext_version",
        "os-2.19.6-hard,codec_zstd",
        "os-2.19.6-hard,codec_zstd_no_dict",
        "es-9.5.3-hard,upd_segments",
        "es-9.5.3-hard,codec_best",
        "es-7.10.2-from-es-6.8.23,multi"
    })
    void neverShowsAWrongDocumentOfARealShard(String key, String index) throws IOException {
        Fixture fixture = Fixture.of(key);
        String snapshotName = fixture.snapshot("snap-2").isMissingNode() ? "up-1" : "snap-2";
        try (BlobStore store =
                fixture.open(fixture.snapshot(snapshotName).path("repo").asText())) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(snapshotName);
            ShardFiles shard = repository.shardFiles(snapshot, Fixture.indexOf(snapshot, index), 0);

            int refused = assertTimeoutPreemptively(LONGEST, () -> damage(shard, store, new Random(11), 400, false));

            assertThat(refused).isGreaterThan(60);
        }
    }

    @Test
    void noticesEveryFlippedByteOfStoredFieldsThatAreReadAsAWhole() throws IOException {
        GeneratedShard shard = GeneratedShard.write(folder, 1, 2_000, false, 7);
        try (BlobStore store = shard.open()) {
            int refused =
                    assertTimeoutPreemptively(LONGEST, () -> damage(shard.files(), store, new Random(12), 150, true));

            assertThat(refused).isEqualTo(150);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesBlobPlaceAndBothChecksums(boolean compound) throws IOException {
        GeneratedShard shard = GeneratedShard.write(folder, 1, 500, compound, 0);
        ShardFile data = largest(shard.files());
        try (BlobStore store = shard.open()) {
            byte[] bytes = store.readAll(data.blob(), 1 << 30);
            int at = compound ? storedFieldsIn(bytes) : bytes.length / 2;
            bytes[at] ^= 1;
            DamagedStore damaged = new DamagedStore(store, Map.of(data.blob(), bytes));

            try (ShardReader reader = ShardFormats.open(shard.files(), damaged)) {
                assertThatThrownBy(() -> FoundDocument.allUnparsed(reader))
                        .isInstanceOf(CorruptBlobException.class)
                        .hasMessageContainingAll("_0.fdt", data.blob(), "expected checksum 0x", "but found 0x");
                assertThatThrownBy(() -> reader.verify("_0"))
                        .isInstanceOf(CorruptBlobException.class)
                        .hasMessageContainingAll("_0.fdt", "expected checksum 0x", "but found 0x");
            }
        }
    }

    @Test
    void readsTheOtherSegmentsOfAShardWithADamagedOne() throws IOException {
        GeneratedShard shard = GeneratedShard.write(folder, 3, 500, false, 0);
        try (BlobStore store = shard.open()) {
            byte[] bytes = store.readAll("_1.fdt", 1 << 30);
            bytes[bytes.length / 2] ^= 1;
            DamagedStore damaged = new DamagedStore(store, Map.of("_1.fdt", bytes));

            try (ShardReader reader = ShardFormats.open(shard.files(), damaged)) {
                assertThatThrownBy(() -> read(reader, "_1")).isInstanceOf(CorruptBlobException.class);
                assertThat(read(reader, "_0") + read(reader, "_2")).isEqualTo(1000);
                reader.verify("_2");
            }
        }
    }

    @Test
    void saysThatAFormatIsNewerThanThisBuildWhenItsBytesAreWhole() throws IOException {
        GeneratedShard shard = GeneratedShard.write(folder, 1, 10, false, 0);
        try (BlobStore store = shard.open()) {
            byte[] fields = store.readAll("_0.fnm", 1 << 20);
            fields[VERSION_OF_FIELD_INFOS + 3] = 9;
            seal(fields);
            DamagedStore newer = new DamagedStore(store, Map.of("_0.fnm", fields));

            try (ShardReader reader = ShardFormats.open(shard.files(), newer)) {
                assertThatThrownBy(() -> FoundDocument.allUnparsed(reader))
                        .isInstanceOf(UnknownCodecException.class)
                        .hasMessageContainingAll("_0.fnm", "version 9 of its format");
            }
        }
    }

    @ParameterizedTest(name = "compound {0}, {1} documents per range")
    @CsvSource({"false,1", "false,7", "false,333", "true,7", "true,333", "true,2000"})
    void theChecksumsOfRangesAreThatOfTheFileHoweverItIsCut(boolean compound, int perRange) throws IOException {
        GeneratedShard shard = GeneratedShard.write(folder, 1, 2_000, compound, 9);
        try (BlobStore store = shard.open();
                ShardReader reader = ShardFormats.open(shard.files(), store)) {
            ByteChecksum found = ByteChecksum.EMPTY;
            FileChecksum expected = null;
            for (int from = 0; from < 2_000; from += perRange) {
                int to = Math.min(from + perRange, 2_000);
                int resumed = from + (to - from) / 3;
                RangeChecksum checksum = checksum(reader, resumed, to);
                found = found.then(reader.checksum("_0", from, resumed)).then(checksum.bytes());
                expected = checksum.file();
            }

            assertThat(expected).isNotNull();
            assertThat(found.crc()).isEqualTo(expected.crc());
            assertThat(found.length()).isEqualTo(reader.segments().get(0).storedBytes() - Long.BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFlippedBitThatDecompressesShowsInTheChecksumOfOneRangeOnly(boolean compound) throws IOException {
        GeneratedShard shard = GeneratedShard.write(folder, 1, 2_000, compound, 0);
        ShardFile data = largest(shard.files());
        try (BlobStore store = shard.open()) {
            byte[] bytes = store.readAll(data.blob(), 1 << 30);
            bytes[storedFieldsIn(bytes)] ^= 1;
            DamagedStore damaged = new DamagedStore(store, Map.of(data.blob(), bytes));

            try (ShardReader intact = ShardFormats.open(shard.files(), store);
                    ShardReader reader = ShardFormats.open(shard.files(), damaged)) {
                assertThat(checksum(reader, 0, 1_000)).isNotEqualTo(checksum(intact, 0, 1_000));
                assertThat(checksum(reader, 1_000, 2_000)).isEqualTo(checksum(intact, 1_000, 2_000));
            }
        }
    }

    private static void seal(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, bytes.length - Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(bytes.length - Long.BYTES, checksum.getValue());
    }

    private static RangeChecksum checksum(ShardReader reader, int from, int to) throws IOException {
        try (DocumentCursor cursor = reader.documents("_0", from, to)) {
            while (cursor.next()) {
                assertThat(cursor.sourceLength()).isPositive();
            }
            return cursor.checksum();
        }
    }

    /** @return how many of the rounds ended in an error */
    private static int damage(ShardFiles shard, BlobStore store, Random random, int rounds, boolean onlyStoredFields)
            throws IOException {
        List<FoundDocument> intact = documents(shard, store);
        List<ShardFile> files = shard.files().values().stream()
                .filter(file -> file.content() == null && file.length() > 0 && file.length() <= file.partBytes())
                .filter(file -> !onlyStoredFields || file.name().endsWith(".fdt"))
                .sorted(Comparator.comparing(ShardFile::name))
                .toList();
        int refused = 0;
        for (int round = 0; round < rounds; round++) {
            ShardFile file = files.get(random.nextInt(files.size()));
            byte[] bytes = damaged(store.readAll(file.blob(), 1 << 30), random);
            try {
                List<FoundDocument> found = documents(shard, new DamagedStore(store, Map.of(file.blob(), bytes)));
                assertThat(found).as("%s, round %d", file.name(), round).isEqualTo(intact);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("damaged");
                refused++;
            }
        }
        return refused;
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        if (random.nextInt(5) == 0) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        int flips = 1 + random.nextInt(3);
        for (int i = 0; i < flips; i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
        }
        return bytes;
    }

    private static List<FoundDocument> documents(ShardFiles shard, BlobStore store) throws IOException {
        try (ShardReader reader = ShardFormats.open(shard, store)) {
            return FoundDocument.allUnparsed(reader);
        }
    }

    private static int read(ShardReader reader, String segment) throws IOException {
        Segment found = reader.segments().stream()
                .filter(candidate -> candidate.name().equals(segment))
                .findFirst()
                .orElseThrow();
        int count = 0;
        try (DocumentCursor cursor = reader.documents(segment, 0, found.documents())) {
            while (cursor.next()) {
                count++;
            }
        }
        return count;
    }

    private static ShardFile largest(ShardFiles shard) {
        return shard.files().values().stream()
                .filter(file -> file.name().matches(".*\\.(fdt|cfs)"))
                .findFirst()
                .orElseThrow();
    }

    /** Some place in the stored fields of a compound file: the source of its first document begins there. */
    private static int storedFieldsIn(byte[] bytes) {
        byte[] wanted = "{\"number\":".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int at = 0; at < bytes.length - wanted.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at + 100;
            }
        }
        throw new AssertionError("no source in the compound file");
    }
}
