package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.backfill.SnapshotStreams;
import io.sluice.control.FixtureTarget.Shown;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
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
 * <p>Nearly all indices are made beforehand and map nothing, so that what is compared are the documents: many mappings of these
 * versions are unknown to the target.
 */
class FixturesIT {

    private static final int LONGEST_ID_BYTES = 512;

    /** Their source is not stored as it was sent; the command names each. */
    private static final Set<String> WITHOUT_WHOLE_SOURCE =
            Set.of("src_disabled", "src_filtered", "src_synthetic", "src_derived", "logsdb", "tsdb");

    /** Documents of several types have the same id: refused, unless {@code metadata.types} says otherwise. */
    private static final Set<String> SHARING_IDS = Set.of("types", "family");

    /** Its documents of one id were on several shards before it was shrunk: it gets as many again. */
    private static final String SHRUNK = "routed_shrunk";

    /** Its documents of one routing are on several shards. */
    private static final String PARTITIONED = "routed_part";

    /** Each of their documents has a routing, and one id is there under several. */
    private static final Set<String> ROUTED = Set.of("routed", "routed_required", PARTITIONED, SHRUNK);

    private final URI endpoint = SharedServers.openSearch2().endpoint();
    private final FixtureTarget target = new FixtureTarget(endpoint, "fixtures");

    @TempDir
    private Path folder;

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(endpoint);
    }

    @ParameterizedTest
    @MethodSource("io.sluice.fixtures.Fixture#keys")
    void everyDocumentIsOnTheTarget(String key) throws IOException {
        Fixture fixture = Fixture.of(key);
        String snapshot = fixture.snapshot("snap-2").isMissingNode() ? "up-1" : "snap-2";
        JsonNode truth = fixture.snapshot(snapshot);
        Set<String> carried = comparable(key, truth);
        Set<String> refused = new TreeSet<>(SHARING_IDS);
        refused.retainAll(carried);
        Map<String, IndexMetadata> indices = FixtureTarget.indices(fixture, snapshot);
        for (String index : carried) {
            if (!isMadeByTheCommand(key, index)) {
                target.make(index, indices.get(index), "");
            }
        }
        Map<String, Set<String>> streams = streams(carried, indices);
        Set<String> chosenBy = new TreeSet<>(carried);
        streams.values().forEach(chosenBy::removeAll);
        chosenBy.addAll(streams.keySet());
        configure(snapshot, fixture.repository(truth.path("repo").asText()), chosenBy);

        CommandRun run = CommandRun.in(folder).run("--json", "backfill", "start");

        assertThat(run.exitCode()).as("%s", run.err()).isIn(ExitCode.DONE, ExitCode.DONE_WITH_DIFFERENCES);
        JsonNode status = new ObjectMapper().readTree(String.join("\n", run.out()));
        assertThat(refusedIndices(status)).as("refused").isEqualTo(refused);
        assertThat(status.path("failed_shards")).isEmpty();
        assertThat(status.at("/documents/left_out").fieldNames()).toIterable().isSubsetOf("percolator_query");
        carried.removeAll(refused);
        Set<String> failed = failedIds();
        for (String index : carried) {
            compare(indices.get(index), truth, failed);
        }
        assertThat(failed).as("failed for no reason that is known").isEmpty();
        for (Map.Entry<String, Set<String>> stream : streams.entrySet()) {
            assertThat(Servers.succeed(endpoint, "GET", "/_alias/" + stream.getKey(), "")
                            .fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrderElementsOf(stream.getValue());
        }
        if (carried.contains(SHRUNK)) {
            assertThat(target.setting(SHRUNK, "number_of_shards"))
                    .isGreaterThan(indices.get(SHRUNK).shards());
        }
        if (carried.contains(PARTITIONED)) {
            assertThat(target.setting(PARTITIONED, "routing_partition_size")).isEqualTo(2);
        }
    }

    /** The indices of each data stream among some. */
    private static Map<String, Set<String>> streams(Set<String> indices, Map<String, IndexMetadata> of) {
        Map<String, Set<String>> streams = new TreeMap<>();
        for (String index : indices) {
            String stream = SnapshotStreams.streamOf(of.get(index));
            if (stream != null) {
                streams.computeIfAbsent(stream, fresh -> new TreeSet<>()).add(index);
            }
        }
        return streams;
    }

    /** These must be made with other settings than others; the target knows their mappings, but for the one with {@code _all}. */
    private static boolean isMadeByTheCommand(String key, String index) {
        return index.equals(SHRUNK) || (index.equals(PARTITIONED) && !key.equals(Fixture.ES_6_FROM_5));
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
    private void compare(IndexMetadata index, JsonNode truth, Set<String> failed) throws IOException {
        String name = index.name();
        List<Shown> expected = new ArrayList<>();
        Set<String> expectedToFail = new TreeSet<>();
        for (JsonNode document : truth.path("indices").path(name).path("docs")) {
            FoundDocument one = FoundDocument.of(document);
            if (isTooLong(one.id())) {
                expectedToFail.add(name + " " + one.id());
            } else {
                expected.add(Shown.of(one, index));
            }
        }
        assertThat(target.shown(name)).as(name).containsExactlyInAnyOrderElementsOf(expected);
        if (ROUTED.contains(name)) {
            assertThat(target.found(name, expected)).as(name).isEqualTo(expected);
        }
        assertThat(failed).containsAll(expectedToFail);
        failed.removeAll(expectedToFail);
    }

    private static boolean isTooLong(String id) {
        return id.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID_BYTES;
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

    private void configure(String snapshot, Path repository, Set<String> indices) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: fixtures
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                indices: {include: %s}
                """.formatted(
                        endpoint, snapshot, repository, new ObjectMapper().writeValueAsString(indices)));
    }
}
