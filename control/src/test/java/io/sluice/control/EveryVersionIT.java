package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.fixtures.CanonicalJson;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentScan;
import io.sluice.testkit.DocumentScan.Hit;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A living cluster of every version that starts on a JDK of today: filled, changed, snapshotted twice, carried into a
 * real OpenSearch, and every document of both sides read and compared. Older versions are in {@link FixturesIT}.
 */
class EveryVersionIT {

    private static final Logger LOG = LoggerFactory.getLogger(EveryVersionIT.class);

    private static final long SEED = 20261124;
    private static final int SAMPLES = 3000;
    private static final int HEAP_MEGABYTES = 384;

    private final URI target = SharedServers.openSearch2().endpoint();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    /** A document as both sides must show it. */
    private record Shown(String id, String routing, long fence, String sha256) {}

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(target);
    }

    /** Of those that no other test starts, the one that most clusters run. */
    @Test
    void everyDocumentOfElasticsearch8IsOnTheTarget() throws IOException {
        everyDocumentIsOnTheTarget(Distributions.ES_8_19_21);
    }

    static Stream<Distribution> others() {
        return Distributions.all().stream().filter(distribution -> distribution != Distributions.ES_8_19_21);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("others")
    void everyDocumentIsOnTheTarget(Distribution distribution) throws IOException {
        assumeThat(distribution.obstacle())
                .as("%s cannot start here", distribution)
                .isEmpty();
        ServerSetup setup = ServerSetup.of(distribution)
                .withHeapMegabytes(HEAP_MEGABYTES)
                .withRepositories(Path.of("repositories"));
        try (ServerProcess source = ServerProcess.start(setup)) {
            fill(source);

            CommandRun run = CommandRun.in(folder).run("--json", "backfill", "start");

            assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE);
            compare(source, new ObjectMapper().readTree(String.join("\n", run.out())));
        }
    }

    private void fill(ServerProcess source) throws IOException {
        HardDocuments documents = new HardDocuments(source);
        SampleData.load(source, SAMPLES, SEED);
        documents.first();
        snapshot(source, "one");
        documents.second();
        snapshot(source, "two");
    }

    private void snapshot(ServerProcess source, String name) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: live
                state: ./state
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                """.formatted(
                        source.endpoint(), target, name, source.repositoryFolder()));

        CommandRun run = CommandRun.in(folder).run("--json", "snapshot", "create");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE);
        JsonNode taken = new ObjectMapper().readTree(String.join("\n", run.out()));
        assertThat(taken.path("state").asText()).isEqualTo("SUCCESS");
        assertThat(taken.at("/bytes/total").asLong()).isPositive();
        assertThat(taken.at("/bytes/written").asLong())
                .isEqualTo(taken.at("/bytes/to_write").asLong())
                .isPositive();
        assertThat(taken.at("/shards/done").asInt())
                .isEqualTo(taken.at("/shards/total").asInt())
                .isPositive();
        CommandRun status = CommandRun.in(folder).run("--json", "snapshot", "status");
        assertThat(status.exitCode()).as("%s", status.err()).isEqualTo(ExitCode.DONE);
    }

    private void compare(ServerProcess source, JsonNode status) throws IOException {
        Map<String, Integer> expected = new TreeMap<>();
        for (String index : Stream.concat(SampleData.INDICES.stream(), HardDocuments.INDICES.stream())
                .toList()) {
            List<Shown> documents = shown(source.endpoint(), index, Hit::seqNo);
            expected.put(index, documents.size());
            assertThat(shown(target, index, Hit::version))
                    .as(index)
                    .isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(documents);
        }
        Map<String, Integer> carried = new TreeMap<>();
        for (JsonNode index : status.path("indices")) {
            carried.put(index.path("name").asText(), index.path("carried").asInt());
        }
        assertThat(carried).as("carried, by the command").isEqualTo(expected);
        int all = expected.values().stream().mapToInt(Integer::intValue).sum();
        JsonNode documents = status.path("documents");
        assertThat(documents.path("carried").asInt()).isEqualTo(all);
        assertThat(documents.path("in_snapshot").asInt()).isEqualTo(all);
        assertThat(documents.path("left_out")).isEmpty();
        assertThat(BackfillReport.hasLosses(status)).as("%s", status).isFalse();
        LOG.info("{}: {} documents of {} indices are equal.", source.distribution(), all, expected.size());
    }

    private List<Shown> shown(URI endpoint, String index, ToLongFunction<Hit> fence) throws IOException {
        List<Shown> documents = new ArrayList<>();
        DocumentScan.each(
                http,
                endpoint,
                index,
                hit -> documents.add(new Shown(
                        hit.id(),
                        hit.routing(),
                        fence.applyAsLong(hit),
                        CanonicalJson.sha256(hit.page(), hit.from(), hit.to() - hit.from()))));
        return documents;
    }
}
