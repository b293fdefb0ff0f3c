package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.fixtures.CanonicalJson;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Snapshot;
import io.sluice.testkit.DocumentScan;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Snapshots of real clusters of every version, carried into a real OpenSearch and read back: every document equals what
 * its cluster said of it, but for those that a rule or the target's answer names.
 *
 * <p>The indices are made beforehand and map nothing, so that what is compared are the documents: many mappings of these
 * versions are unknown to the target.
 */
class FixturesIT {

    private static final int LONGEST_ID_BYTES = 512;
    private static final long FIRST_WITH_SEQUENCE_NUMBERS = 6_000_000;

    /** Their source is not stored as it was sent; the command names each. */
    private static final Set<String> WITHOUT_WHOLE_SOURCE =
            Set.of("src_disabled", "src_filtered", "src_synthetic", "src_derived", "logsdb", "tsdb");

    /** Several documents of a shard have the same id, of several types or after the index was shrunk: refused. */
    private static final Set<String> SHARING_IDS = Set.of("types", "family", "routed_shrunk");

    private final URI target = SharedServers.openSearch2().endpoint();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(target);
    }

    /** A document as the target must show it. */
    private record Shown(String id, String routing, long version, String sha256) {}

    @ParameterizedTest
    @MethodSource("io.sluice.fixtures.Fixture#keys")
    void everyDocumentIsOnTheTarget(String key) throws IOException {
        Fixture fixture = Fixture.of(key);
        String snapshot = fixture.snapshot("snap-2").isMissingNode() ? "up-1" : "snap-2";
        JsonNode truth = fixture.snapshot(snapshot);
        Set<String> carried = comparable(key, truth);
        Set<String> refused = new TreeSet<>(SHARING_IDS);
        refused.retainAll(carried);
        Map<String, Long> fences = makeIndices(fixture, truth, snapshot, carried);
        configure(snapshot, fixture.repository(truth.path("repo").asText()), carried);

        CommandRun run = CommandRun.in(folder).run("--json", "backfill", "start");

        assertThat(run.exitCode()).as("%s", run.err()).isIn(ExitCode.DONE, ExitCode.DONE_WITH_DIFFERENCES);
        JsonNode status = new ObjectMapper().readTree(String.join("\n", run.out()));
        assertThat(refusedIndices(status)).as("refused").isEqualTo(refused);
        assertThat(status.path("failed_shards")).isEmpty();
        assertThat(status.at("/documents/left_out").fieldNames()).toIterable().isSubsetOf("percolator_query");
        carried.removeAll(refused);
        Set<String> failed = failedIds();
        for (String index : carried) {
            compare(index, truth, fences.get(index), failed);
        }
        assertThat(failed).as("failed for no reason that is known").isEmpty();
    }

    private static Set<String> comparable(String key, JsonNode truth) {
        Set<String> indices = new TreeSet<>();
        truth.path("indices").fieldNames().forEachRemaining(indices::add);
        indices.removeAll(WITHOUT_WHOLE_SOURCE);
        boolean lacksVectors = key.equals(Fixture.ES_9) || key.equals(Fixture.OS_3);
        if (lacksVectors) {
            indices.remove("kinds");
        }
        return indices;
    }

    /** @param failed loses what had to fail */
    private void compare(String index, JsonNode truth, long created, Set<String> failed) throws IOException {
        List<Shown> expected = new ArrayList<>();
        Set<String> expectedToFail = new TreeSet<>();
        for (JsonNode document : truth.path("indices").path(index).path("docs")) {
            FoundDocument one = FoundDocument.of(document);
            if (isTooLong(one.id())) {
                expectedToFail.add(index + " " + one.id());
            } else {
                long fence = created < FIRST_WITH_SEQUENCE_NUMBERS ? one.version() : Math.max(0, one.seqNo());
                expected.add(new Shown(one.id(), one.routing(), fence, one.sha256()));
            }
        }
        assertThat(shown(index)).as(index).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(failed).containsAll(expectedToFail);
        failed.removeAll(expectedToFail);
    }

    private static boolean isTooLong(String id) {
        return id.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID_BYTES;
    }

    private List<Shown> shown(String index) throws IOException {
        List<Shown> documents = new ArrayList<>();
        DocumentScan.each(
                http,
                target,
                index,
                hit -> documents.add(new Shown(
                        hit.id(),
                        hit.routing(),
                        hit.version(),
                        CanonicalJson.sha256(hit.page(), hit.from(), hit.to() - hit.from()))));
        return documents;
    }

    private Set<String> failedIds() throws IOException {
        Set<String> ids = new TreeSet<>();
        for (JsonNode line : FailureLines.in(folder.resolve("state/fixtures"))) {
            ids.add(line.path("index").asText() + " "
                    + line.at("/action/index/_id").asText());
        }
        return ids;
    }

    private static Set<String> refusedIndices(JsonNode status) {
        Set<String> names = new TreeSet<>();
        status.path("refused_indices")
                .forEach(index -> names.add(index.path("name").asText()));
        return names;
    }

    /** The version that made each index, by its name. */
    private Map<String, Long> makeIndices(Fixture fixture, JsonNode truth, String snapshotName, Set<String> names)
            throws IOException {
        Map<String, Long> created = new TreeMap<>();
        try (BlobStore store = fixture.open(truth.path("repo").asText())) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(snapshotName);
            for (String name : names) {
                var metadata = repository.indexMetadata(snapshot, Fixture.indexOf(snapshot, name));
                created.put(
                        name, metadata.settings().path("index.version.created").asLong(FIRST_WITH_SEQUENCE_NUMBERS));
                Servers.succeed(target, "PUT", "/" + URLEncoder.encode(name, StandardCharsets.UTF_8), """
                        {"settings": {"number_of_shards": %d, "number_of_replicas": 0},
                         "mappings": {"dynamic": false, "_meta": {"sluice": {"migration": "fixtures", "source_uuid": "%s"}}}}
                        """.formatted(
                                metadata.shards(), metadata.uuid()));
            }
        }
        return created;
    }

    private void configure(String snapshot, Path repository, Set<String> indices) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: fixtures
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                indices: {include: %s}
                """.formatted(
                        target, snapshot, repository, new ObjectMapper().writeValueAsString(indices)));
    }
}
