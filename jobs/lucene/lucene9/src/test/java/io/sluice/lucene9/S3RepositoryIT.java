package io.sluice.lucene9;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real repository in a bucket that wants signed requests. */
class S3RepositoryIT {

    private static final Fixture FIXTURE = Fixture.of(Fixture.ES_7);
    private static final int MORE_THAN_A_PAGE = 2_345;

    @TempDir
    private static Path work;

    private static S3Proxy proxy;

    @BeforeAll
    static void serveTheFixtureAsABucket() throws Exception {
        Path many = Files.createDirectories(FIXTURE.folder().resolve("many"));
        for (int i = 0; i < MORE_THAN_A_PAGE; i++) {
            Files.writeString(many.resolve("__%05d".formatted(i)), "x");
        }
        Files.createDirectory(FIXTURE.folder().resolve("empty"));
        proxy = S3Proxy.start(FIXTURE.folder(), work);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @BeforeEach
    void signAsTheProxyExpects() {
        signWith(S3Proxy.SECRET_KEY);
    }

    @AfterEach
    void forgetTheCredentials() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        System.clearProperty("aws.sharedCredentialsFile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"multi", "nested", "upd_segments", "codec_best_merged"})
    void readsTheSameDocumentsAsTheClusterServed(String index) throws IOException {
        JsonNode truth = FIXTURE.snapshot("snap-1").path("indices").path(index);
        try (BlobStore store = BlobStore.open(bucket("repo", null))) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot("snap-1");
            Snapshot.Index folder = Fixture.indexOf(snapshot, index);

            List<FoundDocument> found = new ArrayList<>();
            for (int shard = 0;
                    shard < repository.indexMetadata(snapshot, folder).shards();
                    shard++) {
                try (ShardReader reader = ShardFormats.open(repository.shardFiles(snapshot, folder, shard), store)) {
                    found.addAll(FoundDocument.all(reader, shard, 100));
                }
            }

            List<FoundDocument> expected = new ArrayList<>();
            truth.path("docs")
                    .forEach(document -> expected.add(FoundDocument.of(document).withoutType()));
            assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void takesTheCredentialsOfAProfile() throws IOException {
        signWith("of nobody");
        Path credentials = work.resolve("credentials");
        Files.write(
                credentials,
                List.of(
                        "[migration]",
                        "aws_access_key_id=" + S3Proxy.ACCESS_KEY,
                        "aws_secret_access_key=" + S3Proxy.SECRET_KEY));
        System.setProperty("aws.sharedCredentialsFile", credentials.toString());

        try (BlobStore store = BlobStore.open(bucket("repo", "migration"))) {
            assertThat(Repository.open(store).snapshotNames()).contains("snap-1");
        }
    }

    @Test
    void listsMoreThanOnePage() throws IOException {
        try (BlobStore store = BlobStore.open(bucket("many", "", null))) {
            assertThat(store.list("", "__")).hasSize(MORE_THAN_A_PAGE).isSorted();
            assertThat(store.list("", "__0230")).hasSize(10);
        }
    }

    @Test
    void tellsAMissingBlobFromOneThatIsTooShort() throws IOException {
        try (BlobStore store = BlobStore.open(bucket("repo", null))) {
            assertThatThrownBy(() -> store.readAll("index-77", 100))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining("index-77");
            assertThatThrownBy(() -> store.read("index.latest", 4, new byte[8], 0, 8))
                    .isInstanceOf(CorruptBlobException.class)
                    .hasMessageContaining("index.latest");
            assertThatThrownBy(() -> store.read("index.latest", 100, new byte[8], 0, 8))
                    .isInstanceOf(CorruptBlobException.class)
                    .hasMessageContaining("index.latest");
            assertThatThrownBy(() -> store.readAll("index-5", 100))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("at most 100");
        }
    }

    @Test
    void saysThatTheCredentialsAreRefusedAndNeverWhatTheyAre() {
        signWith("wrong-secret");

        assertThatThrownBy(() -> BlobStore.open(bucket("repo", null)))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("Not allowed to list", "s3://", "403", "s3:ListBucket")
                .hasMessageNotContaining("wrong-secret");
    }

    @Test
    void saysWhichBucketThereIsNot() {
        assertThatThrownBy(() -> BlobStore.open(bucket("nothing", "repo", null)))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll(
                        "no bucket \"nothing\"", proxy.endpoint().toString());
    }

    @Test
    void saysThatNothingIsBelowThePrefix() {
        assertThatThrownBy(() -> BlobStore.open(bucket("repo", "elsewhere", null)))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("no snapshot repository at s3://repo/elsewhere", "base_path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://no-such-host.invalid", "http://127.0.0.1:1"})
    void saysWhichEndpointCannotBeReached(String endpoint) {
        RepositoryLocation location =
                new RepositoryLocation.S3("repo", "", null, URI.create(endpoint), true, null, null);

        assertThatThrownBy(() -> BlobStore.open(location))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("Cannot reach " + endpoint, "may this host connect");
    }

    @Test
    void saysThatAProfileIsUnknown() {
        assertThatThrownBy(() -> BlobStore.open(bucket("repo", "no-such-profile")))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("no-such-profile", "Check region, profile");
    }

    /** The fixture's r1: its folder is a bucket, and the whole of it the repository. */
    private static RepositoryLocation bucket(String bucket, @Nullable String profile) {
        return bucket(bucket, "", profile);
    }

    private static RepositoryLocation bucket(String bucket, String prefix, @Nullable String profile) {
        return new RepositoryLocation.S3(bucket, prefix, null, proxy.endpoint(), true, null, profile);
    }

    private static void signWith(String secretKey) {
        System.setProperty("aws.accessKeyId", S3Proxy.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", secretKey);
    }
}
