package io.sluice.lucene9;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.lucene90.Lucene90CompoundFormat;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of the store, against what a reader of documents needs. */
class BytesReadTest {

    private static final int SEGMENTS = 2;
    private static final int PER_SEGMENT = 12_000;
    private static final double ALLOWED = 1.05;

    /** {@code _seq_no} of so many documents takes two bytes; {@code _version} is the same everywhere and takes none. */
    private static final int COLUMN_BYTES_PER_DOCUMENT = 2;

    @TempDir
    private static Path folder;

    private static final Map<Boolean, GeneratedShard> SHARDS = new HashMap<>();

    @BeforeAll
    static void writeAShardOfEachKind() throws IOException {
        for (boolean compound : new boolean[] {false, true}) {
            SHARDS.put(
                    compound,
                    GeneratedShard.write(folder.resolve("compound-" + compound), SEGMENTS, PER_SEGMENT, compound, 10));
        }
    }

    @ParameterizedTest(name = "compound {0}, {1} documents per range")
    @CsvSource({"false,12000", "false,5000", "true,12000", "true,5000"})
    void asksForStoredFieldsAndLittleElse(boolean compound, int perRange) throws IOException {
        GeneratedShard shard = SHARDS.get(compound);
        assertThat(shard.files().files().keySet().stream().anyMatch(name -> name.endsWith(".cfs")))
                .isEqualTo(compound);

        try (BlobStore store = shard.open();
                ShardReader reader = ShardFormats.open(shard.files(), store)) {
            long documents = 0;
            long bySource = 0;
            for (Segment segment : reader.segments()) {
                for (int from = 0; from < segment.documents(); from += perRange) {
                    int to = Math.min(segment.documents(), from + perRange);
                    try (DocumentCursor cursor = reader.documents(segment.name(), from, to)) {
                        while (cursor.next()) {
                            documents++;
                            bySource += cursor.sourceLength();
                        }
                        cursor.checksum();
                    }
                }
            }

            assertThat(documents).isEqualTo(shard.live());
            assertThat(bySource).isEqualTo(shard.bySource());
            assertThat(store.bytesRead()).isLessThan((long) (neededBytes(shard) * ALLOWED));
            assertThat(store.bytesRead()).isLessThan(shard.files().bytes() * 9 / 10);
        }
    }

    private static long neededBytes(GeneratedShard shard) throws IOException {
        long needed = (long) SEGMENTS * PER_SEGMENT * COLUMN_BYTES_PER_DOCUMENT;
        for (Map.Entry<String, Long> file : lengths(shard)) {
            String name = file.getKey();
            boolean isColumnOfManyFields = name.endsWith(".dvd") && name.split("_").length == 4;
            boolean isNeeded =
                    name.matches(".*\\.(fdt|fdx|fdm|fnm|dvm|dvd|si|cfe|liv)") || name.startsWith("segments_");
            needed += isNeeded && !isColumnOfManyFields ? file.getValue() : 0;
        }
        return needed;
    }

    /** The files of the shard, and those in its compound files. */
    private static List<Map.Entry<String, Long>> lengths(GeneratedShard shard) throws IOException {
        List<Map.Entry<String, Long>> lengths = new ArrayList<>();
        shard.files().files().values().forEach(file -> lengths.add(Map.entry(file.name(), file.length())));
        try (Directory directory = FSDirectory.open(shard.folder())) {
            for (SegmentCommitInfo segment : SegmentInfos.readLatestCommit(directory)) {
                if (segment.info.getUseCompoundFile()) {
                    addParts(directory, segment, lengths);
                }
            }
        }
        return lengths;
    }

    private static void addParts(Directory directory, SegmentCommitInfo segment, List<Map.Entry<String, Long>> lengths)
            throws IOException {
        try (Directory parts =
                new Lucene90CompoundFormat().getCompoundReader(directory, segment.info, IOContext.DEFAULT)) {
            for (String name : parts.listAll()) {
                lengths.add(Map.entry(name, parts.fileLength(name)));
            }
        }
    }
}
