package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents as large as the target takes, and larger, in the heap that the command has. */
class LargeDocumentIT {

    private static final String INDEX = "archive";
    private static final int SMALL = 400;

    /** The default of {@code http.max_content_length}, which the target has: 100 MB. */
    private static final int MOST_OF_A_REQUEST = 100 << 20;

    /** The line that goes before a document in a bulk, and the line's end behind it, are not longer. */
    private static final int ACTION_BYTES = 160;

    /** OpenSearch refuses strings of more than 50 million characters, whatever the request's size. */
    private static final int PART_BYTES = 999_999;

    /** Room for several copies of a request: its bytes, the translog's, those of the segment being written. */
    private static final int SERVER_HEAP_MEGABYTES = 1536;

    private static ServerProcess source;
    private static ServerProcess target;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startServers() {
        CompletableFuture<ServerProcess> starting = CompletableFuture.supplyAsync(
                () -> start(setup(Distributions.ES_7_10_2).withSetting("http.max_content_length", "200mb")));
        target = start(setup(Distributions.OS_2_19_6));
        source = starting.join();
    }

    private static ServerSetup setup(Distribution distribution) {
        return ServerSetup.of(distribution)
                .withHeapMegabytes(SERVER_HEAP_MEGABYTES)
                .withRepositories(Path.of("repositories"));
    }

    private static ServerProcess start(ServerSetup setup) {
        try {
            return ServerProcess.start(setup);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stopServers() throws IOException {
        source.close();
        target.close();
    }

    @Test
    void oneThatFitsArrivesAndOneThatDoesNotIsInTheFailureFilesAndAllAroundThemArrives() throws Exception {
        String fits = document(1, MOST_OF_A_REQUEST - ACTION_BYTES);
        load(fits, document(2, MOST_OF_A_REQUEST + 1));
        configure();

        ScriptRun run = ScriptRun.of(
                folder,
                Duration.ofMinutes(2),
                "-c",
                folder.resolve("migration.yaml").toString(),
                "backfill",
                "start");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(3);
        JsonNode documents = run.json().get("documents");
        assertThat(documents.get("carried").asInt()).isEqualTo(SMALL + 1);
        assertThat(documents.get("failed").asInt()).isEqualTo(1);
        assertThat(FailureLines.in(folder.resolve("state/large")))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.at("/action/index/_id").asText()).isEqualTo("too-large");
                    assertThat(line.get("status").asInt()).isEqualTo(413);
                    assertThat(line.get("reason").asText()).isNotEmpty();
                    assertThat(line.get("source_bytes").asInt()).isEqualTo(MOST_OF_A_REQUEST + 1);
                });
        assertThat(count()).isEqualTo(SMALL + 1);
        assertThat(Servers.call(target.endpoint(), "GET", "/" + INDEX + "/_source/fits")
                        .body()
                        .equals(fits))
                .isTrue();
    }

    private static void load(String fits, String tooLarge) throws IOException {
        URI at = source.endpoint();
        Servers.succeed(
                at,
                "PUT",
                "/" + INDEX,
                "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0},\"mappings\":{\"enabled\":false}}");
        small(0, SMALL / 3);
        Servers.succeed(at, "PUT", "/" + INDEX + "/_doc/fits", fits);
        small(SMALL / 3, SMALL / 2);
        Servers.succeed(at, "PUT", "/" + INDEX + "/_doc/too-large", tooLarge);
        small(SMALL / 2, SMALL);
        Servers.succeed(
                at,
                "PUT",
                "/_snapshot/large",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + source.repositoryFolder() + "\"}}");
        Servers.succeed(at, "PUT", "/_snapshot/large/one?wait_for_completion=true", "{\"indices\":\"" + INDEX + "\"}");
    }

    private static void small(int from, int to) throws IOException {
        StringBuilder bulk = new StringBuilder();
        for (int number = from; number < to; number++) {
            bulk.append("{\"index\":{\"_id\":\"").append(number).append("\"}}\n{\"number\":");
            bulk.append(number).append("}\n");
        }
        Servers.succeed(source.endpoint(), "POST", "/" + INDEX + "/_bulk", bulk.toString());
    }

    /** @return of exactly so many bytes, which no compression makes small */
    private static String document(long seed, int bytes) {
        byte[] random = new byte[PART_BYTES / 4 * 3];
        new Random(seed).nextBytes(random);
        String part = Base64.getEncoder().encodeToString(random);
        StringBuilder text = new StringBuilder(bytes).append("{\"parts\":[\"\"");
        while (text.length() + 2 * PART_BYTES < bytes) {
            text.append(",\"").append(part).append('"');
        }
        text.append(",\"");
        text.append("x".repeat(bytes - text.length() - 3)).append("\"]}");
        return text.toString();
    }

    private void configure() throws IOException {
        Files.writeString(
                folder.resolve("migration.yaml"), """
                name: large
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: one, repository: {fs: "%s"}}
                indices: {include: [%s]}
                backfill: {parallelism: 2}
                """.formatted(target.endpoint(), source.repositoryFolder(), INDEX));
    }

    private static int count() throws IOException {
        Servers.succeed(target.endpoint(), "POST", "/" + INDEX + "/_refresh", "");
        return Servers.succeed(target.endpoint(), "GET", "/" + INDEX + "/_count", "")
                .get("count")
                .asInt();
    }
}
