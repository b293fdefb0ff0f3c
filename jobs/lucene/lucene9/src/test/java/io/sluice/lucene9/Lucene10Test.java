package io.sluice.lucene9;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fixtures.Fixture;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * multiple of 5, or none when it is one of 7.
 */
class Lucene10Test {

    private static final int DOCUMENTS = 6000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0", "10.6.0"})
    void readsEveryLiveDocumentOfAShard(String version) throws IOException {
        try (InputStream packed = Lucene10Test.class.getResourceAsStream("/lucene10/lucene-" + version + ".tar.gz")) {
            assertThat(packed).isNotNull();
            Fixture.untar(new BufferedInputStream(new GZIPInputStream(packed)), folder);
        }

        List<String> found = documents();

        assertThat(found)
                .containsExactlyElementsOf(IntStream.range(0, DOCUMENTS)
                        .filter(n -> n % 10 != 0 && n % 50 != 5)
                        .mapToObj(n -> "d%d %d %d {\"n\":%d}".formatted(n, n, version(n), n))
                        .toList());
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
