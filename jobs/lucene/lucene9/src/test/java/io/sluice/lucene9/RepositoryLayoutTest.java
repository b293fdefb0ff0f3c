package io.sluice.lucene9;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.fixtures.Fixture;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Snapshot;
import io.sluice.snapshot.SnapshotState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real repository of Elasticsearch 7.10, and what is made of it when its root is changed. */
class RepositoryLayoutTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path parent;

    private Path root;

    @BeforeEach
    void copyARepository() throws IOException {
        Path original = Fixture.of(Fixture.ES_7).repository("r1");
        root = parent.resolve("repo");
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.toList()) {
                Files.copy(file, root.resolve(original.relativize(file).toString()));
            }
        }
    }

    @Test
    void readsSettingsMappingsAndAliases() throws IOException {
        IndexMetadata aliased = metadata("aliased2");
        IndexMetadata closed = metadata("closed1");

        assertThat(aliased.shards()).isEqualTo(1);
        assertThat(aliased.routingShards()).isEqualTo(1024);
        assertThat(aliased.settings().path("index.number_of_replicas").asText()).isEqualTo("0");
        assertThat(aliased.uuid())
                .isNotEmpty()
                .isEqualTo(aliased.settings().path("index.uuid").asText());
        assertThat(aliased.mappings().path("properties").path("k").path("type").asText())
                .isEqualTo("keyword");
        assertThat(aliased.aliases()
                        .path("plain")
                        .path("filter")
                        .path("term")
                        .path("k")
                        .asText())
                .isEqualTo("b");
        assertThat(aliased.closed()).isFalse();
        assertThat(closed.closed()).isTrue();
    }

    @Test
    void readsTheSnapshotsStateAndVersion() throws IOException {
        Snapshot whole = snapshot("snap-1");
        Snapshot partial = snapshot("snap-4-partial");

        assertThat(whole.state()).isEqualTo(SnapshotState.SUCCESS);
        assertThat(whole.serverVersion()).isEqualTo("7.10.2");
        assertThat(partial.state()).isEqualTo(SnapshotState.PARTIAL);
        assertThat(partial.failures())
                .containsExactly(new Snapshot.ShardFailure("unassigned", 0, "primary shard is not allocated"));
    }

    /** Before 7.9 each snapshot had a metadata blob of its own for every index. */
    @Test
    void findsTheMetadataThatServersBefore79Wrote() throws IOException {
        IndexMetadata expected = metadata("kinds");
        ObjectNode listing = (ObjectNode) JSON.readTree(root.resolve("index-5").toFile());
        String folder = listing.path("indices").path("kinds").path("id").asText();
        for (JsonNode snapshot : listing.path("snapshots")) {
            String identifier =
                    snapshot.path("index_metadata_lookup").path(folder).asText();
            JsonNode blob = listing.path("index_metadata_identifiers").path(identifier);
            if (!blob.isMissingNode()) {
                Path index = root.resolve("indices").resolve(folder);
                Files.copy(
                        index.resolve("meta-" + blob.asText() + ".dat"),
                        index.resolve("meta-" + snapshot.path("uuid").asText() + ".dat"));
            }
            ((ObjectNode) snapshot).remove("index_metadata_lookup");
        }
        listing.remove("index_metadata_identifiers");
        JSON.writeValue(root.resolve("index-5").toFile(), listing);

        assertThat(metadata("kinds")).isEqualTo(expected);
    }

    @Test
    void trustsIndexLatestAndNotTheHighestNumber() throws IOException {
        Files.writeString(root.resolve("index-9"), "{\"snapshots\": [], \"indices\": {}}");

        assertThat(names()).contains("snap-1");
    }

    @Test
    void takesTheHighestNumberWhereThereIsNoIndexLatest() throws IOException {
        Files.delete(root.resolve("index.latest"));
        Files.writeString(root.resolve("index-3"), "{\"snapshots\": [], \"indices\": {}}");

        assertThat(names()).containsExactlyInAnyOrder("snap-1", "snap-2", "snap-3-subset", "snap-4-partial");
    }

    @Test
    void saysThatTheListingIsGone() throws IOException {
        Files.delete(root.resolve("index-5"));

        assertThatThrownBy(this::names)
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll(root.toString(), "index-5");
    }

    @Test
    void saysWhatAnotherFolderHolds() throws IOException {
        Files.delete(root.resolve("index.latest"));
        Files.delete(root.resolve("index-5"));

        assertThatThrownBy(this::names)
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("no snapshot repository at " + root, "neither", "It holds meta-");
    }

    @Test
    void saysWhichShardHasNoFileList() throws IOException {
        Snapshot snapshot = snapshot("snap-1");
        Snapshot.Index index = Fixture.indexOf(snapshot, "kinds");

        assertThatThrownBy(() -> {
                    try (BlobStore store = open()) {
                        Repository.open(store).shardFiles(snapshot, index, 17);
                    }
                })
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("kinds[17]", "snap-1", "snap-" + snapshot.uuid() + ".dat");
    }

    private BlobStore open() throws IOException {
        return BlobStore.open(new RepositoryLocation.FileSystem(root.toString()));
    }

    private java.util.List<String> names() throws IOException {
        try (BlobStore store = open()) {
            return Repository.open(store).snapshotNames();
        }
    }

    private Snapshot snapshot(String name) throws IOException {
        try (BlobStore store = open()) {
            return Repository.open(store).snapshot(name);
        }
    }

    private IndexMetadata metadata(String index) throws IOException {
        try (BlobStore store = open()) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot("snap-1");
            return repository.indexMetadata(snapshot, Fixture.indexOf(snapshot, index));
        }
    }
}
