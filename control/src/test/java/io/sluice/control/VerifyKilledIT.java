package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.state.StateDirectory;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verification that is killed while it looks again at what it found, when no checkpoint can be taken. */
class VerifyKilledIT {

    private static final int DOCUMENTS = 500;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeEach
    void lackEverything() throws IOException {
        for (URI cluster : List.of(source, target)) {
            Servers.wipe(cluster);
            Servers.succeed(
                    cluster, "PUT", "/books", "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0}}");
        }
        StringBuilder books = new StringBuilder();
        for (int i = 0; i < DOCUMENTS; i++) {
            books.append("{\"index\":{\"_id\":\"%d\"}}\n{\"n\":%d}\n".formatted(i, i));
        }
        Servers.succeed(source, "POST", "/books/_bulk?refresh=true", books.toString());
        Files.writeString(folder.resolve("migration.yaml"), """
                name: verify
                state: "%s"
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                """.formatted(folder.resolve("state"), source, target));
    }

    @Test
    void killedInTheSecondLookItReportsTheSame() throws Exception {
        // Half a second for each hundred that it looks at.
        try (VerifyProcess process = VerifyProcess.start(folder, "--parallelism", "1", "--rate", "200 docs/s")) {
            process.killAt(VerifyKilledIT::hasDecidedOnSome);
        }
        List<String> before = decided();
        assertThat(before).hasSizeBetween(1, DOCUMENTS - 1);

        VerifyRun run = VerifyRun.in(folder);

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(decided())
                .as("what was decided on is not decided on anew")
                .containsAll(before)
                .doesNotHaveDuplicates()
                .hasSize(DOCUMENTS);
        assertThat(run.words()).hasSize(DOCUMENTS).doesNotHaveDuplicates().allMatch(line -> line.startsWith("missing"));

        VerifyRun undisturbed = VerifyRun.in(folder, "--fresh");
        assertThat(withoutItsRun(run)).isEqualTo(withoutItsRun(undisturbed));
        assertThat(run.words()).isEqualTo(undisturbed.words());
    }

    private static boolean hasDecidedOnSome(StateDirectory state) throws IOException {
        return !decided(state.root()).isEmpty();
    }

    private List<String> decided() throws IOException {
        return decided(folder.resolve("state/verify"));
    }

    /** Of which documents it was written down what is to be told. */
    private static List<String> decided(Path state) throws IOException {
        List<String> keys = new ArrayList<>();
        if (!Files.isDirectory(state.resolve("verify"))) {
            return keys;
        }
        List<Path> batches;
        try (Stream<Path> all = Files.walk(state.resolve("verify"))) {
            batches = all.filter(file -> file.toString().matches(".*/decided/\\d+-\\d+\\.json"))
                    .toList();
        }
        for (Path batch : batches) {
            for (JsonNode line : JSON.readTree(batch.toFile()).path("lines")) {
                keys.add(line.path("key").asText());
            }
        }
        return keys;
    }

    private static JsonNode withoutItsRun(VerifyRun run) {
        ObjectNode rest = run.report().deepCopy();
        rest.remove(List.of("run", "files"));
        rest.path("indices").forEach(index -> ((ObjectNode) index).remove("examples"));
        return rest;
    }
}
