package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.control.CircleWriter.Way;
import io.sluice.testkit.Answer;
import io.sluice.testkit.ClusterProcess;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The circle between clusters of several nodes that lose one: a target that forgets what was deleted there, and a source whose
 * primaries fail over while clients write, get no answers, and write again.
 *
 * <p>{@code -Dsluice.circle.seed=N} repeats one.
 */
@Tag("long")
class ClusterBreakersIT {

    private static final int HEAP_MEGABYTES = 384;
    private static final int DELETED = 60;
    private static final int BEFORE_SNAPSHOT = 15;
    private static final int BETWEEN_FAILURES = 10;

    /** A client that waits for a new primary is patient. */
    private static final int TRIES = 500;

    private static final String MAPPING = """
            {"settings": {"number_of_shards": 3, "number_of_replicas": %d},
             "mappings": {"properties": {"writer": {"type": "integer"}, "n": {"type": "integer"}, "text": {"type": "keyword"}}}}
            """;

    private final long seed = Long.getLong("sluice.circle.seed", System.nanoTime());

    @TempDir
    private Path folder;

    private KafkaProcess kafka;

    @BeforeEach
    void begin() throws Exception {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterEach
    void end() throws Exception {
        kafka.close();
    }

    private static ClusterProcess cluster(Distribution distribution, int nodes) throws IOException {
        return ClusterProcess.start(
                ServerSetup.of(distribution)
                        .withHeapMegabytes(HEAP_MEGABYTES)
                        .withRepositories(Path.of("repositories")),
                nodes);
    }

    private Circle circle(URI source, String nodes, URI target, Path repositories) throws IOException {
        Servers.succeed(source, "POST", "/_aliases", """
                {"actions": [{"add": {"index": "books", "alias": "plain"}}]}
                """);
        Files.writeString(folder.resolve("migration.yaml"), """
                name: clusters
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                capture: {brokers: "%s", partitions: 4}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {max: 64mb}, nodes: [%s]}
                replay: {parallelism: 2, catch_up: 20}
                """.formatted(
                        source, target, repositories.resolve(UUID.randomUUID().toString()), kafka.address(), nodes));
        assertThat(Circle.run(folder, "capture", "create-topic").exitCode()).isZero();
        return new Circle(folder, source, target, seed);
    }

    private static String hostAndPort(ServerProcess node) {
        return "\"" + node.endpoint().getAuthority() + "\"";
    }

    @Test
    void aTargetThatForgotItsDeletesIsToldThemAgainWhenTheBackfillIsThere() throws Exception {
        URI source = SharedServers.es7().endpoint();
        Servers.wipe(source);
        Servers.succeed(source, "PUT", "/" + CircleWriter.INDEX, MAPPING.formatted(0));
        try (ClusterProcess target = cluster(Distributions.OS_2_19_6, 2);
                Circle circle = circle(
                        source,
                        "\"" + source.getAuthority() + "\"",
                        target.endpoint(),
                        SharedServers.repositoriesOf(Distributions.ES_7_10_2))) {
            new CircleClient(circle.endpoint()).bulk(lines("index"));
            circle.startWriters(EnumSet.of(Way.SINGLE, Way.BULK, Way.UPDATES), 1);
            circle.awaitWrites(BEFORE_SNAPSHOT);
            circle.done("snapshot", "create");
            CompletableFuture<CommandRun> replay = circle.running("replay", "start", "--json");
            new CircleClient(circle.endpoint()).bulk(lines("delete"));
            circle.awaitReplayed(replay);

            loseTombstones(target);
            circle.done("backfill", "start");
            circle.awaitWrites(BETWEEN_FAILURES);
            circle.stopWriters();
            target.nodes().get(1).restart();
            target.awaitAll();
            JsonNode status = circle.awaitCaughtUp(replay);

            circle.requireSame(status);
            assertThat(status.at("/exchanges/kept_deletes_done_again").asInt()).isGreaterThanOrEqualTo(DELETED);
            stop(circle, replay);
        } finally {
            Servers.wipe(source);
        }
    }

    private static String lines(String action) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < DELETED; i++) {
            lines.append("{\"%s\":{\"_index\":\"books\",\"_id\":\"doomed-%d\"}}\n".formatted(action, i));
            if (!action.equals("delete")) {
                lines.append("{\"n\":%d}\n".formatted(i));
            }
        }
        return lines.toString();
    }

    /**
     * Deletes are forgotten at once, and copies become primaries. Of two nodes the second can be killed: the first leads.
     *
     * <p>Then what was deleted can be written with an older sequence, as the backfill will do.
     */
    private static void loseTombstones(ClusterProcess target) throws IOException {
        URI endpoint = target.endpoint();
        Servers.succeed(endpoint, "PUT", "/books/_settings", "{\"index\": {\"gc_deletes\": \"0s\"}}");
        target.awaitAll();
        Servers.succeed(endpoint, "POST", "/books/_flush?force=true&wait_if_ongoing=true", "");
        assertThat(target.master()).isEqualTo(target.nodes().get(0));
        ServerProcess victim = target.nodes().get(1);
        Set<Integer> moved = Set.of(0, 1, 2).stream()
                .filter(shard -> primaryOf(target, shard).equals(victim))
                .collect(Collectors.toSet());
        assertThat(moved).isNotEmpty();
        victim.kill();
        target.awaitAll();
        assertThat(moved).allMatch(shard -> !primaryOf(target, shard).equals(victim));
        Answer older =
                Servers.call(endpoint, "PUT", "/books/_doc/doomed-0?version=0&version_type=external_gte", "{\"n\":0}");
        assertThat(older.status()).as("%s", older.body()).isEqualTo(201);
    }

    private static ServerProcess primaryOf(ClusterProcess cluster, int shard) {
        try {
            return cluster.primaryOf(CircleWriter.INDEX, shard);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void primariesOfTheSourceMayFailOverWhileClientsWriteAndWriteAgain() throws Exception {
        URI target = SharedServers.openSearch2().endpoint();
        Servers.wipe(target);
        try (ClusterProcess source = cluster(Distributions.ES_7_10_2, 3)) {
            Servers.succeed(source.endpoint(), "PUT", "/" + CircleWriter.INDEX, MAPPING.formatted(1));
            String nodes =
                    source.nodes().stream().map(ClusterBreakersIT::hostAndPort).collect(Collectors.joining(", "));
            try (Circle circle = circle(source.endpoint(), nodes, target, source.repositoryFolder())) {
                failOver(source, circle);
            }
        } finally {
            Servers.wipe(target);
        }
    }

    private static void failOver(ClusterProcess source, Circle circle) throws Exception {
        circle.startWriters(
                EnumSet.of(Way.SINGLE, Way.BULK, Way.RACES, Way.REFRESH, Way.PLAIN_ALIAS, Way.STRIPPED, Way.UPDATES),
                2,
                TRIES);
        circle.awaitWrites(BEFORE_SNAPSHOT);
        circle.done("snapshot", "create");
        CompletableFuture<CommandRun> replay = circle.running("replay", "start", "--json");
        circle.done("backfill", "start");
        // The second is the one that the replay asks.
        for (ServerProcess victim : List.of(other(source), source.nodes().get(0))) {
            circle.awaitWrites(BETWEEN_FAILURES);
            victim.kill();
            circle.awaitWrites(BETWEEN_FAILURES);
            victim.restart();
            source.awaitAll();
        }
        circle.awaitWrites(BETWEEN_FAILURES);
        circle.stopWriters();
        JsonNode status = circle.awaitCaughtUp(replay);

        circle.requireSame(status);
        assertThat(circle.repeats()).isPositive();
        assertThat(status.at("/exchanges/unknown").asLong()).as("%s", status).isZero();
        stop(circle, replay);
    }

    /** A node with primaries, not the one that the replay asks. */
    private static ServerProcess other(ClusterProcess source) {
        return Set.of(0, 1, 2).stream()
                .map(shard -> primaryOf(source, shard))
                .filter(node -> !node.equals(source.nodes().get(0)))
                .findFirst()
                .orElseThrow();
    }

    private static void stop(Circle circle, CompletableFuture<CommandRun> replay) throws Exception {
        circle.done("replay", "stop");
        assertThat(replay.get().exitCode()).as("%s", replay.get().err()).isZero();
    }
}
