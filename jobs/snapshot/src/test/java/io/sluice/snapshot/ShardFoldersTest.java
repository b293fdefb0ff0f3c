package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hashes are those that OpenSearch 3.6.0 wrote. */
class ShardFoldersTest {

    private static final String ID = "4k33ExOzTYiMSrezXBaoig";

    @TempDir
    private Path root;

    @Test
    void theHashIsInFrontOrInside() throws IOException {
        ShardFolders folders = new ShardFolders(store());

        assertThat(folders.usual(new RootListing.Index(ID, 0), 1)).isEqualTo("indices/" + ID + "/1");
        assertThat(folders.usual(new RootListing.Index(ID, 1), 1)).isEqualTo("410111011001000/indices/" + ID + "/1");
        assertThat(folders.usual(new RootListing.Index(ID, 2), 3)).isEqualTo("m10001101100000/indices/" + ID + "/3");
    }

    @Test
    void theRepositorysOwnListIsReadWhereThereIsOne() throws IOException {
        Path lists = Files.createDirectory(root.resolve("snapshot_shard_paths"));
        Files.write(
                lists.resolve("snapshot_path_" + ID + ".books.2.1.1"),
                "{\"shard_path_type\": 1, \"paths\": [\"xa/indices/i/0/\", \"xb/indices/i/1/\"]}".getBytes(UTF_8));
        ShardFolders folders = new ShardFolders(store());

        assertThat(folders.listed(new RootListing.Index(ID, 1), 1)).isEqualTo("xb/indices/i/1");
        assertThat(folders.listed(new RootListing.Index(ID, 1), 2)).isEmpty();
        assertThat(folders.listed(new RootListing.Index("other", 1), 0)).isEmpty();
    }

    @Test
    void anUnknownWayOfNamingIsRefused() throws IOException {
        ShardFolders folders = new ShardFolders(store());

        assertThatThrownBy(() -> folders.usual(new RootListing.Index(ID, 7), 0))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("shard_path_type 7");
    }

    private BlobStore store() throws IOException {
        return BlobStore.open(new RepositoryLocation.FileSystem(root.toString()));
    }
}
