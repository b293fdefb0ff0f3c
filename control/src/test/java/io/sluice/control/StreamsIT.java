package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data streams on both roads: what a snapshot has of them, and what was captured since, with either of the two first. */
class StreamsIT {

    private static final Distribution SOURCE = Distributions.OS_1_3_20;
    private static final String TIME = "\"@timestamp\":\"2026-12-01T00:00:00Z\"";

    /** Those that are carried under their own names, when all is over. */
    private static final Set<String> KEPT = Set.of("events", "events-2026.11.30", "late", "again");

    private final URI source = SharedServers.of(SOURCE).endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final Path repository =
            SharedServers.repositoriesOf(SOURCE).resolve(UUID.randomUUID().toString());

    @TempDir
    private Path folder;

    private KafkaProcess kafka;
    private Circle circle;

    private void begin() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        kafka = KafkaProcess.start(KafkaSetup.single());
        Files.writeString(folder.resolve("migration.yaml"), """
                name: streams
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                indices:
                  include: ["events*", "late", "again", "gone*", "named"]
                  exclude: ["events-private"]
                  rename: [{from: "named", to: "renamed"}]
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                capture: {brokers: "%s", partitions: 2}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {max: 64mb}}
                replay: {parallelism: 2, catch_up: 20}
                """.formatted(source, target, repository, kafka.address()));
        assertThat(Circle.run(folder, "capture", "create-topic").exitCode()).isZero();
        circle = new Circle(folder, source, target, 0);
        done("PUT", "/_index_template/streams", """
                {"index_patterns":["events*","late","again","gone*","named"],"priority":200,"data_stream":{},
                "template":{"settings":{"number_of_replicas":0},"mappings":{"properties":{"n":{"type":"long"}}}}}""");
    }

    @AfterEach
    void end() throws Exception {
        circle.close();
        kafka.close();
        Servers.wipe(source);
        Servers.wipe(target);
    }

    @Test
    void theSnapshotFirst() throws Exception {
        begin();
        beforeSnapshot();
        circle.done("snapshot", "create");
        circle.done("backfill", "start");
        VerifyRun.in(folder, "--against", "snapshot").requireEqual();
        afterSnapshot();
        CompletableFuture<CommandRun> replay = circle.running("replay", "start", "--json");

        assertSame(circle.awaitCaughtUp(replay));
        circle.done("replay", "stop");
    }

    @Test
    void theCaptureFirst() throws Exception {
        begin();
        beforeSnapshot();
        circle.done("snapshot", "create");
        afterSnapshot();
        CompletableFuture<CommandRun> replay = circle.running("replay", "start", "--json");
        circle.await(() -> "the new stream is there", () -> {
            assertThat(replay).isNotDone();
            return statusOf("/late/_count") == 200;
        });
        circle.done("backfill", "start");

        assertSame(circle.awaitCaughtUp(replay));
        circle.done("replay", "stop");
    }

    private int statusOf(String path) {
        try {
            return Servers.call(target, "GET", path).status();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void beforeSnapshot() throws Exception {
        for (String stream :
                Set.of("events", "events-2026.11.30", "events-private", "gone", "gone-not", "again", "named")) {
            for (int i = 0; i < 20; i++) {
                done("PUT", "/%s/_create/%d".formatted(stream, i), document(i));
            }
        }
        done("POST", "/events/_rollover", "");
        done("PUT", "/events/_create/1", document(100));
        done("DELETE", "/_data_stream/gone-not", "");
    }

    private void afterSnapshot() throws Exception {
        done("PUT", "/late/_create/l1", document(1));
        done("PUT", "/_data_stream/late", 400);
        done("POST", "/events/_doc", document(200));
        done("PUT", "/events/_create/1", 409);
        done("POST", "/events/_rollover", "");
        done("PUT", "/events/_create/1", document(201));
        conditional("PUT", ".ds-events-000001", "2", document(202));
        conditional("DELETE", ".ds-events-000001", "3", "");
        conditional("PUT", ".ds-events-000002", "1", document(203));
        done("POST", "/.ds-events-000001/_update/4", "{\"doc\":{\"updated\":true}}");
        done("POST", "/events/_refresh", "");
        done("POST", "/events/_delete_by_query?refresh=true", "{\"query\":{\"term\":{\"n\":7}}}");
        done("PUT", "/events-private/_create/p", document(1));
        done("PUT", "/named/_create/n", document(1));
        done("POST", "/named/_rollover", "");
        done("PUT", "/named/_create/n", document(2));
        done("PUT", "/gone/_create/g", document(1));
        done("DELETE", "/_data_stream/gone", "");
        done("DELETE", "/_data_stream/again", "");
        done("PUT", "/again/_create/new", document(1));
        done("POST", "/late/_rollover", "");
    }

    private void conditional(String method, String index, String id, String body) throws Exception {
        JsonNode found = Servers.succeed(source, "GET", "/" + index + "/_doc/" + id, "");
        String condition = "?if_seq_no=%d&if_primary_term=%d"
                .formatted(
                        found.path("_seq_no").asLong(),
                        found.path("_primary_term").asLong());
        done(method, "/" + index + "/_doc/" + id + condition, body);
    }

    private static String document(int n) {
        return "{%s,\"n\":%d}".formatted(TIME, n);
    }

    private void done(String method, String path, String body) throws Exception {
        Answer answer = Servers.call(circle.endpoint(), method, path, body);
        assertThat(answer.status() / 100).as("%s %s: %s", method, path, answer).isEqualTo(2);
    }

    /** What the source refuses. */
    private void done(String method, String path, int status) throws Exception {
        Answer answer = Servers.call(circle.endpoint(), method, path, path.contains("_create") ? document(0) : "");
        assertThat(answer.status()).as("%s %s: %s", method, path, answer).isEqualTo(status);
    }

    private void assertSame(JsonNode status) throws Exception {
        assertThat(status.at("/exchanges/failed").asLong()).as("%s", status).isZero();
        assertThat(status.at("/exchanges/unknown").asLong()).as("%s", status).isZero();
        Set<String> expected = new TreeSet<>();
        for (String stream : KEPT) {
            Set<String> behind = indicesOf(stream);
            for (String index : behind) {
                assertThat(DocumentComparison.of(source, target, index)).matches(DocumentComparison::isEqual);
            }
            assertStandsFor(stream, behind, count(source, stream));
            expected.addAll(behind);
        }
        Set<String> renamed = Set.of(".ds-renamed-000001", ".ds-renamed-000002");
        assertThat(indicesOf("named")).hasSameSizeAs(renamed);
        assertStandsFor("renamed", renamed, count(source, "named"));
        expected.addAll(renamed);
        assertThat(streamIndices()).isEqualTo(expected);
        VerifyRun.in(folder).requireEqual();
        VerifyRun.in(folder, "--index", "events").requireEqual();
    }

    private void assertStandsFor(String stream, Set<String> indices, long documents) throws IOException {
        JsonNode alias = Servers.succeed(target, "GET", "/_alias/" + stream, "");
        assertThat(names(alias)).isEqualTo(indices);
        String newest = new TreeSet<>(indices).last();
        assertThat(indices.stream()
                        .filter(index -> alias.at("/%s/aliases/%s/is_write_index".formatted(index, stream))
                                .asBoolean()))
                .containsExactly(newest);
        assertThat(count(target, stream)).isEqualTo(documents);
    }

    private static long count(URI cluster, String stream) throws IOException {
        Servers.succeed(cluster, "POST", "/" + stream + "/_refresh", "");
        return Servers.succeed(cluster, "GET", "/" + stream + "/_count", "")
                .path("count")
                .asLong();
    }

    private Set<String> indicesOf(String stream) throws IOException {
        return names(Servers.succeed(source, "GET", "/" + stream + "/_settings", ""));
    }

    /** Each hidden, and of no real stream. */
    private Set<String> streamIndices() throws IOException {
        JsonNode all = Servers.succeed(target, "GET", "/_all?expand_wildcards=all", "");
        Set<String> indices = names(all);
        indices.removeIf(index -> !index.startsWith(".ds-"));
        for (String index : indices) {
            assertThat(all.path(index).at("/settings/index/hidden").asText()).isEqualTo("true");
            assertThat(all.path(index).has("data_stream")).isFalse();
        }
        return indices;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
