package io.sluice.lucene4;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every document of every snapshot that real clusters took, against what the clusters themselves said; with the reader
 * that is chosen by the versions in the shard.
 */
class FixturesTest {

    /** Of these everything but the source is compared. */
    private static final Map<String, String> SOURCES_OF_LATER = Map.of(
            "src_disabled", "not stored",
            "src_filtered", "stored in part");

    /** Their children are documents of Lucene's own. */
    private static final Set<String> WITH_NESTED_DOCUMENTS = Set.of("nested", "kinds", "big");

    @TestFactory
    Stream<DynamicTest> everyDocumentEqualsTheTruth() {
        return Stream.of(
                        Fixture.ES_1,
                        Fixture.ES_2,
                        Fixture.ES_2_FROM_1,
                        Fixture.ES_5,
                        Fixture.ES_6,
                        Fixture.ES_6_FROM_5)
                .map(Fixture::of)
                .flatMap(fixture -> fixture.snapshots().flatMap(snapshot -> tests(fixture, snapshot)));
    }

    private static Stream<DynamicTest> tests(Fixture fixture, String snapshot) {
        return fixture.snapshot(snapshot).path("indices").properties().stream()
                .map(Map.Entry::getKey)
                .map(index -> DynamicTest.dynamicTest(
                        "%s %s %s".formatted(fixture.key(), snapshot, index), () -> compare(fixture, snapshot, index)));
    }

    private static void compare(Fixture fixture, String snapshotName, String indexName) throws IOException {
        JsonNode truth = fixture.snapshot(snapshotName);
        try (BlobStore store = fixture.open(truth.path("repo").asText())) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(snapshotName);
            Snapshot.Index index = Fixture.indexOf(snapshot, indexName);
            IndexMetadata metadata = repository.indexMetadata(snapshot, index);
            boolean saysType = hasTypesInIds(metadata);
            boolean comparesSource = !SOURCES_OF_LATER.containsKey(indexName);
            List<FoundDocument> expected = FoundDocument.expected(
                            truth.path("indices").path(indexName))
                    .stream()
                    .map(document -> saysType ? document : document.withoutType())
                    .map(document -> comparesSource ? document : document.withoutSource())
                    .toList();

            List<FoundDocument> found = new ArrayList<>();
            for (int shard = 0; shard < metadata.shards(); shard++) {
                try (ShardReader reader = ShardFormats.open(repository.shardFiles(snapshot, index, shard), store)) {
                    found.addAll(documents(reader, shard, indexName, comparesSource));
                }
            }

            assertThat(found.stream().filter(FixturesTest::isPercolatorQuery).map(FoundDocument::id))
                    .isSubsetOf("pq1");
            assertThat(found.stream().filter(document -> !isPercolatorQuery(document)))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** In one range per segment and in ranges of seven documents, which must be the same. */
    private static List<FoundDocument> documents(ShardReader reader, int shard, String index, boolean withSource)
            throws IOException {
        FoundDocument.Reading reading = withSource ? FoundDocument::of : FoundDocument::withoutSource;
        List<FoundDocument> whole = FoundDocument.all(reader, shard, Integer.MAX_VALUE, reading);
        assertThat(FoundDocument.all(reader, shard, 7, reading)).isEqualTo(whole);
        int live = reader.segments().stream().mapToInt(Segment::liveDocuments).sum();
        assertThat(live).isGreaterThanOrEqualTo(whole.size());
        if (!WITH_NESTED_DOCUMENTS.contains(index)) {
            assertThat(live).isEqualTo(whole.size());
        }
        return whole;
    }

    /** A document like any other, but no search of Elasticsearch 1 and 2 shows it, so the truth does not have it. */
    private static boolean isPercolatorQuery(FoundDocument document) {
        return document.type().equals(".percolator");
    }

    /** Those of Elasticsearch 5 and before, unless they were told to have a single type, as 6 does. */
    private static boolean hasTypesInIds(IndexMetadata index) {
        return index.settings().path("index.version.created").asInt() < 6_000_000
                && !index.settings().path("index.mapping.single_type").asBoolean();
    }
}
