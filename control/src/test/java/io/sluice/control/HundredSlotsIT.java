package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred slots on a hundred small shards, in one process with the heap that the command has. */
class HundredSlotsIT {

    private static final int INDICES = 20;
    private static final int SHARDS = 5;
    private static final int DOCUMENTS_PER_INDEX = 30;

    /** Heap, classes, compiled code, five threads for each slot; more than that, and slots keep what they do not use. */
    private static final int MOST_MEGABYTES = 800;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final Path repository =
            SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("hundred");

    @TempDir
    private Path folder;

    @BeforeEach
    void takeASnapshot() throws IOException {
        Servers.wipe(source);
        Servers.wipe(target);
        StringBuilder bulk = new StringBuilder();
        for (int index = 0; index < INDICES; index++) {
            Servers.succeed(
                    source,
                    "PUT",
                    "/" + name(index),
                    "{\"settings\":{\"number_of_shards\":" + SHARDS + ",\"number_of_replicas\":0}}");
            for (int number = 0; number < DOCUMENTS_PER_INDEX; number++) {
                bulk.append("{\"index\":{\"_index\":\"%s\",\"_id\":\"%d\"}}\n".formatted(name(index), number));
                bulk.append("{\"index\":%d,\"number\":%d}\n".formatted(index, number));
            }
        }
        Servers.succeed(source, "POST", "/_bulk?refresh=true", bulk.toString());
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/hundred",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}");
        Servers.succeed(source, "PUT", "/_snapshot/hundred/one?wait_for_completion=true", "{}");
    }

    @Test
    void carryEveryDocumentOfEveryShard() throws Exception {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: hundred
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: one, repository: {fs: "%s"}}
                backfill: {parallelism: %d}
                """.formatted(target, repository, INDICES * SHARDS));

        ScriptRun run = ScriptRun.of(
                folder,
                Duration.ofMinutes(2),
                "-c",
                folder.resolve("migration.yaml").toString(),
                "backfill",
                "start");

        System.out.printf("A hundred slots on a hundred shards: %d MB of memory at most.%n", run.peakMegabytes());
        assertThat(run.exitCode()).as("%s", run.err()).isZero();
        assertThat(run.peakMegabytes()).isLessThan(MOST_MEGABYTES);
        JsonNode status = run.json();
        assertThat(status.get("readers").asInt()).isEqualTo(INDICES * SHARDS);
        assertThat(status.at("/documents/carried").asInt()).isEqualTo(INDICES * DOCUMENTS_PER_INDEX);
        assertThat(status.get("indices"))
                .hasSize(INDICES)
                .allMatch(index -> index.get("complete").asBoolean());
        for (int index = 0; index < INDICES; index++) {
            DocumentComparison comparison = DocumentComparison.of(source, target, name(index));
            assertThat(comparison.isEqual()).as("%s", comparison).isTrue();
        }
    }

    private static String name(int index) {
        return "small-" + index;
    }
}
