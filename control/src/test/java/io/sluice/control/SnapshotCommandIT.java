package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.capture.read.Run;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateDirectory;
import io.sluice.replay.mark.ProxyMark;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots of sources without a capture. */
class SnapshotCommandIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final String place = UUID.randomUUID().toString();
    private URI source = URI.create("http://none");
    private Path repository = Path.of("none");

    @BeforeEach
    void beginWithElasticsearch() throws Exception {
        use(Distributions.ES_7_10_2);
    }

    private void use(Distribution distribution) throws IOException {
        source = SharedServers.of(distribution).endpoint();
        repository = SharedServers.repositoriesOf(distribution).resolve(place);
        Servers.wipe(source);
        Servers.succeed(source, "PUT", "/books", "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
        Servers.succeed(source, "PUT", "/books/_doc/1?refresh=true", "{\"n\":1}");
        Servers.succeed(source, "PUT", "/letters/_doc/1?refresh=true", "{\"n\":2}");
        configure("");
    }

    /** @param more of the section snapshot */
    private void configure(String more) throws IOException {
        configure("{fs: \"" + repository + "\"}", more);
    }

    private void configure(String where, String more) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: shelf
                source: {endpoint: "%s"}
                indices: {include: ["b*", "*ette*"], exclude: [letters]}
                snapshot: {name: snap-1, repository: %s%s}
                """.formatted(source, where, more));
    }

    private CommandRun run(String... arguments) {
        return CommandRun.in(folder).run(arguments);
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.out()).as("%s", run.err()).hasSize(1);
        return JSON.readTree(run.out().get(0));
    }

    private JsonNode snapshotsOfTheSource() throws IOException {
        return Servers.succeed(source, "GET", "/_snapshot/sluice-shelf/_all", "")
                .path("snapshots");
    }

    @ParameterizedTest
    @ValueSource(strings = {"es-7.10.2", "os-2.19.6"})
    void createTakesTheChosenIndicesAndTheRestShowsListsAndDeletesIt(String key) throws Exception {
        use(Distributions.all().stream()
                .filter(one -> one.key().equals(key))
                .findFirst()
                .orElseThrow());

        CommandRun early = run("snapshot", "status");
        CommandRun create = run("snapshot", "create", "--json");
        CommandRun status = run("snapshot", "status", "--json");
        CommandRun list = run("snapshot", "list");
        CommandRun again = run("snapshot", "create");
        CommandRun unasked = run("snapshot", "delete", "snap-1");
        CommandRun unknown = run("snapshot", "delete", "snap-2", "--yes");
        JsonNode before = snapshotsOfTheSource();
        CommandRun delete = run("snapshot", "delete", "snap-1", "--yes");

        assertThat(early.exitCode()).isEqualTo(4);
        assertThat(early.err()).singleElement().asString().contains("has no repository sluice-shelf yet");
        assertThat(create.exitCode()).as("%s", create.err()).isZero();
        assertThat(create.err()).contains("no capture is configured: the snapshot is taken without marks");
        JsonNode document = json(create);
        assertThat(document.path("state").asText()).isEqualTo("SUCCESS");
        assertThat(document.path("created").asBoolean()).isTrue();
        assertThat(document.path("uuid").asText())
                .isEqualTo(before.path(0).path("uuid").asText());
        assertThat(document.at("/shards/done").asInt()).isEqualTo(2);
        assertThat(document.at("/bytes/written").asLong())
                .isEqualTo(document.at("/bytes/to_write").asLong())
                .isPositive();
        assertThat(document.path("percent").asInt()).isEqualTo(100);
        assertThat(document.path("marks")).isEmpty();
        assertThat(before.path(0).path("indices").toString()).isEqualTo("[\"books\"]");
        assertThat(before.path(0).path("include_global_state").asBoolean(false)).isFalse();
        assertThat(status.exitCode()).isZero();
        assertThat(json(status).path("uuid")).isEqualTo(document.path("uuid"));
        assertThat(list.out()).hasSize(2).last().asString().startsWith("snap-1    SUCCESS  ");
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("snapshot snap-1 is there already");
        assertThat(unasked.exitCode()).isEqualTo(2);
        assertThat(unasked.err())
                .singleElement()
                .asString()
                .contains("Delete snapshot snap-1 of repository sluice-shelf");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(before).hasSize(1);
        assertThat(delete.exitCode()).as("%s", delete.err()).isZero();
        assertThat(snapshotsOfTheSource()).isEmpty();
    }

    @Test
    void aRepositoryThatIsNotAsConfiguredIsShownAndLeftAlone() throws Exception {
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/sluice-shelf",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"%s-other\",\"compress\":\"true\"}}"
                        .formatted(repository));
        JsonNode before = Servers.succeed(source, "GET", "/_snapshot", "");

        CommandRun run = run("snapshot", "create");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .singleElement()
                .asString()
                .contains("its compress is true, configured is not set")
                .contains("its location is " + repository + "-other, configured is " + repository + ".");
        assertThat(Servers.succeed(source, "GET", "/_snapshot", "")).isEqualTo(before);
    }

    @Test
    void anotherRepositoryInTheSamePlaceIsRefusedAndCanBeUsedItself() throws Exception {
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/own",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"%s\"}}".formatted(repository));

        CommandRun second = run("snapshot", "create");
        configure(", registered_as: own");
        CommandRun own = run("snapshot", "create");

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err()).singleElement().asString().endsWith("snapshot.registered_as: own");
        assertThat(own.exitCode()).as("%s", own.err()).isZero();
    }

    @Test
    void whatTheSourceDoesNotAllowIsSaidWithWhatToDo() throws Exception {
        configure("{fs: \"" + folder.resolve("elsewhere") + "\"}", "");
        CommandRun outside = run("snapshot", "create");
        configure("{s3: {bucket: snapshots, prefix: a/b}}", "");
        CommandRun bucket = run("snapshot", "create");
        configure("{url: \"http://127.0.0.1:1/r\"}", "");
        CommandRun readOnly = run("snapshot", "create");
        CommandRun many = run("snapshot", "delete", "snap-*", "--yes");

        assertThat(outside.exitCode()).isEqualTo(1);
        assertThat(outside.err()).singleElement().asString().contains("Add the folder to path.repo");
        assertThat(bucket.exitCode()).isEqualTo(1);
        assertThat(bucket.err()).singleElement().asString().contains("[s3]").contains("the plugin repository-s3");
        assertThat(readOnly.exitCode()).isEqualTo(2);
        assertThat(readOnly.err()).singleElement().asString().contains("can only be read");
        assertThat(many.exitCode()).isEqualTo(2);
    }

    @Test
    void aShardThatCannotBeReadStopsItUnlessAPartIsAllowed() throws Exception {
        Servers.succeed(
                source,
                "PUT",
                "/broken?wait_for_active_shards=0",
                "{\"settings\":{\"number_of_shards\":1,\"index.routing.allocation.require._name\":\"nobody\"}}");

        CommandRun whole = run("snapshot", "create");
        CommandRun part = run("snapshot", "create", "--allow-partial", "--json");

        assertThat(whole.exitCode()).isEqualTo(1);
        assertThat(whole.err()).last().asString().contains("broken");
        assertThat(part.exitCode()).as("%s", part.err()).isEqualTo(3);
        JsonNode failed = json(part).path("failed_shards");
        assertThat(failed).hasSize(1);
        assertThat(failed.at("/0/index").asText()).isEqualTo("broken");
        assertThat(failed.at("/0/shard").asInt()).isZero();
    }

    @Test
    void marksOfACreateThatWasKilledHoldOnlyIfTheSourceTookTheOrderAfterThem() throws Exception {
        NumberedFile file =
                StateDirectory.of(folder.resolve(".sluice").toString(), "shelf").snapshot();
        ProxyMark mark = new ProxyMark(new Run(UUID.randomUUID(), 7), List.of(new ProxyMark.InPartition(0, 1, null)));
        SnapshotRecord marked = SnapshotRecord.marked("sluice-shelf", "snap-1", List.of(mark));
        assertThat(run("snapshot", "create").exitCode()).isZero();

        file.update(before -> marked.begun().toJson());
        CommandRun begun = run("snapshot", "create");
        SnapshotRecord goneOn = SnapshotCreation.read(file).orElseThrow();
        file.update(before -> marked.toJson());
        CommandRun notKnown = run("snapshot", "create");
        SnapshotRecord withoutMarks = SnapshotCreation.read(file).orElseThrow();

        assertThat(begun.exitCode()).as("%s", begun.err()).isZero();
        assertThat(goneOn.stage()).isEqualTo(SnapshotRecord.Stage.TAKEN);
        assertThat(goneOn.marks()).containsExactly(mark);
        assertThat(notKnown.exitCode()).as("%s", notKnown.err()).isZero();
        assertThat(withoutMarks.marks()).isEmpty();
        assertThat(withoutMarks.indices()).isEqualTo(goneOn.indices());
    }

    @Test
    void oneThatIsUnderWayIsWatchedToItsEnd() throws Exception {
        loadMegabytes(2);
        configure(", settings: {max_snapshot_bytes_per_sec: 1mb}");

        CompletableFuture<CommandRun> first = CompletableFuture.supplyAsync(() -> run("snapshot", "create"));
        JsonNode underWay = json(awaitUnderWay(first));
        CommandRun delete = run("snapshot", "delete", "snap-1", "--yes");
        CommandRun second = run("snapshot", "create");

        assertThat(underWay.path("state").asText()).isEqualTo("IN_PROGRESS");
        assertThat(underWay.at("/shards/total").asInt()).isEqualTo(3);
        assertThat(delete.exitCode()).isEqualTo(1);
        assertThat(delete.err()).singleElement().asString().contains("--abort");
        assertThat(second.exitCode()).as("%s", second.err()).isZero();
        assertThat(second.out())
                .contains("snapshot snap-1 is under way already")
                .anyMatch(line -> line.startsWith("snapshot snap-1: SUCCESS, 2 indices, 3 of 3 shards"));
        assertThat(first.get(60, TimeUnit.SECONDS).exitCode()).isZero();
        assertThat(snapshotsOfTheSource()).hasSize(1);
    }

    @Test
    void oneThatIsUnderWayIsGivenUpOnlyWhenThatIsWanted() throws Exception {
        use(Distributions.OS_2_19_6);
        loadMegabytes(3);
        configure(", settings: {max_snapshot_bytes_per_sec: 200kb}");

        CompletableFuture<CommandRun> create = CompletableFuture.supplyAsync(() -> run("snapshot", "create"));
        awaitUnderWay(create);
        CommandRun abort = run("snapshot", "delete", "snap-1", "--abort", "--yes");

        assertThat(abort.exitCode()).as("%s", abort.err()).isZero();
        assertThat(create.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(1);
        assertThat(snapshotsOfTheSource()).isEmpty();
    }

    /** Incompressible. */
    private void loadMegabytes(int megabytes) throws IOException {
        Random random = new Random(7);
        byte[] noise = new byte[12 << 10];
        for (int i = 0; i < megabytes; i++) {
            StringBuilder bulk = new StringBuilder();
            for (int j = 0; j < 64; j++) {
                random.nextBytes(noise);
                String text = Base64.getEncoder().encodeToString(noise);
                bulk.append("{\"index\":{}}\n{\"t\":\"").append(text).append("\"}\n");
            }
            Servers.succeed(source, "POST", "/big/_bulk?refresh=true", bulk.toString());
        }
    }

    private CommandRun awaitUnderWay(CompletableFuture<CommandRun> create) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            CommandRun status = run("snapshot", "status", "--json");
            if (status.exitCode() == 4 && status.out().get(0).contains("IN_PROGRESS")) {
                return status;
            }
            assertThat(create.isDone()).as("it is over before it was seen").isFalse();
            assertThat(System.nanoTime()).as("it never begins").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
