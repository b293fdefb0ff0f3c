package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.fixtures.CanonicalJson;
import io.sluice.fixtures.Fixture;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Snapshot;
import io.sluice.testkit.DocumentScan;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indices whose sources are not stored, or in part, carried into a real OpenSearch. */
class RebuildIT {

    private static final String SNAPSHOT = "snap-2";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI target = SharedServers.openSearch2().endpoint();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(target);
    }

    /** The target makes the index by the mapping of the source, without what only the source's server knows. */
    @ParameterizedTest
    @ValueSource(strings = {Fixture.ES_8, Fixture.ES_9})
    void carriesTheSourceThatTheServerMade(String key) throws Exception {
        configure(key, "src_synthetic", true);

        JsonNode status = status(ExitCode.DONE);

        JsonNode index = status.at("/indices/0");
        assertThat(index.path("carried").asLong()).isEqualTo(25);
        assertThat(index.path("rebuilt").asLong()).isEqualTo(25);
        assertThat(index.at("/source/stored").asText()).isEqualTo("synthetic");
        assertThat(status.at("/documents/left_out")).isEmpty();
        assertThat(shown("src_synthetic")).isEqualTo(expected(key, "src_synthetic"));
    }

    /** A mapping that stores everything, so that it can be seen what arrived. */
    @Test
    void countsAndDescribesWhatIsRebuilt() throws Exception {
        makeIndex(Fixture.ES_6, "src_disabled");
        configure(Fixture.ES_6, "src_disabled", true);

        JsonNode status = status(ExitCode.DONE);

        assertThat(status.at("/documents/rebuilt").asLong()).isEqualTo(25);
        assertThat(status.at("/documents/carried").asLong()).isEqualTo(25);
        JsonNode source = status.at("/indices/0/source");
        assertThat(source.path("rebuilt").asBoolean()).isTrue();
        assertThat(source.path("lost").toString()).isEqualTo("{\"has neither stored values nor doc values\":[\"t\"]}");
        assertThat(source.at("/approximate/several values come sorted").toString())
                .isEqualTo("[\"arr\",\"b\",\"f\",\"n\"]");
        assertThat(String.join(
                        "\n", CommandRun.in(folder).run("backfill", "status").out()))
                .contains(
                        "rebuilt: the sources of 25 documents of src_disabled, whose mapping has them disabled",
                        "  lost: t (has neither stored values nor doc values)",
                        "  approximate: arr, b, f, n (several values come sorted)");
        assertThat(shown("src_disabled")).hasSize(25);
    }

    /** They are in the shard until its replicas need them no more. */
    @Test
    void sendsTheOriginalWhereOneIsKeptForRecovery() throws Exception {
        makeIndex(Fixture.OS_2, "src_filtered");
        configure(Fixture.OS_2, "src_filtered", false);

        JsonNode status = status(ExitCode.DONE);

        assertThat(status.at("/documents/carried").asLong()).isEqualTo(25);
        assertThat(status.at("/documents/rebuilt").asLong()).isZero();
        assertThat(status.at("/documents/left_out")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"src_disabled", "src_filtered"})
    void leavesOutByRuleUnlessItIsTold(String name) throws Exception {
        makeIndex(Fixture.ES_6, name);
        configure(Fixture.ES_6, name, false);

        JsonNode status = status(ExitCode.DONE_WITH_DIFFERENCES);

        assertThat(status.at("/documents/left_out/source_not_stored").asLong()).isEqualTo(25);
        assertThat(status.at("/documents/carried").asLong()).isZero();
        assertThat(String.join(
                        "\n", CommandRun.in(folder).run("backfill", "status").out()))
                .contains(name, "backfill.rebuild_source: true");

        configure(Fixture.ES_6, name, true);
        JsonNode told = status(ExitCode.DONE);
        assertThat(told.at("/documents/left_out")).as("it begins anew").isEmpty();
        assertThat(told.at("/documents/rebuilt").asLong()).isEqualTo(25);
    }

    /** Of Lucene 6 and before no doc values are read. */
    @ParameterizedTest
    @ValueSource(strings = {Fixture.ES_1, Fixture.ES_2, Fixture.ES_5})
    void rebuildsAnOldIndexFromStoredFieldsAlone(String key) throws Exception {
        makeIndex(key, "src_disabled");
        configure(key, "src_disabled", true);

        JsonNode status = status(ExitCode.DONE);

        assertThat(status.at("/documents/rebuilt").asLong()).isEqualTo(25);
        assertThat(status.at("/indices/0/source/lost").toString())
                .contains("made before Elasticsearch 6", "\"arr\",\"b\",\"f\",\"k\",\"n\",\"o.x.y\",\"t\",\"ts\"");
        byte[] first = "{\"st\":\"stored0\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(shown("src_disabled")).hasSize(25).containsEntry("s0", CanonicalJson.sha256(first, 0, first.length));
    }

    /** A part is carried as a part, and the rest is named. */
    @Test
    void carriesThePartThatAnOldIndexStores() throws Exception {
        makeIndex(Fixture.ES_5, "src_filtered");
        configure(Fixture.ES_5, "src_filtered", true);

        JsonNode status = status(ExitCode.DONE);

        assertThat(status.at("/documents/rebuilt").asLong()).isEqualTo(25);
        assertThat(status.at("/indices/0/source/lost").toString())
                .contains("made before Elasticsearch 6", "\"arr\",\"b\",\"f\",\"t\",\"ts\"");
        assertThat(shown("src_filtered")).isEqualTo(expected(Fixture.ES_5, "src_filtered"));
    }

    @Test
    void namesTheFormatThatItCannotRebuildFrom() throws Exception {
        makeIndex(Fixture.ES_8, "logsdb");
        configure(Fixture.ES_8, "logsdb", true);

        JsonNode status = status(ExitCode.DONE_WITH_DIFFERENCES);

        assertThat(status.at("/failed_shards/0/reason").asText())
                .contains("logsdb[0]", "the doc values format ES819TSDB of ");
        assertThat(status.at("/documents/carried").asLong()).isZero();
        assertThat(status.at("/documents/failed").asLong()).isEqualTo(30);
    }

    private static Map<String, String> expected(String key, String index) {
        Map<String, String> expected = new HashMap<>();
        Fixture.of(key)
                .snapshot(SNAPSHOT)
                .at("/indices/" + index + "/docs")
                .forEach(document -> expected.put(
                        document.path("_id").asText(), document.path("sha256").asText()));
        return expected;
    }

    private JsonNode status(int exitCode) throws Exception {
        CommandRun run = CommandRun.in(folder).run("--json", "backfill", "start");
        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(exitCode);
        return JSON.readTree(String.join("\n", run.out()));
    }

    private Map<String, String> shown(String index) throws IOException {
        Map<String, String> documents = new HashMap<>();
        DocumentScan.each(
                http,
                target,
                index,
                hit -> documents.put(hit.id(), CanonicalJson.sha256(hit.page(), hit.from(), hit.to() - hit.from())));
        return documents;
    }

    private void makeIndex(String key, String name) throws IOException {
        try (BlobStore store = Fixture.of(key).open("r1")) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(SNAPSHOT);
            IndexMetadata metadata = repository.indexMetadata(snapshot, Fixture.indexOf(snapshot, name));
            Servers.succeed(target, "PUT", "/" + name, """
                    {"settings": {"number_of_shards": %d, "number_of_replicas": 0},
                     "mappings": {"dynamic": false, "_meta": {"sluice": {"migration": "rebuild", "source_uuid": "%s"}}}}
                    """.formatted(metadata.shards(), metadata.uuid()));
        }
    }

    private void configure(String key, String index, boolean rebuild) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: rebuild
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                indices: {include: ["%s"]}
                backfill: {rebuild_source: %s}
                """.formatted(
                        target, SNAPSHOT, Fixture.of(key).repository("r1"), index, rebuild));
    }
}
