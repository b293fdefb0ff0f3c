package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.CaptureConfig;
import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.ProxyProcess;
import io.sluice.testkit.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A whole live migration on this machine, with real servers: a source that is filled through the proxy, clients that go on writing,
 * a snapshot in the middle, backfill and replay at the same time; then every document of both sides is compared, by the product
 * and once more without it, and every write is read back from the capture. The product does its part by its own commands.
 */
final class Demo implements AutoCloseable {

    private static final long SEED = 20;
    private static final int PARTITIONS = 4;
    private static final int WRITES_AROUND = 200;
    private static final Duration LONGEST_CATCHING_UP = Duration.ofMinutes(5);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Output output;
    private final InstantSource clock;
    private final Path folder;
    private final Path proxyScript;
    private final DemoCommands commands;
    private final DemoServers servers;
    private final ObjectNode seconds = JsonNodeFactory.instance.objectNode();
    private final Instant began;
    private Instant stepBegan;
    private @Nullable ProxyProcess proxy;

    /** @param folder empty; everything the demo makes lies in it */
    Demo(Invocation invocation, Path folder) throws CommandException {
        this.output = invocation.output();
        this.clock = invocation.clock();
        this.folder = folder;
        this.proxyScript = invocation.proxyScript();
        this.commands = new DemoCommands(invocation, folder);
        this.servers = new DemoServers(folder);
        this.began = clock.instant();
        this.stepBegan = began;
    }

    /** @param documents how many the source will hold, at least */
    DemoVerdict run(int documents) throws Exception {
        startServers();
        MigrationConfig config = configure();
        ProxyProcess through = startProxy();
        SampleData.load(through.endpoint(), documents, SEED);
        stepDone("load", "loaded the source through the proxy: indices " + String.join(", ", SampleData.INDICES));
        DemoReads reads = new DemoReads(through.endpoint(), servers.source().endpoint());
        reads.run();
        stepDone("reads", "sent %d reads through the proxy and compared the answers".formatted(reads.sent()));
        DemoVerdict verdict = new DemoVerdict();
        migrate(through, reads, verdict);
        verify(verdict);
        verdict.compared(compare());
        verdict.captured(readCapture(through, config));
        seconds.put("total", secondsSince(began));
        verdict.tell(output, seconds);
        return verdict;
    }

    private void startServers() throws IOException, InterruptedException {
        output.step("Starting " + DemoServers.SOURCE + " as the source and " + DemoServers.targetKind()
                + " as the target, and Kafka (the first time, they are downloaded) …");
        servers.start();
        stepDone(
                "start",
                "source %s, target %s, Kafka %s"
                        .formatted(
                                servers.source().endpoint(),
                                servers.target().endpoint(),
                                servers.kafka().address()));
    }

    private MigrationConfig configure() throws Exception {
        Files.writeString(configuration(), """
                name: demo
                state: "%s"
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 2}
                capture: {brokers: "%s", partitions: %d}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {max: 64mb}}
                replay: {catch_up: 100, delay: 1s}
                """.formatted(
                        folder.resolve("state"),
                        servers.source().endpoint(),
                        servers.target().endpoint(),
                        servers.repository(),
                        servers.kafka().address(),
                        PARTITIONS));
        return ConfigurationFile.read(configuration(), Map.of());
    }

    private Path configuration() {
        return folder.resolve("migration.yaml");
    }

    private ProxyProcess startProxy() throws CommandException, IOException {
        commands.run("capture", "create-topic");
        ProxyProcess started = ProxyProcess.start(proxyScript, configuration(), folder.resolve("proxy.log"));
        proxy = started;
        stepDone("proxy", "proxy %s in front of the source".formatted(started.endpoint()));
        return started;
    }

