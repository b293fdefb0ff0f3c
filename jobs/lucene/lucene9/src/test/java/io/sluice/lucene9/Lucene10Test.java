package io.sluice.lucene9;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.fixtures.DamagedStore;
import io.sluice.fixtures.Fixture;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shards that Lucene itself wrote, of the first release of line 10 that a server shipped and of the newest: doc
 * values of each type, with skip indexes, sparse and dense, in two segments of 3,000 documents; every tenth
 * soft-deleted, every fiftieth from the fifth on deleted. The files that a reader of documents must not open are
 * not there.
 *
 * <p>Document n has the id {@code d<n>}, n as its sequence number, and as its version n, or 2^40 when n is a
 * multiple of 5, or none when it is one of 7. Its other values are those of {@link #columns(int)}.
 */
class Lucene10Test {

    private static final int DOCUMENTS = 6000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0", "10.6.0"})
    void readsEveryLiveDocumentOfAShard(String version) throws IOException {
        unpack(version);

        List<String> found = documents();

        assertThat(found)
                .containsExactlyElementsOf(IntStream.range(0, DOCUMENTS)
                        .filter(n -> n % 10 != 0 && n % 50 != 5)
                        .mapToObj(n -> "d%d %d %d {\"n\":%d}".formatted(n, n, version(n), n))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0", "10.6.0"})
    void readsDocValuesOfEveryType(String version) throws IOException {
        unpack(version);
        List<String> found;
        try (BlobStore store = BlobStore.open(new RepositoryLocation.FileSystem(folder.toString()))) {
            found = columns(store);
        }

        assertThat(found)
                .containsExactlyElementsOf(IntStream.range(0, DOCUMENTS)
                        .filter(n -> n % 10 != 0 && n % 50 != 5)
                        .mapToObj(Lucene10Test::columns)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0 _0_Lucene90_0.dvd", "10.6.0 _0_Lucene90_0.dvd", "10.6.0 _1_Lucene90_0.dvp"})
    void noticesEveryFlippedByteOfDocValues(String where) throws IOException {
        String[] versionAndFile = where.split(" ", -1);
        unpack(versionAndFile[0]);
        byte[] whole = Files.readAllBytes(folder.resolve(versionAndFile[1]));
        Random random = new Random(5);
        try (BlobStore store = BlobStore.open(new RepositoryLocation.FileSystem(folder.toString()))) {
            for (int i = 0; i < 100; i++) {
                byte[] damaged = whole.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));

                assertThatThrownBy(() -> columns(new DamagedStore(store, Map.of(versionAndFile[1], damaged))))
                        .isInstanceOf(CorruptBlobException.class)
                        .hasMessageContaining(versionAndFile[1]);
            }
        }
    }

    private List<String> columns(BlobStore store) throws IOException {
        Set<String> names = Set.of("word", "words", "numbers", "blob", "sparse_ranged", "nothing");
        List<String> found = new ArrayList<>();
        try (ShardReader shard = ShardFormats.open(GeneratedShard.list(folder), store)) {
            for (Segment segment : shard.segments()) {
                try (DocumentCursor document = shard.documents(
                        segment.name(), 0, segment.documents(), new FieldSelection(Set.of("_source"), names))) {
                    while (document.next()) {
                        found.add(columns(document));
                        assertThat(document.fields().stored("_source")).hasSize(1);
                        assertThat(document.fields().column("nothing")).isEmpty();
                    }
                }
            }
        }
        return found;
    }

    private static String columns(int n) {
        String words = "w" + n % 11 + (n % 2 == 0 ? " x" + n % 13 : "");
        String numbers = n + (n % 4 == 0 ? " " + (n + 1) : "");
        return "y%d|%s|%s|b%d|%s".formatted(n % 17, words, numbers, n, n % 3 == 0 ? "" : n);
    }

    private static String columns(DocumentCursor document) throws IOException {
        List<String> shown = new ArrayList<>();
        for (String name : List.of("word", "words", "numbers", "blob", "sparse_ranged")) {
            shown.add(document.fields().column(name).stream()
                    .map(value -> value instanceof byte[] bytes ? new String(bytes, UTF_8) : value.toString())
                    .collect(Collectors.joining(" ")));
        }
        return String.join("|", shown);
    }

    private void unpack(String version) throws IOException {
        try (InputStream packed = Lucene10Test.class.getResourceAsStream("/lucene10/lucene-" + version + ".tar.gz")) {
            assertThat(packed).isNotNull();
            Fixture.untar(new BufferedInputStream(new GZIPInputStream(packed)), folder);
        }
    }

    private static long version(int n) {
        if (n % 7 == 0) {
            return -1;
        }
        return n % 5 == 0 ? 1L << 40 : n;
    }

    private List<String> documents() throws IOException {
        List<String> found = new ArrayList<>();
        try (BlobStore store = BlobStore.open(new RepositoryLocation.FileSystem(folder.toString()));
                ShardReader shard = ShardFormats.open(GeneratedShard.list(folder), store)) {
            for (Segment segment : shard.segments()) {
                try (DocumentCursor document = shard.documents(segment.name(), 0, segment.documents())) {
                    while (document.next()) {
                        found.add("%s %d %d %s"
                                .formatted(
                                        new String(document.idBytes(), 0, document.idLength(), US_ASCII),
                                        document.seqNo(),
                                        document.version(),
                                        new String(
                                                document.sourceBytes(),
                                                document.sourceOffset(),
                                                document.sourceLength(),
                                                UTF_8)));
                    }
                }
            }
        }
        return found;
    }
}
