package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.RepositoryLocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots that real clusters took, with what these said was in them. */
class SnapshotReadingTest {

    @ParameterizedTest
    @ValueSource(strings = {Fixture.ES_2, Fixture.OS_3})
    void everyDocumentIsMetOnceAndFoundWhereItWasMet(String key) throws IOException {
        Fixture fixture = Fixture.of(key);
        for (String name :
                fixture.snapshots().filter(one -> !one.endsWith("-partial")).toList()) {
            JsonNode truth = fixture.snapshot(name);
            RepositoryLocation location = new RepositoryLocation.FileSystem(
                    fixture.repository(truth.path("repo").asText()).toString());
            List<IndexPlan> indices = BackfillPlan.of(location, name, BackfillOptions.DEFAULT).indices().stream()
                    .map(PlannedIndex::plan)
                    .toList();
            try (SnapshotReading reading = SnapshotReading.open(location, name, indices)) {
                for (IndexPlan index : indices) {
                    List<FoundDocument> expected =
                            FoundDocument.expected(truth.at("/indices").path(index.name())).stream()
                                    .filter(document -> !document.type().equals(LeftOut.PERCOLATOR_TYPE))
                                    .map(document -> document.withoutSource().withoutType())
                                    .toList();
                    assertThat(all(reading, index))
                            .as("%s of %s of %s", index.name(), name, key)
                            .containsExactlyInAnyOrderElementsOf(expected);
                    assertThat(reading.count(index.name())).isGreaterThanOrEqualTo(expected.size());
                }
            }
        }
    }

    private static List<FoundDocument> all(SnapshotReading reading, IndexPlan index) throws IOException {
        List<FoundDocument> all = new ArrayList<>();
        for (int shard = 0; shard < index.shards(); shard++) {
            List<RangeSplit> places = new ArrayList<>();
            int first = all.size();
            try (ShardDocuments documents = reading.documents(index.name(), shard)) {
                for (DocumentCursor at = documents.next(); at != null; at = documents.next()) {
                    all.add(FoundDocument.withoutSource(at, shard).withoutType());
                    int number = at.number();
                    places.add(RangeSplit.unread(index.name(), shard, documents.segment(), number, number + 1));
                }
            }
            for (int i = 0; i < places.size(); i++) {
                RangeSplit place = places.get(i);
                try (DocumentCursor again = reading.document(index.name(), shard, place.segment(), place.from())) {
                    assertThat(again.next()).isTrue();
                    assertThat(FoundDocument.withoutSource(again, shard).withoutType())
                            .isEqualTo(all.get(first + i));
                }
            }
        }
        return all;
    }
}
