package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.control.FixtureTarget.Shown;
import io.sluice.control.state.StateDirectory;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indices with several mapping types whose documents share ids, carried in each way that keeps all of them. */
class TypesIT {

    /** Each has 50 ids and more that several types have; the routing of a child of {@code family} is its parent's id. */
    private static final List<String> INDICES = List.of("types", "family");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LOOK_NANOS = 50_000_000;

    private final URI endpoint = SharedServers.openSearch2().endpoint();
    private final FixtureTarget target = new FixtureTarget(endpoint, "types");

    @TempDir
    private Path folder;

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {Fixture.ES_1, Fixture.ES_2, Fixture.ES_2_FROM_1, Fixture.ES_5, Fixture.ES_6_FROM_5})
    void everyDocumentIsInTheIndexOfItsType(String key) throws IOException {
        Map<String, IndexMetadata> indices = indices(key);
        for (IndexMetadata index : indices.values()) {
            for (String type : index.types()) {
                target.make("old-" + index.name() + "-" + type, index, type);
            }
        }
        configure(key, "split", "unlimited");

        JsonNode status = start(ExitCode.DONE);

        assertThat(status.at("/documents/carried").asInt()).isPositive();
        for (IndexMetadata index : indices.values()) {
            JsonNode completion = completion(index);
            for (String type : index.types()) {
                String name = "old-" + index.name() + "-" + type;
                List<Shown> expected = expected(key, index).getOrDefault(type, List.of());
                assertThat(target.shown(name)).as(name).containsExactlyInAnyOrderElementsOf(expected);
                assertThat(target.found(name, expected)).as(name).isEqualTo(expected);
                assertThat(completion.at("/targets/" + type).asText()).isEqualTo(name);
            }
        }
    }

    @Test
    void anIndexOfItsOwnHasTheMappingOfItsTypeAlone() throws IOException {
        configure(Fixture.ES_5, "{types: split}", "unlimited");

        start(ExitCode.DONE_WITH_DIFFERENCES); // family is refused

        JsonNode user = Servers.succeed(endpoint, "GET", "/old-types-user/_mapping", "");
        JsonNode other = Servers.succeed(endpoint, "GET", "/old-types-a-b.c/_mapping", "");
        assertThat(user.at("/old-types-user/mappings/properties").has("hash")).isTrue();
        assertThat(other.at("/old-types-a-b.c/mappings/properties").has("n")).isTrue();
        assertThat(other.at("/old-types-a-b.c/mappings/properties").has("hash")).isFalse();
        assertThat(other.at("/old-types-a-b.c/mappings/_meta/sluice/type").asText())
                .isEqualTo("a-b.c");
    }

    @Test
    void everyDocumentIsThereUnderItsTypeAndId() throws IOException {
        Map<String, IndexMetadata> indices = indices(Fixture.ES_5);
        for (IndexMetadata index : indices.values()) {
            target.make("old-" + index.name(), index, "");
        }
        configure(Fixture.ES_5, "prefix", "unlimited");

        start(ExitCode.DONE);

        for (IndexMetadata index : indices.values()) {
            List<Shown> expected = new ArrayList<>();
            expected(Fixture.ES_5, index)
                    .forEach((type, documents) -> documents.forEach(one -> expected.add(
                            new Shown(type + "#" + one.id(), one.routing(), one.version(), one.sha256()))));
            String name = "old-" + index.name();
            assertThat(target.shown(name)).as(name).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(target.found(name, expected)).as(name).isEqualTo(expected);
        }
    }

    @Test
    void anIndexIsRefusedByNameWhereTheUserWantsIt() throws IOException {
        configure(Fixture.ES_5, "fail", "unlimited");

        JsonNode status = start(ExitCode.DONE_WITH_DIFFERENCES);

        assertThat(status.path("refused_indices"))
                .hasSize(2)
                .allSatisfy(index -> assertThat(index.path("reason").asText()).contains("metadata.types is fail"));
        assertThat(Servers.succeed(endpoint, "GET", "/_cat/indices/old-*?format=json", ""))
                .isEmpty();
    }

    @Test
    void aDocumentThatFailsIsDrivenAgainIntoTheIndexOfItsType() throws IOException {
        IndexMetadata types = indices(Fixture.ES_5).get("types");
        for (String type : types.types()) {
            target.make("old-types-" + type, types, type);
        }
        Servers.succeed(endpoint, "PUT", "/old-types-user/_mapping", "{\"dynamic\": \"strict\"}");
        configure(Fixture.ES_5, "{types: split}", "unlimited");
        int users = expected(Fixture.ES_5, types).get("user").size();

        JsonNode status = start(ExitCode.DONE_WITH_DIFFERENCES);

        assertThat(status.at("/documents/failed").asInt()).isEqualTo(users);
        assertThat(FailureLines.in(folder.resolve("state/types")))
                .hasSize(users)
                .allSatisfy(line -> {
                    assertThat(line.path("index").asText()).isEqualTo("types");
                    assertThat(line.path("target").asText()).isEqualTo("old-types-user");
                });

        Servers.succeed(endpoint, "PUT", "/old-types-user/_mapping", "{\"dynamic\": false}");
        CommandRun redrive = CommandRun.in(folder).run("backfill", "failures", "--redrive");

        assertThat(redrive.exitCode()).as("%s", redrive.err()).isZero();
        assertThat(target.shown("old-types-user"))
                .containsExactlyInAnyOrderElementsOf(
                        expected(Fixture.ES_5, types).get("user"));
    }

    /** Its positions would skip documents that are in another index, or under other ids. */
    @Test
    void aSavepointOfAnotherPolicyIsNotGoneOnFrom() throws Exception {
        IndexMetadata types = indices(Fixture.ES_5).get("types");
        configure(Fixture.ES_5, "{types: prefix}", "20 docs/s");
        CompletableFuture<CommandRun> running =
                CompletableFuture.supplyAsync(() -> CommandRun.in(folder).run("backfill", "start"));
        awaitSettled(20, running);
        CommandRun stop = CommandRun.in(folder).run("backfill", "stop");
        assertThat(stop.exitCode()).as("%s", stop.err()).isZero();
        running.get(1, TimeUnit.MINUTES);
        configure(Fixture.ES_5, "{types: split}", "unlimited");

        CommandRun again = CommandRun.in(folder).run("backfill", "start");

        assertThat(again.exitCode()).as("%s", again.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(again.err()).anyMatch(line -> line.contains("begins anew"));
        for (Map.Entry<String, List<Shown>> type : expected(Fixture.ES_5, types).entrySet()) {
            assertThat(target.shown("old-types-" + type.getKey())).containsExactlyInAnyOrderElementsOf(type.getValue());
        }
    }

    /** Not of several types, but its documents share ids too: those that lay on three shards before it was shrunk to one. */
    @Test
    void aShrunkIndexKeepsTheShardsThatItGotWhenItIsCarriedAgain() throws IOException {
        configure(Fixture.ES_7, "union", "unlimited");
        Path file = folder.resolve("migration.yaml");
        Files.writeString(file, Files.readString(file).replace("[types, family]", "routed_shrunk"));
        start(ExitCode.DONE);
        int shards = target.setting("old-routed_shrunk", "number_of_shards");

        CommandRun again = CommandRun.in(folder).run("backfill", "start", "--fresh");

        assertThat(again.exitCode()).as("%s", again.err()).isZero();
        assertThat(again.out()).contains("routed_shrunk: %d shards on the target, 1 in the source".formatted(shards));
        assertThat(shards).isEqualTo(3);
        assertThat(target.shown("old-routed_shrunk")).hasSize(103);
    }

    private void awaitSettled(long documents, CompletableFuture<CommandRun> running) throws Exception {
        var status =
                StateDirectory.of(folder.resolve("state").toString(), "types").status(BackfillStart.JOB);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (BackfillReport.settled(status.read().orElseGet(JsonNodeFactory.instance::objectNode)) < documents) {
            assertThat(running).isNotDone();
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private JsonNode start(int exitCode) throws IOException {
        CommandRun run = CommandRun.in(folder).run("--json", "backfill", "start");
        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(exitCode);
        return JSON.readTree(String.join("\n", run.out()));
    }

    private JsonNode completion(IndexMetadata index) throws IOException {
        return JSON.readTree(
                folder.resolve("state/types/complete/" + index.uuid() + ".json").toFile());
    }

    /** The documents of an index by their types. */
    private static Map<String, List<Shown>> expected(String key, IndexMetadata index) {
        Map<String, List<Shown>> byType = new TreeMap<>();
        JsonNode truth = Fixture.of(key).snapshot(snapshot(key)).path("indices").path(index.name());
        for (FoundDocument document : FoundDocument.expected(truth)) {
            byType.computeIfAbsent(document.type(), type -> new ArrayList<>()).add(Shown.of(document, index));
        }
        return byType;
    }

    private static Map<String, IndexMetadata> indices(String key) throws IOException {
        Map<String, IndexMetadata> indices = FixtureTarget.indices(Fixture.of(key), snapshot(key));
        indices.keySet().retainAll(INDICES);
        return indices;
    }

    private static String snapshot(String key) {
        return Fixture.of(key).snapshot("snap-2").isMissingNode() ? "up-1" : "snap-2";
    }

    private void configure(String key, String types, String rate) throws IOException {
        String snapshot = snapshot(key);
        Path repository = Fixture.of(key)
                .repository(Fixture.of(key).snapshot(snapshot).path("repo").asText());
        Files.writeString(folder.resolve("migration.yaml"), """
                name: types
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                indices: {include: [types, family], rename: [{from: "*", to: "old-*"}]}
                metadata: {types: %s}
                backfill: {rate: %s, bulk: {max_bytes: 1kb}}
                """.formatted(endpoint, snapshot, repository, types, rate));
    }
}
