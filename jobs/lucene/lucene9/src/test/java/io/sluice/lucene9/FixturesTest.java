package io.sluice.lucene9;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every document of every snapshot that real clusters took, against what the clusters themselves said. */
class FixturesTest {

    /**
     * Indices, of all fixtures or of one, whose source is not compared, and why; everything else about their
     * documents is.
     */
    private static final Map<String, String> SOURCE_NOT_COMPARED = Map.of(
            "src_disabled",
            "not stored",
            "src_filtered",
            "stored in part",
            "src_synthetic",
            "not stored: made from doc values on demand",
            "src_derived",
            "stored without its vectors",
            Fixture.ES_9 + " kinds",
            "stored without its vectors",
            Fixture.OS_3 + " kinds",
            "stored without its vectors",
            "logsdb",
            "not stored: made from doc values on demand",
            "tsdb",
            "not stored: made from doc values on demand");

    /** Indices that are refused, with what the refusal names. */
    private static final Map<String, String> REFUSED = Map.of(
            Fixture.ES_9 + " logsdb", "the doc values format ES8193TSDB of _seq_no",
            Fixture.ES_9 + " tsdb", "the doc values format ES95TSDB of _seq_no");

    @TestFactory
    Stream<DynamicTest> everyDocumentEqualsTheTruth() {
        return Stream.of(
                        Fixture.ES_7,
                        Fixture.ES_8,
                        Fixture.ES_9,
                        Fixture.OS_1,
                        Fixture.OS_2,
                        Fixture.OS_3,
                        Fixture.ES_7_FROM_6,
                        Fixture.ES_9_FROM_8,
                        Fixture.OS_2_FROM_ES_7)
                .map(Fixture::of)
                .flatMap(fixture -> snapshots(fixture).flatMap(snapshot -> tests(fixture, snapshot)));
    }

    private static Stream<String> snapshots(Fixture fixture) {
        return fixture.truth().path("snapshots").properties().stream().map(Map.Entry::getKey);
    }

    private static Stream<DynamicTest> tests(Fixture fixture, String snapshot) {
        return fixture.snapshot(snapshot).path("indices").properties().stream()
                .map(Map.Entry::getKey)
                .map(index -> DynamicTest.dynamicTest(
                        "%s %s %s".formatted(fixture.key(), snapshot, index), () -> compare(fixture, snapshot, index)));
    }

    private static void compare(Fixture fixture, String snapshotName, String index) throws IOException {
        JsonNode truth = fixture.snapshot(snapshotName);
        try (BlobStore store = fixture.open(truth.path("repo").asText())) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(snapshotName);
            assertThat(snapshot.indices())
                    .extracting(Snapshot.Index::name)
                    .contains(index)
                    .hasSameSizeAs(truth.path("indices_in_snapshot"));
            Snapshot.Index folder = Fixture.indexOf(snapshot, index);
            IndexMetadata metadata = repository.indexMetadata(snapshot, folder);
            JsonNode expected = truth.path("indices").path(index);
            assertThat(metadata.shards()).isEqualTo(expected.path("shards").asInt());

            String refused = REFUSED.get(fixture.key() + " " + index);
            if (refused != null) {
                assertThatThrownBy(() -> documents(repository, snapshot, folder, metadata.shards(), store, false))
                        .isInstanceOf(UnknownCodecException.class)
                        .hasMessageContainingAll(index + "[0]", "segment _", refused);
                return;
            }
            boolean withSource = isSourceCompared(fixture, index);
            assertThat(documents(repository, snapshot, folder, metadata.shards(), store, withSource))
                    .containsExactlyInAnyOrderElementsOf(expectedDocuments(expected, withSource));
        }
    }

    private static List<FoundDocument> expectedDocuments(JsonNode index, boolean withSource) {
        List<FoundDocument> documents = new ArrayList<>();
        index.path("docs").forEach(document -> {
            FoundDocument expected = FoundDocument.of(document).withoutType();
            documents.add(withSource ? expected : expected.withoutSource());
        });
        return documents;
    }

    private static boolean isSourceCompared(Fixture fixture, String index) {
        return !SOURCE_NOT_COMPARED.containsKey(index) && !SOURCE_NOT_COMPARED.containsKey(fixture.key() + " " + index);
    }

    /** Shards of an even number in one range per segment, others in ranges of seven documents. */
    private static List<FoundDocument> documents(
            Repository repository,
            Snapshot snapshot,
            Snapshot.Index index,
            int shards,
            BlobStore store,
            boolean withSource)
            throws IOException {
        List<FoundDocument> found = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            try (ShardReader reader = ShardFormats.open(repository.shardFiles(snapshot, index, shard), store)) {
                List<FoundDocument> whole = documents(reader, shard, Integer.MAX_VALUE, withSource);
                assertThat(documents(reader, shard, 7, withSource)).isEqualTo(whole);
                int live = reader.segments().stream()
                        .mapToInt(Segment::liveDocuments)
                        .sum();
                assertThat(live).isGreaterThanOrEqualTo(whole.size());
                if (!hasNestedDocuments(index.name())) {
                    assertThat(live).isEqualTo(whole.size());
                }
                found.addAll(whole);
            }
        }
        return found;
    }

    private static List<FoundDocument> documents(ShardReader reader, int shard, int perRange, boolean withSource)
            throws IOException {
        return withSource
                ? FoundDocument.all(reader, shard, perRange)
                : FoundDocument.all(reader, shard, perRange, FoundDocument::withoutSource);
    }

    /** Their children are documents of Lucene's own. */
    private static boolean hasNestedDocuments(String index) {
        return Set.of("nested", "kinds", "big").contains(index);
    }

    @Test
    void refusesTheFailedShardOfAPartialSnapshotByNameAndReason() throws IOException {
        Fixture fixture = Fixture.of(Fixture.ES_7);
        try (BlobStore store = fixture.open("r1")) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot("snap-4-partial");

            assertThatThrownBy(() -> repository.shardFiles(snapshot, Fixture.indexOf(snapshot, "unassigned"), 0))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContainingAll("unassigned[0]", "snap-4-partial", "primary shard is not allocated");
        }
    }

    @Test
    void saysWhichSnapshotsExistWhenOneDoesNot() throws IOException {
        try (BlobStore store = Fixture.of(Fixture.ES_7).open("r1")) {
            Repository repository = Repository.open(store);

            assertThatThrownBy(() -> repository.snapshot("snap-0-deleted"))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContainingAll("snap-0-deleted", "snap-1", "snap-2", "snap-3-subset", "snap-4-partial");
        }
    }
}
