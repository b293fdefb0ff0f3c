package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A circle with what breaks a replay of requests, in acts of one migration: documents that come to the target in an order in which
 * it would choose other types than the source, pipelines that make other documents of them, and writes that no proxy has seen.
 */
class CircleBreakersIT {

    private static final String TYPED = "typed";
    private static final String BORN = "born";

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2)
            .resolve(UUID.randomUUID().toString());

    @TempDir
    private Path folder;

    private KafkaProcess kafka;
    private Circle circle;

    @BeforeEach
    void begin() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        PipelineWrites.prepare(source);
        kafka = KafkaProcess.start(KafkaSetup.single());
        Files.writeString(folder.resolve("migration.yaml"), """
                name: breakers
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                capture: {brokers: "%s", partitions: 4}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {max: 64mb}}
                replay: {parallelism: 2, catch_up: 20}
                """.formatted(source, target, repository, kafka.address()));
        assertThat(Circle.run(folder, "capture", "create-topic").exitCode()).isZero();
        circle = new Circle(folder, source, target, 0);
    }

    @AfterEach
    void end() throws Exception {
        circle.close();
        kafka.close();
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(source, "DELETE", "/_ingest/pipeline/*", "");
    }

    @Test
    void theTargetIsAsTheSourceIsWhateverWouldChangeDocumentsOnTheWay() throws Exception {
        CircleClient one = new CircleClient(circle.endpoint());
        CircleClient other = new CircleClient(circle.endpoint());
        writeText(one, TYPED);
        PipelineWrites.write(one, "early", "first");
        circle.done("snapshot", "create");
        writeNumbers(other, TYPED);
        writeText(one, BORN);
        writeNumbers(other, BORN);
        PipelineWrites.write(other, "late", "early");

        CompletableFuture<CommandRun> replay = circle.running("replay", "start", "--json");
        circle.awaitReplayed(replay);
        assertNumbersCameFirst();
        circle.done("backfill", "start");
        JsonNode status = circle.awaitCaughtUp(replay);

        circle.requireSame(status);
        assertNothingIsDoubtful(status);
        assertSameTypes(TYPED);
        assertSameTypes(BORN);
        assertWritesBesideTheProxyAreFound(replay);
    }

    /** Where they come first, the fields are texts. */
    private static void writeText(CircleClient client, String index) throws IOException {
        client.put(
                "/" + index + "/_doc/first", "{\"x\": \"n/a\", \"when\": \"n/a\", \"y\": 1, \"deep\": {\"z\": \"a\"}}");
    }

    /** Where they come first, the fields are a long, a date, a float and a long. */
    private static void writeNumbers(CircleClient client, String index) throws IOException {
        client.put(
                "/" + index + "/_doc/second",
                "{\"x\": 7, \"when\": \"2026-01-01\", \"y\": 1.5, \"deep\": {\"z\": 12}}");
    }

    /** So the target has seen them in the order in which the source has not. */
    private void assertNumbersCameFirst() throws IOException {
        assertThat(Servers.call(target, "GET", "/" + TYPED + "/_doc/second").status())
                .isEqualTo(200);
        assertThat(Servers.call(target, "GET", "/" + TYPED + "/_doc/first").status())
                .isEqualTo(404);
    }

    private void assertSameTypes(String index) throws IOException {
        String path = "/" + index + "/_mapping";
        JsonNode there = Servers.succeed(target, "GET", path, "").at("/" + index + "/mappings/properties");
        assertThat(there.at("/x/type").asText()).isEqualTo("text");
        assertThat(there).isEqualTo(Servers.succeed(source, "GET", path, "").at("/" + index + "/mappings/properties"));
    }

    private static void assertNothingIsDoubtful(JsonNode status) {
        for (String trouble : List.of("failed", "unknown", "held", "gaps", "late")) {
            assertThat(status.at("/exchanges/" + trouble).asLong())
                    .as("%s, %s", trouble, status)
                    .isZero();
        }
    }

    /** First while nothing runs that could close the gaps, and then with a replay. */
    private void assertWritesBesideTheProxyAreFound(CompletableFuture<CommandRun> replay) throws Exception {
        circle.done("replay", "stop");
        assertThat(replay.get().exitCode()).as("%s", replay.get().err()).isZero();
        Servers.succeed(source, "PUT", "/books/_doc/beside", "{\"n\": 1}");
        Servers.succeed(source, "PUT", "/books/_doc/late", "{\"n\": 2}");
        Servers.succeed(source, "DELETE", "/books/_doc/late-plain", "");
        List<String> beside = List.of("different late", "extra late-plain", "missing beside");
        assertThat(found(VerifyRun.in(folder))).isEqualTo(beside);

        CompletableFuture<CommandRun> again = circle.running("replay", "start", "--json");
        new CircleClient(circle.endpoint()).put("/books/_doc/through", "{\"n\": 3}");
        JsonNode status = circle.awaitCaughtUp(again);
        // A replay that looks for what was not captured closes the gaps by itself; beside any other, verify does.
        if (!status.has("not_captured")) {
            assertThat(found(VerifyRun.in(folder, "--repair"))).isEqualTo(beside);
        }
        circle.requireSame(status);
        circle.done("replay", "stop");
        assertThat(again.get().exitCode()).as("%s", again.get().err()).isZero();
    }

    /** What differs: verdicts, as they were before a repair, and ids. */
    private static List<String> found(VerifyRun run) {
        return run.lines().stream()
                .map(line ->
                        line.path("verdict").asText() + " " + line.path("id").asText())
                .sorted()
                .toList();
    }
}
