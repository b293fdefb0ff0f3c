package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateDirectory;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill that was stopped and is started again, with real servers, through its commands. */
class RestartIT {

    private static final int DOCUMENTS = 6_000;
    private static final long LOOK_NANOS = 50_000_000;

    private static URI source;
    private static Path repository;

    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeAll
    static void takeSnapshots() throws IOException {
        source = SharedServers.es7().endpoint();
        Servers.wipe(source);
        SampleData.load(source, DOCUMENTS, 7);
        repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("restart");
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/restart",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}");
        take("first");
        Servers.succeed(source, "PUT", "/threads/_doc/0", "{\"subject\":\"changed after the first snapshot\"}");
        Servers.succeed(source, "POST", "/threads/_flush", "");
        take("second");
    }

    private static void take(String name) throws IOException {
        Servers.succeed(source, "PUT", "/_snapshot/restart/" + name + "?wait_for_completion=true", "{}");
    }

    @BeforeEach
    void stopOneInTheMiddle() throws Exception {
        Servers.wipe(target);
        configure("second", "2000 docs/s");
        CompletableFuture<CommandRun> running =
                CompletableFuture.supplyAsync(() -> CommandRun.in(folder).run("backfill", "start"));
        awaitSettled(DOCUMENTS / 4, running);

        CommandRun stop = CommandRun.in(folder).run("backfill", "stop");

        assertThat(stop.exitCode()).as("%s", stop.err()).isZero();
        running.get(1, TimeUnit.MINUTES);
        configure("second", "unlimited");
    }

    @Test
    void itGoesOnFromTheSavepoint() throws Exception {
        CommandRun again = CommandRun.in(folder).run("backfill", "start");

        assertThat(again.exitCode()).as("%s", again.err()).isZero();
        assertThat(again.out()).anyMatch(line -> line.startsWith("Going on from"));
        assertEverythingIsEqual();
    }

    @Test
    void itBeginsAnewWhenATargetIndexIsGoneBecauseItsDocumentsAreToo() throws Exception {
        for (String index : SampleData.INDICES) {
            Servers.succeed(target, "DELETE", "/" + index, "");
        }

        CommandRun again = CommandRun.in(folder).run("backfill", "start");

        assertThat(again.exitCode()).as("%s", again.err()).isZero();
        assertEverythingIsEqual();
        assertThat(again.err()).anyMatch(line -> line.contains("begins anew"));
    }

    @Test
    void itBeginsAnewWhenTheSnapshotIsAnotherBecausePositionsMeanOtherDocuments() throws Exception {
        configure("first", "unlimited");

        CommandRun again = CommandRun.in(folder).run("backfill", "start");

        assertThat(again.exitCode()).as("%s", again.err()).isZero();
        assertThat(again.err()).anyMatch(line -> line.contains("begins anew"));
    }

    @Test
    void whatReplayHasDeletedBecauseTheSourceDidIsNotCarried() throws Exception {
        String uuid = Servers.succeed(source, "GET", "/threads/_settings", "")
                .at("/threads/settings/index/uuid")
                .asText();
        Path gone = Files.createDirectories(folder.resolve("state/restart/gone"));
        Files.writeString(gone.resolve(uuid + ".json"), "{}");
        Servers.succeed(target, "DELETE", "/threads", "");

        CommandRun again = CommandRun.in(folder).run("backfill", "start");

        assertThat(again.exitCode()).as("%s", again.err()).isZero();
        assertThat(String.join("\n", again.out()) + String.join("\n", again.err()))
                .contains("threads is not carried");
        assertThat(Servers.succeed(target, "GET", "/_aliases", "").has("threads"))
                .isFalse();
        assertThat(DocumentComparison.of(source, target, "books")).matches(DocumentComparison::isEqual);
    }

    private void configure(String snapshot, String rate) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: restart
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                backfill: {parallelism: 2, rate: %s, bulk: {max_bytes: 64kb}}
                """.formatted(target, snapshot, repository, rate));
    }

    private void awaitSettled(long documents, CompletableFuture<CommandRun> running) throws Exception {
        NumberedFile status =
                StateDirectory.of(folder.resolve("state").toString(), "restart").status(BackfillStart.JOB);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (BackfillReport.settled(status.read().orElseGet(RestartIT::nothing)) < documents) {
            assertThat(running).isNotDone();
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static ObjectNode nothing() {
        return JsonNodeFactory.instance.objectNode();
    }

    private void assertEverythingIsEqual() throws IOException {
        for (String index : SampleData.INDICES) {
            DocumentComparison comparison = DocumentComparison.of(source, target, index);
            assertThat(comparison.isEqual()).as("%s", comparison).isTrue();
        }
    }
}