    private void migrate(ProxyProcess through, DemoReads reads, DemoVerdict verdict) throws Exception {
        CompletableFuture<DemoCommands.Ended> replay;
        try (DemoWriters writers = DemoWriters.start(through.endpoint(), SEED)) {
            writers.await(WRITES_AROUND);
            output.step("  clients write through the proxy, from here to the end of the backfill");
            commands.run("snapshot", "create");
            stepDone("snapshot", "took a snapshot while they write, into " + servers.repository());
            replay = commands.start("replay", "start");
            DemoCommands.Ended carried = commands.run("backfill", "start");
            stepDone(
                    "backfill",
                    "carried %s documents, while the replay had begun"
                            .formatted(Numbers.grouped(
                                    carried.document().at("/documents/carried").asLong())));
            writers.await(WRITES_AROUND);
            verdict.sent(writers, reads);
            verdict.carried(carried.document());
        }
        verdict.replayed(awaitCaughtUp(replay));
        commands.run("replay", "stop");
        ended(replay);
    }

    /** The status that says so. */
    private JsonNode awaitCaughtUp(CompletableFuture<DemoCommands.Ended> replay) throws Exception {
        Instant end = clock.instant();
        Instant limit = end.plus(LONGEST_CATCHING_UP);
        while (clock.instant().isBefore(limit)) {
            if (replay.isDone()) {
                throw CommandException.failed(
                        "the replay ended by itself: " + ended(replay).document(), null);
            }
            JsonNode status = commands.run("replay", "status").document();
            boolean isBehind = Instant.parse(status.path("replayed_until").asText(Instant.EPOCH.toString()))
                    .isBefore(end);
            if (status.path("caught_up").asBoolean() && !isBehind) {
                stepDone(
                        "replay",
                        "replayed %s exchanges; the target has caught up"
                                .formatted(Numbers.grouped(
                                        status.at("/exchanges/captured").asLong())));
                return status;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        throw CommandException.failed(
                "the replay had not caught up after %s: %s"
                        .formatted(
                                LONGEST_CATCHING_UP,
                                commands.run("replay", "status").document()),
                null);
    }

    private static DemoCommands.Ended ended(CompletableFuture<DemoCommands.Ended> command) throws Exception {
        try {
            return command.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void verify(DemoVerdict verdict) throws CommandException, IOException {
        DemoCommands.Ended ended = commands.run("verify");
        verdict.verified(ended.exitCode() == ExitCode.DONE, ended.document());
        stepDone("verify", "sluice verify: " + ended.document().path("verdict").asText());
    }

    /** Without anything of the product: it must not be its own judge. */
    private List<DocumentComparison> compare() throws IOException {
        List<DocumentComparison> comparisons = new ArrayList<>();
        for (String index : DemoWriters.indices()) {
            comparisons.add(DocumentComparison.of(
                    servers.source().endpoint(), servers.target().endpoint(), index));
        }
        stepDone("compare", "read every document of both sides once more, without Sluice");
        return comparisons;
    }

    /** The proxy ends first, so that the capture has an end. */
    private DemoCapture readCapture(ProxyProcess through, MigrationConfig config) {
        through.stop();
        CaptureConfig captured = Objects.requireNonNull(config.capture());
        DemoCapture capture = DemoCapture.read(captured.kafka(), captured.topic());
        stepDone(
                "capture",
                "read %d writes and %d reads back from Kafka; the captured answers name %s documents"
                        .formatted(capture.writes(), capture.reads(), Numbers.grouped(capture.documents())));
        return capture;
    }

    private void stepDone(String name, String text) {
        seconds.put(name, secondsSince(stepBegan));
        stepBegan = clock.instant();
        output.step("  " + text + " (" + seconds.get(name).asText() + " s)");
    }

    private double secondsSince(Instant from) {
        return Math.round(Duration.between(from, clock.instant()).toMillis() / 100.0) / 10.0;
    }

    /** So that they can be left running. */
    DemoServers servers() {
        return servers;
    }

    /** Ends the servers. */
    @Override
    public void close() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        servers.close();
    }
}
