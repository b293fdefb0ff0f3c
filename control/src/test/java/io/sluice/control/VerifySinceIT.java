package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real clusters that were equal, and what was written to them since. */
class VerifySinceIT {

    private static final int DOCUMENTS = 300;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeEach
    void makeThemEqual() throws IOException {
        for (URI cluster : List.of(source, target)) {
            Servers.wipe(cluster);
            fill(cluster, "books");
        }
        Files.writeString(folder.resolve("migration.yaml"), """
                name: verify
                state: "%s"
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                """.formatted(folder.resolve("state"), source, target));
    }

    private static void fill(URI cluster, String index) throws IOException {
        Servers.succeed(
                cluster,
                "PUT",
                "/" + index,
                "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0},\"mappings\":{\"properties\":"
                        + "{\"notes\":{\"type\":\"nested\"}}}}");
        StringBuilder bulk = new StringBuilder();
        for (int n = 0; n < DOCUMENTS; n++) {
            bulk.append("{\"index\":{\"_id\":\"%d\",\"version\":0,\"version_type\":\"external_gte\"}}\n".formatted(n))
                    .append("{\"n\":%d,\"notes\":[{\"a\":1},{\"a\":2}]}\n".formatted(n));
        }
        Servers.succeed(cluster, "POST", "/" + index + "/_bulk?refresh=true", bulk.toString());
    }

    @Test
    void onlyWhatWasWrittenSinceIsComparedAndWhatASideLostIsFound() throws Exception {
        CommandRun tooEarly = CommandRun.in(folder).run("verify", "--since");
        assertThat(tooEarly.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(String.join("\n", tooEarly.err())).contains("no point to go on from. Verify without --since");
        VerifyRun.in(folder).requireEqual();

        write(source, "1", "{\"n\":1000}");
        write(target, "1", "{\"n\":1000}");
        write(source, "2", "{\"n\":-2,\"notes\":[{\"a\":1},{\"a\":2}]}");
        Servers.succeed(source, "DELETE", "/books/_doc/3", "");
        Servers.succeed(target, "DELETE", "/books/_doc/4", "");
        write(target, "5", "{\"n\":-5,\"notes\":[{\"a\":1},{\"a\":2}]}");
        write(source, "6", "{\"n\":6,\"notes\":[{\"a\":1},{\"a\":2}]}");
        write(source, "new", "{}");
        VerifyRun since = VerifyRun.in(folder, "--since");

        assertThat(since.exitCode()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(since.words())
                .containsExactly("different 2 n", "different 5 n", "extra 3", "missing 4", "missing new");
        assertThat(since.report().at("/documents/source").asInt()).isEqualTo(DOCUMENTS);
        assertThat(since.report().at("/documents/unchanged").asInt()).isEqualTo(DOCUMENTS - 4);
        assertThat(since.report().at("/documents/equal").asInt()).isEqualTo(DOCUMENTS - 4);

        fill(source, "more");
        fill(target, "more");
        VerifyRun repair = VerifyRun.in(folder, "--since", "--repair");

        assertThat(repair.exitCode()).as("%s", repair.lines()).isZero();
        assertThat(repair.words()).isEqualTo(since.words());
        assertThat(repair.report().at("/since/read_whole").toString()).isEqualTo("[\"more\"]");

        VerifyRun atRest = VerifyRun.in(folder, "--since");

        atRest.requireEqual();
        assertThat(atRest.report().at("/since/read_whole")).isEmpty();
        assertThat(atRest.report().at("/documents/unchanged").asInt()).isEqualTo(2 * DOCUMENTS);
    }

    private static void write(URI cluster, String id, String document) throws IOException {
        Servers.succeed(cluster, "PUT", "/books/_doc/" + id, document);
    }
}
