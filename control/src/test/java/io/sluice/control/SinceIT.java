package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.state.StateDirectory;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changed between two snapshots, carried into a target that has the first, with real servers and through the commands. */
class SinceIT {

    private static final System.Logger LOG = System.getLogger(SinceIT.class.getName());
    private static final int DOCUMENTS = 12_000;
    private static final int UPDATED = 3_000;
    private static final int DELETED = 4_000;
    private static final long LOOK_NANOS = 20_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> INDICES = List.of("grown", "merged", "idle", "routed", "recreated", "added");

    private static URI source;
    private static Path repository;

    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    private long bytesOfTheFirst;

    @BeforeAll
    static void takeTwoSnapshots() throws IOException {
        source = SharedServers.es7().endpoint();
        Servers.wipe(source);
        for (String index : List.of("grown", "merged", "idle", "recreated", "left")) {
            create(index);
        }
        create("routed");
        write("grown", 0, DOCUMENTS, "first", "");
        write("merged", 0, DOCUMENTS, "first", "");
        write("idle", 0, DOCUMENTS, "first", "");
        write("routed", 0, 500, "first", "\"routing\":\"r%d\",");
        write("recreated", 0, 100, "first", "");
        write("left", 0, 100, "first", "");
        repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("since");
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/since",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}");
        take("first");
        change();
        take("second");
    }

    /** Two shards, no refresh of its own: how many segments there are is up to the test. */
    private static void create(String index) throws IOException {
        Servers.succeed(source, "PUT", "/" + index, """
                {"settings": {"number_of_shards": 2, "number_of_replicas": 0, "refresh_interval": "-1"},
                 "mappings": {"properties": {"n": {"type": "long"}}}}""");
    }

    private static void change() throws IOException {
        // Some of the old documents go, some come again, and some are new.
        delete("grown", 0, DELETED, "");
        write("grown", DELETED, DELETED + UPDATED, "second", "");
        write("grown", DOCUMENTS, DOCUMENTS + 1_000, "second", "");
        delete("grown", 100, 200, "");
        write("grown", 100, 150, "created again", "");
        // The same, and then every segment is another.
        delete("merged", 0, 50, "");
        write("merged", 50, 100, "second", "");
        Servers.succeed(source, "POST", "/merged/_forcemerge?max_num_segments=1", "");
        delete("routed", 0, 200, "\"routing\":\"r%d\",");
        write("routed", 200, 300, "second", "\"routing\":\"r%d\",");
        Servers.succeed(source, "PUT", "/grown/_mapping", "{\"properties\": {\"when\": {\"type\": \"keyword\"}}}");
        Servers.succeed(source, "POST", "/grown/_doc/with-new-field", "{\"n\": 1, \"when\": \"2026-01-01\"}");
        Servers.succeed(source, "DELETE", "/left", "");
        Servers.succeed(source, "DELETE", "/recreated", "");
        create("recreated");
        write("recreated", 50, 110, "another", "");
        create("added");
        write("added", 0, 300, "second", "");
    }

    private static void take(String name) throws IOException {
        Servers.succeed(source, "POST", "/_refresh", "");
        Servers.succeed(source, "PUT", "/_snapshot/since/" + name + "?wait_for_completion=true", "{}");
    }

    private static void write(String index, int from, int to, String text, String routing) throws IOException {
        StringBuilder bulk = new StringBuilder();
        for (int n = from; n < to; n++) {
            bulk.append("{\"index\":{%s\"_id\":\"d%d\"}}%n".formatted(routing.formatted(n % 7), n))
                    .append("{\"n\": %d, \"text\": \"%s %s\"}%n".formatted(n, text, noise(n)));
        }
        bulk(index, bulk);
    }

    /** Some hundred characters that cannot be compressed much. */
    private static String noise(int n) {
        byte[] bytes = new byte[100 + n % 200];
        new Random(n).nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static void delete(String index, int from, int to, String routing) throws IOException {
        StringBuilder bulk = new StringBuilder();
        for (int n = from; n < to; n++) {
            bulk.append("{\"delete\":{%s\"_id\":\"d%d\"}}%n".formatted(routing.formatted(n % 7), n));
        }
        bulk(index, bulk);
    }

    private static void bulk(String index, StringBuilder bulk) throws IOException {
        Servers.succeed(source, "POST", "/" + index + "/_bulk?refresh=true", bulk.toString());
    }

    @BeforeEach
    void carryTheFirst() throws Exception {
        Servers.wipe(target);
        configure("first", "unlimited", "");
        CommandRun first = CommandRun.in(folder).run("--json", "backfill", "start");
        assertThat(first.exitCode()).as("%s", first.err()).isZero();
        bytesOfTheFirst = json(first).at("/bytes/read").asLong();
    }

    @Test
    void carriesWhatChangedAndNothingElse() throws Exception {
        configure("second", "unlimited", "");

        CommandRun another = CommandRun.in(folder).run("backfill", "start", "--since", "first");
        CommandRun start = CommandRun.in(folder).run("--json", "backfill", "start", "--since", "first", "--replace");

        assertThat(another.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(another.err())
                .anyMatch(line -> line.contains("target index recreated") && line.contains("--replace"));
        assertThat(start.exitCode()).as("%s", start.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(start.err()).anyMatch(line -> line.contains("left") && line.contains("--delete-gone-indices"));
        JsonNode status = json(start);
        assertThat(status.at("/gone_indices/0/name").asText()).isEqualTo("left");
        assertEverythingIsEqual();
        JsonNode documents = status.path("documents");
        assertThat(documents.at("/deletes/carried").asInt()).isEqualTo(DELETED - 50 + 50 + 200);
        assertThat(documents.path("carried").asInt())
                .isEqualTo(DELETED + 200 + UPDATED + 1_000 + 50 + 1 + 50 + 100 + 300 + 60);
        assertThat(documents.path("superseded").asInt()).isZero();
        assertThat(documents.path("failed").asInt()).isZero();
        assertThat(documents.at("/left_out/unchanged").asInt()).isGreaterThanOrEqualTo(DOCUMENTS - 100);
        assertThat(documents.path("in_snapshot").asLong()).isEqualTo(BackfillReport.settled(status));
        LOG.log(
                System.Logger.Level.INFO,
                "{0} documents carried, {1} bytes read; {2} for the first snapshot as a whole",
                documents.path("carried"),
                status.at("/bytes/read"),
                bytesOfTheFirst);
        assertThat(mapping("grown").at("/properties/when/type").asText()).isEqualTo("keyword");

        CommandRun said = CommandRun.in(folder).run("backfill", "status");
        LOG.log(System.Logger.Level.INFO, String.join("\n", said.out()));
        assertThat(said.out()).contains("since first: 4,200 of the documents carried are deletes");
        assertThat(said.out()).contains("carried as a whole: added");

        CommandRun again = CommandRun.in(folder)
                .run("--json", "backfill", "start", "--fresh", "--since", "first", "--delete-gone-indices");

        assertThat(again.exitCode()).as("%s", again.err()).isZero();
        assertThat(json(again).at("/gone_indices/0/deleted").asBoolean()).isTrue();
        assertEverythingIsEqual();
        assertThat(Servers.call(target, "HEAD", "/left").status()).isEqualTo(404);
    }

    @Test
    void readsNothingOfWhatDidNotChange() throws Exception {
        configure("second", "unlimited", "indices: {include: [idle]}");

        CommandRun start = CommandRun.in(folder).run("--json", "backfill", "start", "--since", "first");

        assertThat(start.exitCode()).as("%s", start.err()).isZero();
        assertEqual("idle");
        assertThat(json(start).at("/documents/in_snapshot").asLong()).isZero();
        assertThat(json(start).at("/bytes/read").asLong()).isZero();
    }

    @Test
    void isKilledInTheMiddleOfWritesAndOfDeletesAndEndsTheSame() throws Exception {
        configure("second", "2500 docs/s", "indices: {include: [grown, merged]}");
        for (String untilAtLeast : List.of("/documents/carried", "/documents/deletes/carried")) {
            Process process = startInAProcess();
            try {
                awaitCount(untilAtLeast, 500, process);
            } finally {
                process.destroyForcibly().waitFor(1, TimeUnit.MINUTES); // SIGKILL
            }
        }
        configure("second", "unlimited", "indices: {include: [grown, merged]}");

        CommandRun last = CommandRun.in(folder).run("--json", "backfill", "start", "--since", "first");

        assertThat(last.exitCode()).as("%s", last.err()).isZero();
        assertEqual("grown");
        assertEqual("merged");
        JsonNode status = json(last);
        assertThat(status.at("/documents/in_snapshot").asLong()).isEqualTo(BackfillReport.settled(status));
    }

    @Test
    void refusesATargetThatIsNotKnownToHoldTheFirst() throws Exception {
        configure("second", "unlimited", "indices: {include: [idle, added]}");
        Files.delete(completionOf("idle"));

        CommandRun start = CommandRun.in(folder).run("backfill", "start", "--since", "first");

        assertThat(start.exitCode()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(start.out())
                .anyMatch(line -> line.contains("what changed of idle since first cannot be carried into idle")
                        && line.contains("none was carried to its end"));
        assertEqual("added");
    }

    private Path completionOf(String index) throws IOException {
        String uuid = Servers.succeed(source, "GET", "/" + index + "/_settings", "")
                .path(index)
                .at("/settings/index/uuid")
                .asText();
        return folder.resolve("state/since").resolve("complete").resolve(uuid + ".json");
    }

    @Test
    void refusesAQueryAndTheSameSnapshot() throws Exception {
        configure("second", "unlimited, query: {term: {n: 1}}", "");
        CommandRun query = CommandRun.in(folder).run("backfill", "start", "--since", "first");
        configure("second", "unlimited", "");
        CommandRun same = CommandRun.in(folder).run("backfill", "start", "--since", "second");

        assertThat(query.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(query.err()).anyMatch(line -> line.contains("--since is not possible with backfill.query"));
        assertThat(same.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    }

    private Process startInAProcess() throws IOException {
        return new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx768m",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "backfill",
                        "start",
                        "--since",
                        "first"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "process.log"))
                .start();
    }

    private void awaitCount(String field, long count, Process process) throws IOException {
        StateDirectory state = StateDirectory.of(folder.resolve("state").toString(), "since");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (state.status(BackfillStart.JOB)
                        .read()
                        .filter(status -> status.path("state").asText().equals("running"))
                        .map(status -> status.at(field).asLong())
                        .orElse(0L)
                < count) {
            assertThat(process.isAlive())
                    .as("%s", Files.readString(folder.resolve("process.log")))
                    .isTrue();
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void assertEverythingIsEqual() throws IOException {
        for (String index : INDICES) {
            assertEqual(index);
        }
    }

    private void assertEqual(String index) throws IOException {
        Servers.succeed(source, "POST", "/" + index + "/_refresh", "");
        DocumentComparison comparison = DocumentComparison.of(source, target, index);
        assertThat(comparison.isEqual()).as("%s", comparison).isTrue();
    }

    private JsonNode mapping(String index) throws IOException {
        return Servers.succeed(target, "GET", "/" + index + "/_mapping", "")
                .path(index)
                .path("mappings");
    }

    private static JsonNode json(CommandRun run) throws IOException {
        return JSON.readTree(String.join("\n", run.out()));
    }

    private void configure(String snapshot, String rate, String indices) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: since
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                %s
                backfill: {parallelism: 2, bulk: {max_bytes: 64kb}, rate: %s}
                """.formatted(target, snapshot, repository, indices, rate));
    }
}
