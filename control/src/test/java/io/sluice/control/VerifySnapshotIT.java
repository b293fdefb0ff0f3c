package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real target compared with a snapshot that a real source took, of which nothing else is known any more. */
class VerifySnapshotIT {

    private static final int DOCUMENTS = 600;
    private static final int UNWANTED = 60;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeEach
    void carryASnapshot() throws IOException {
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(
                source,
                "PUT",
                "/books",
                "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0},\"mappings\":{\"properties\":"
                        + "{\"notes\":{\"type\":\"nested\"}}}}");
        StringBuilder bulk = new StringBuilder();
        for (int n = 0; n < DOCUMENTS; n++) {
            bulk.append(
                            n % 7 == 0
                                    ? "{\"index\":{\"_id\":\"%d\",\"routing\":\"r%d\"}}\n".formatted(n, n % 3)
                                    : "{\"index\":{\"_id\":\"%d\"}}\n".formatted(n))
                    .append("{ \"n\":%d,\"kind\":\"%s\",\"price\":1.50,\"secret\":%d,\"notes\":[{\"a\":1},{\"a\":2}]}\n"
                            .formatted(n, n % 10 == 0 ? "draft" : "book", n));
        }
        Servers.succeed(source, "POST", "/books/_bulk?refresh=true", bulk.toString());
        Servers.succeed(source, "POST", "/books/_doc/17/_update", "{\"doc\":{\"price\":2.0}}");
        // The source is stored as it was sent: this one is no JSON.
        byte[] yaml = "---\nn: 1\nkind: book\nsecret: 1\n".getBytes(StandardCharsets.UTF_8);
        assertThat(Servers.call(source, "PUT", "/books/_doc/yaml", "application/yaml", yaml)
                        .isOk())
                .isTrue();
        Path repository =
                SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("verified-" + folder.getFileName());
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/verified",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"%s\"}}".formatted(repository));
        Servers.succeed(source, "PUT", "/_snapshot/verified/first?wait_for_completion=true", "{\"indices\":\"books\"}");
        Files.writeString(folder.resolve("migration.yaml"), """
                name: verify
                state: "%s"
                target: {endpoint: "%s"}
                snapshot: {name: first, repository: {fs: "%s"}}
                indices: {include: ["books"]}
                documents: {drop: [secret]}
                backfill: {parallelism: 2, query: {term: {kind: book}}}
                """.formatted(folder.resolve("state"), target, repository));
        CommandRun backfill = CommandRun.in(folder).run("backfill", "start");
        assertThat(backfill.exitCode()).as("%s", backfill.err()).isZero();
    }

    @Test
    void exactlyWhatDiffersFromTheSnapshotIsFound() throws Exception {
        VerifyRun equal = VerifyRun.in(folder, "--against", "snapshot");

        equal.requireEqual();
        assertThat(equal.report().path("snapshot").asText()).isEqualTo("first");
        for (String count : List.of("source", "target", "equal")) {
            assertThat(equal.report().at("/documents/" + count).asInt()).isEqualTo(DOCUMENTS - UNWANTED + 1);
        }

        Servers.succeed(target, "DELETE", "/books/_doc/11", "");
        Servers.succeed(
                target,
                "PUT",
                "/books/_doc/22",
                "{\"n\":22,\"kind\":\"book\",\"price\":1.5,\"notes\":[{\"a\":1},{\"a\":2}]}");
        Servers.succeed(target, "PUT", "/books/_doc/10", "{\"n\":10,\"kind\":\"draft\"}");
        Servers.succeed(target, "PUT", "/books/_doc/more?refresh=true", "{}");
        VerifyRun different = VerifyRun.in(folder, "--against", "snapshot");

        assertThat(different.exitCode()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(different.words())
                .containsExactly("different 22 price (target_is_newer)", "extra 10", "extra more", "missing 11");
    }

    @Test
    void aSnapshotDoesNotTellWhatIsToBeRepaired() {
        CommandRun run = CommandRun.in(folder).run("verify", "--against", "snapshot", "--repair");

        assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(String.join("\n", run.err())).contains("--repair", "backfill start --fresh");
    }
}
