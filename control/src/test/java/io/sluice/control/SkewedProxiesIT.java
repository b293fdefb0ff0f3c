package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.control.CircleWriter.Way;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ProxyProcess;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The circle through two proxies, one whose clock is behind and one whose clock is ahead: what they captured comes to the replay in
 * another order than it came to the source.
 *
 * <p>{@code -Dsluice.circle.seed=N} repeats one.
 */
@Tag("long")
class SkewedProxiesIT {

    private static final int BEFORE_SNAPSHOT = 15;
    private static final int AFTER_BACKFILL = 20;
    private static final Duration BEHIND = Duration.ofMillis(-2_000);
    private static final Duration AHEAD = Duration.ofMillis(3_000);

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2)
            .resolve(UUID.randomUUID().toString());
    private final long seed = Long.getLong("sluice.circle.seed", System.nanoTime());

    @TempDir
    private Path folder;

    private KafkaProcess kafka;
    private Circle circle;

    @BeforeEach
    void begin() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(source, "PUT", "/" + CircleWriter.INDEX, """
                {"settings": {"number_of_shards": 3, "number_of_replicas": 0, "refresh_interval": "200ms"},
                 "mappings": {"properties": {"writer": {"type": "integer"}, "n": {"type": "integer"}, "text": {"type": "keyword"}}}}
                """);
        Servers.succeed(source, "PUT", "/rolling-000001", "{\"aliases\": {\"rolling\": {\"is_write_index\": true}}}");
        Servers.succeed(source, "POST", "/_aliases", """
                {"actions": [{"add": {"index": "books", "alias": "plain"}}]}
                """);
        kafka = KafkaProcess.start(KafkaSetup.single());
        Path migration = configure("migration.yaml");
        assertThat(Circle.run(folder, "capture", "create-topic").exitCode()).isZero();
        List<ProxyProcess> proxies = new ArrayList<>();
        // The one that is behind begins: who joins stamps above all that is there.
        proxies.add(proxy(migration, BEHIND));
        proxies.add(proxy(configure("ahead.yaml"), AHEAD));
        circle = new Circle(folder, source, target, seed, proxies);
    }

    private Path configure(String file) throws IOException {
        return Files.writeString(
                folder.resolve(file), """
                name: skewed
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                capture: {brokers: "%s", partitions: 4}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {path: "journal-%s", max: 64mb}}
                replay: {parallelism: 2, catch_up: 20}
                """.formatted(source, target, repository, kafka.address(), file));
    }

    private static ProxyProcess proxy(Path configuration, Duration ahead) throws IOException {
        Path log = configuration.resolveSibling(configuration.getFileName() + ".log");
        return ProxyProcess.startWithClock(Circle.PROXY, configuration, log, ahead);
    }

    @AfterEach
    void end() throws Exception {
        circle.close();
        kafka.close();
        Servers.wipe(source);
        Servers.wipe(target);
    }

    @Test
    void theSameDocumentsAreWrittenThroughBoth() throws Exception {
        roundTrip(EnumSet.range(Way.SINGLE, Way.STRIPPED));
    }

    @Test
    void indicesComeAndGoThroughBoth() throws Exception {
        roundTrip(EnumSet.of(Way.SINGLE, Way.INDEX_AGAIN, Way.INDEX_BY_WRITE, Way.ROLLOVER, Way.BY_QUERY));
    }

    private void roundTrip(EnumSet<Way> ways) throws Exception {
        circle.startWriters(ways, 2);
        circle.awaitWrites(BEFORE_SNAPSHOT);
        circle.done("snapshot", "create");
        CompletableFuture<CommandRun> replay = circle.running("replay", "start", "--json");
        circle.done("backfill", "start");
        circle.awaitWrites(AFTER_BACKFILL);
        circle.stopWriters();
        JsonNode status = circle.awaitCaughtUp(Instant.now().plus(AHEAD), replay);

        circle.requireSame(status);
        circle.done("replay", "stop");
        assertThat(replay.get().exitCode()).as("%s", replay.get().err()).isZero();
    }
}
