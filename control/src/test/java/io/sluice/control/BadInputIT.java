package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.sluice.fixtures.Fixture;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Snapshot;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users get wrong, and what repositories hold that a target does not take: one line that says what, where and what to do. */
class BadInputIT {

    private static final int LONGEST_ID_BYTES = 512;

    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(target);
    }

    @ParameterizedTest
    @CsvSource({"nowhere, the folder does not exist", "empty, it has neither index.latest nor index-N nor index"})
    void aFolderThatIsNoRepository(String name, String why) throws IOException {
        Files.createDirectory(folder.resolve("empty"));
        configure(target, "snap-1", folder.resolve(name), "*");

        assertThat(refused("backfill", "start"))
                .contains("no snapshot repository at " + folder.resolve(name))
                .contains(why);
    }

    @Test
    void aSnapshotThatIsNotThereIsToldWithThoseThatAre() throws IOException {
        configure(target, "snap-9", Fixture.of(Fixture.ES_7).repository("r1"), "*");

        assertThat(refused("backfill", "start"))
                .contains("snap-9")
                .contains("snap-1")
                .contains("snap-2");
    }

    @Test
    void aPartialSnapshotIsRefusedWithTheShardsItLacksAndCarriedWithoutThemWhenAllowed() throws IOException {
        configure(target, "snap-4-partial", Fixture.of(Fixture.ES_7).repository("r1"), "*");

        assertThat(refused("backfill", "start"))
                .contains("PARTIAL")
                .contains("unassigned[0]")
                .contains("--allow-partial");

        CommandRun allowed = CommandRun.in(folder).run("--json", "backfill", "start", "--allow-partial");

        assertThat(allowed.exitCode()).as("%s", allowed.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        JsonNode status = new ObjectMapper().readTree(String.join("\n", allowed.out()));
        assertThat(status.path("failed_shards")).singleElement().satisfies(shard -> {
            assertThat(shard.path("index").asText()).isEqualTo("unassigned");
            assertThat(shard.path("shard").asInt()).isZero();
        });
    }

    @Test
    void aTargetThatRefusesConnections() throws IOException {
        URI nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
        configure(nobody, "snap-1", Fixture.of(Fixture.ES_7).repository("r1"), "*");

        assertThat(refused("backfill", "start")).contains(nobody.toString());
    }

    /** A server of one answer stands in for a cluster with another password. */
    @Test
    void aWrongPasswordIsToldAndNotPrinted() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] answer = "{\"error\":\"Unauthorized\",\"status\":401}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(401, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            configure(
                    URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                    "snap-1",
                    Fixture.of(Fixture.ES_7).repository("r1"),
                    "*");

            assertThat(refused("backfill", "start")).contains("401").doesNotContain("hush");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anIdThatIsTooLongForTheTargetIsInTheFailureFilesAndTheOthersArrive() throws IOException {
        Fixture fixture = Fixture.of(Fixture.ES_2);
        List<String> tooLong = new ArrayList<>();
        int fit = 0;
        for (JsonNode document : fixture.snapshot("snap-1").at("/indices/multi/docs")) {
            String id = document.path("_id").asText();
            if (id.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID_BYTES) {
                tooLong.add(id);
            } else {
                fit++;
            }
        }
        assertThat(tooLong).isNotEmpty();
        configure(target, "snap-1", fixture.repository("r1"), "multi");
        makeForTheMigration("multi", fixture);

        CommandRun run = CommandRun.in(folder).run("--json", "backfill", "start");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        JsonNode documents =
                new ObjectMapper().readTree(String.join("\n", run.out())).get("documents");
        assertThat(documents.path("failed").asInt()).isEqualTo(tooLong.size());
        assertThat(documents.path("carried").asInt()).isEqualTo(fit);
        assertThat(documents.at("/left_out/percolator_query").asInt()).isEqualTo(1);
        assertThat(FailureLines.in(folder.resolve("state/bad")))
                .extracting(line -> line.at("/action/index/_id").asText())
                .containsExactlyInAnyOrderElementsOf(tooLong);
    }

    /** By hand: the mapping of an index this old has types that the target does not know. */
    private void makeForTheMigration(String index, Fixture fixture) throws IOException {
        try (BlobStore store = fixture.open("r1")) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot("snap-1");
            IndexMetadata metadata = repository.indexMetadata(snapshot, Fixture.indexOf(snapshot, index));
            Servers.succeed(
                    target,
                    "PUT",
                    "/" + index,
                    "{\"mappings\":{\"_meta\":{\"sluice\":{\"migration\":\"bad\",\"source_uuid\":\"%s\"}}}}"
                            .formatted(metadata.uuid()));
        }
    }

    private void configure(URI endpoint, String snapshot, Path repository, String index) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: bad
                state: ./state
                target: {endpoint: "%s", auth: {basic: {username: u, password: "hush"}}}
                snapshot: {name: %s, repository: {fs: "%s"}}
                indices: {include: ["%s"]}
                """.formatted(endpoint, snapshot, repository, index));
    }

    /** The one line of the error. */
    private String refused(String... arguments) {
        CommandRun run = CommandRun.in(folder).run(arguments);
        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).as("errors").hasSize(1);
        return run.err().get(0);
    }
}
