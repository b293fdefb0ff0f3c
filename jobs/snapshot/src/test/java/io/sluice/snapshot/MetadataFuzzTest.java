package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.smile.databind.SmileMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ten thousand damaged blobs, half of them with a checksum that fits again. */
class MetadataFuzzTest {

    private static final int CASES_PER_READER = 2000;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final String LISTING =
            "{\"snapshots\":[{\"name\":\"a\",\"uuid\":\"u\",\"state\":1,\"index_metadata_lookup\":"
                    + "{\"i1\":\"x-1\"},\"version\":\"7.10.2\"}],\"indices\":{\"books\":{\"id\":\"i1\",\"snapshots\":[\"u\"],"
                    + "\"shard_generations\":[\"g\"]}},\"min_version\":\"7.9.0\",\"index_metadata_identifiers\":{\"x-1\":\"b\"}}";
    private static final String FILES =
            "{\"name\":\"a\",\"files\":[{\"name\":\"__1\",\"physical_name\":\"_0.fdt\",\"length\":300,"
                    + "\"checksum\":\"1n\",\"part_size\":100},{\"name\":\"v__2\",\"physical_name\":\"_0.si\",\"length\":3,"
                    + "\"part_size\":9223372036854775807,\"meta_hash\":\"AAAA\"}]}";
    private static final String METADATA =
            "{\"books\":{\"routing_num_shards\":8,\"settings\":{\"index.number_of_shards\":\"2\"},"
                    + "\"mappings\":[{\"_doc\":{\"properties\":{}}},\"eyJfZG9jIjp7fX0=\"],\"aliases\":{\"a\":{\"filter\":{}}},\"state\":\"open\"}}";

    /** Reads a blob. */
    private interface Reader {
        void read(byte[] bytes) throws IOException;
    }

    @Test
    void neverAnswersADamagedCommitWithAnythingButAnIOException() throws IOException {
        fuzz(1, CommitBytes.of(9, 8, "_0", "_3a"), bytes -> CommitReader.read("segments_4", "segments_4", bytes));
    }

    @Test
    void neverAnswersADamagedShardListWithAnythingButAnIOException() throws IOException {
        fuzz(
                2,
                smile("snapshot", FILES),
                bytes -> ShardFileList.read(
                        "snap", "indices/i/0", "books", 0, MetadataBlob.decode("snap", bytes, "snapshot")));
    }

    @Test
    void neverAnswersDamagedIndexMetadataWithAnythingButAnIOException() throws IOException {
        fuzz(
                3,
                smile("index-metadata", METADATA),
                bytes -> IndexMetadataReader.read(
                        "meta", "books", MetadataBlob.decode("meta", bytes, "index-metadata")));
    }

    @Test
    void neverAnswersADamagedFrameWithAnythingButAnIOException() throws IOException {
        fuzz(4, FrameBytes.of("snapshot", METADATA), bytes -> MetadataBlob.decode("snap", bytes, "snapshot"));
    }

    @Test
    void neverAnswersADamagedRootListingWithAnythingButAnIOException() throws IOException {
        fuzz(5, new FrameBytes(LISTING.getBytes(UTF_8)), bytes -> RootListing.read("index-5", bytes));
    }

    private static FrameBytes smile(String codec, String json) throws IOException {
        return FrameBytes.of(codec, 1, new SmileMapper().writeValueAsBytes(new ObjectMapper().readTree(json)));
    }

    private static void fuzz(long seed, FrameBytes valid, Reader reader) throws IOException {
        reader.read(valid.bytes());
        int refused = assertTimeoutPreemptively(LONGEST, () -> {
            Random random = new Random(seed);
            int count = 0;
            for (int i = 0; i < CASES_PER_READER; i++) {
                count += isRefused(damaged(valid, random), reader) ? 1 : 0;
            }
            return count;
        });
        assertThat(refused).isGreaterThan(CASES_PER_READER / 4);
    }

    private static boolean isRefused(FrameBytes damaged, Reader reader) {
        try {
            reader.read(damaged.bytes());
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
            return true;
        }
    }

    private static FrameBytes damaged(FrameBytes valid, Random random) {
        FrameBytes damaged = valid;
        int flips = 1 + random.nextInt(4);
        for (int i = 0; i < flips; i++) {
            damaged = damaged.with(random.nextInt(damaged.bytes().length), random.nextInt(256));
        }
        if (random.nextInt(4) == 0) {
            damaged = damaged.cutTo(random.nextInt(damaged.bytes().length));
        }
        return random.nextBoolean() ? damaged.sealed() : damaged;
    }
}
