package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.TopicAdmin;
import io.sluice.capture.topic.TopicPlan;
import io.sluice.config.CaptureConfig;
import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;
import io.sluice.control.state.StateDirectory;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.Jdks;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ProxyProcess;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A whole migration on this machine, with real servers: a source that is filled through the proxy, snapshot, backfill, and
 * then every document of both sides read back and compared, and every write read back from the capture. The product does
 * its part exactly as its commands would.
 */
final class Demo implements AutoCloseable {

    private static final long SEED = 20;
    private static final int HEAP_MEGABYTES = 512;
    private static final String SNAPSHOT = "snap-1";
    private static final int PARTITIONS = 4;

    private final Output output;
    private final InstantSource clock;
    private final Path folder;
    private final Path proxyScript;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final ObjectNode seconds = JsonNodeFactory.instance.objectNode();
    private Instant stepBegan;
    private @Nullable CompletableFuture<ServerProcess> startingTarget;
    private @Nullable CompletableFuture<KafkaProcess> startingKafka;
    private @Nullable ProxyProcess proxy;
    private final Instant began;

    /**
     * @param folder empty; everything the demo makes lies in it
     * @param proxyScript what starts the proxy
     */
    Demo(Output output, InstantSource clock, Path folder, Path proxyScript) {
        this.output = output;
        this.clock = clock;
        this.folder = folder;
        this.proxyScript = proxyScript;
        this.began = clock.instant();
        this.stepBegan = began;
    }

    /** How it went. */
    record Result(ObjectNode document, boolean equal) {}

    /** @param documents how many the source will hold, at least */
    Result run(int documents) throws Exception {
        ServerProcess source = startServers();
        MigrationConfig config = configure(source, servers.get(1));
        ProxyProcess through = startProxy(config);
        SampleData.load(through.endpoint(), documents, SEED);
        stepDone("load", "loaded the source through the proxy: indices " + String.join(", ", SampleData.INDICES));
        DemoReads reads = new DemoReads(through.endpoint(), source.endpoint());
        reads.run();
        stepDone("reads", "sent %d reads through the proxy and compared the answers".formatted(reads.sent()));
        snapshot(source);
        ObjectNode status = backfill(config);
        stepDone("backfill", "");
        ServerProcess target = servers.get(1);
        List<DocumentComparison> comparisons = new ArrayList<>();
        for (String index : SampleData.INDICES) {
            comparisons.add(DocumentComparison.of(source.endpoint(), target.endpoint(), index));
        }
        stepDone("compare", "read every document of both sides");
        DemoCapture capture = readCapture(through, config);
        return judge(comparisons, status, reads, capture);
    }

    private ServerProcess startServers() throws IOException, InterruptedException {
        Distribution targetKind = Jdks.java21OrLater().isPresent() ? Distributions.OS_3_8_0 : Distributions.OS_2_19_6;
        output.step("Starting " + Distributions.ES_7_10_2 + " as the source and " + targetKind + " as the target"
                + ", and Kafka (the first time, they are downloaded) …");
        startingTarget = CompletableFuture.supplyAsync(() -> start(targetKind));
        startingKafka = CompletableFuture.supplyAsync(this::startKafka);
        ServerProcess source = start(Distributions.ES_7_10_2);
        servers.add(source);
        servers.add(started("the target", startingTarget));
        stepDone(
                "start",
                "source %s, target %s, Kafka %s"
                        .formatted(source.endpoint(), servers.get(1).endpoint(), kafka().address()));
        return source;
    }

    private static <T> T started(String what, CompletableFuture<T> starting) throws IOException, InterruptedException {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            throw new IOException(what + " did not start: " + e.getMessage(), e);
        }
    }

    private KafkaProcess kafka() throws IOException, InterruptedException {
        return started("Kafka", Objects.requireNonNull(startingKafka));
    }

    private KafkaProcess startKafka() {
        try {
            return KafkaProcess.start(KafkaSetup.single().withFolder(folder.resolve("kafka")));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private ServerProcess start(Distribution kind) {
        try {
            return ServerProcess.start(ServerSetup.of(kind)
                    .withHeapMegabytes(HEAP_MEGABYTES)
                    .withFolder(folder.resolve(kind.key()))
                    .withRepositories(folder.resolve("repository")));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void snapshot(ServerProcess source) throws IOException {
        Servers.succeed(
                source.endpoint(),
                "PUT",
                "/_snapshot/demo",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + folder.resolve("repository") + "\"}}");
        Servers.succeed(source.endpoint(), "PUT", "/_snapshot/demo/" + SNAPSHOT + "?wait_for_completion=true", "{}");
        stepDone("snapshot", "took snapshot " + SNAPSHOT + " into " + folder.resolve("repository"));
    }

    private MigrationConfig configure(ServerProcess source, ServerProcess target) throws Exception {
        Files.writeString(configuration(), """
                name: demo
                state: ./state
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                backfill: {parallelism: 2}
                capture: {brokers: "%s", partitions: %d}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {max: 64mb}}
                """.formatted(
                        source.endpoint(),
                        target.endpoint(),
                        SNAPSHOT,
                        folder.resolve("repository"),
                        kafka().address(),
                        PARTITIONS));
        return ConfigurationFile.read(configuration(), Map.of());
    }

    private Path configuration() {
        return folder.resolve("migration.yaml");
    }

    private static CaptureConfig capture(MigrationConfig config) {
        return Objects.requireNonNull(config.capture());
    }

    private ProxyProcess startProxy(MigrationConfig config) throws IOException {
        CaptureConfig capture = capture(config);
        try (TopicAdmin admin = TopicAdmin.open(new KafkaAccess(capture.kafka(), capture.topic()))) {
            admin.create(TopicPlan.live(capture.partitions(), admin.brokers(), capture.retention()));
        }
        ProxyProcess started = ProxyProcess.start(proxyScript, configuration(), folder.resolve("proxy.log"));
        proxy = started;
        stepDone("proxy", "proxy %s in front of the source".formatted(started.endpoint()));
        return started;
    }

    /** The proxy ends first, so that the capture has an end. */
    private DemoCapture readCapture(ProxyProcess through, MigrationConfig config) {
        through.stop();
        DemoCapture capture =
                DemoCapture.read(capture(config).kafka(), capture(config).topic());
        stepDone(
                "capture",
                "read %d writes and %d reads back from Kafka; the captured answers name %s documents"
                        .formatted(capture.writes(), capture.reads(), Numbers.grouped(capture.documents())));
        return capture;
    }

    private ObjectNode backfill(MigrationConfig config) throws Exception {
        StateDirectory state = StateDirectory.of(config.state(), config.name());
        BackfillSetup setup =
                BackfillSetup.prepare(config, state, output, new BackfillSetup.Wishes(false, false, null));
        StartedJob backfill = new BackfillStart(setup.spec(), config.backfill().parallelism());
        return new JobStart(state, output, backfill).runEmbedded(null);
    }

    private Result judge(
            List<DocumentComparison> comparisons, ObjectNode status, DemoReads reads, DemoCapture capture) {
        Table table = new Table("index", "source", "target", "missing", "extra", "different");
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        boolean equal = comparisons.stream().allMatch(DocumentComparison::isEqual)
                && reads.failed() == 0
                && capture.problems().isEmpty()
                && capture.documents() == sum(comparisons, DocumentComparison::source);
        document.put("verdict", equal ? "equal" : "different");
        ObjectNode documents = document.putObject("documents");
        documents.put("source", sum(comparisons, DocumentComparison::source));
        documents.put("target", sum(comparisons, DocumentComparison::target));
        documents.put("missing", sum(comparisons, DocumentComparison::missing));
        documents.put("extra", sum(comparisons, DocumentComparison::extra));
        documents.put("different", sum(comparisons, DocumentComparison::different));
        for (DocumentComparison index : comparisons) {
            table.row(index.index(), index.source(), index.target(), index.missing(), index.extra(), index.different());
            ObjectNode line = document.withArray("indices").addObject();
            line.put("name", index.index()).put("source", index.source()).put("target", index.target());
            line.put("missing", index.missing()).put("extra", index.extra()).put("different", index.different());
            for (String example : index.examples()) {
                line.withArray("examples").add(example);
                output.line(index.index() + ": " + example);
            }
        }
        seconds.put("total", secondsSince(began));
        document.set("seconds", seconds);
        document.set("backfill", status.path("documents"));
        reads.describe(document);
        capture.describe(document);
        capture.problems().forEach(problem -> output.line("capture: " + problem));
        output.table(table);
        output.line("verdict: %s (%s documents, %.0f s)"
                .formatted(
                        equal ? "equal" : "DIFFERENT",
                        Numbers.grouped(documents.get("source").asLong()),
                        seconds.get("total").asDouble()));
        return new Result(document, equal);
    }

    private static long sum(List<DocumentComparison> comparisons, ToLongFunction<DocumentComparison> count) {
        return comparisons.stream().mapToLong(count).sum();
    }

    private void stepDone(String name, String text) {
        seconds.put(name, secondsSince(stepBegan));
        stepBegan = clock.instant();
        if (!text.isEmpty()) {
            output.step("  " + text + " (" + seconds.get(name).asText() + " s)");
        }
    }

    private double secondsSince(Instant from) {
        return Math.round(Duration.between(from, clock.instant()).toMillis() / 100.0) / 10.0;
    }

    /** The servers, so that they can be left running. */
    List<ServerProcess> servers() {
        return List.copyOf(servers);
    }

    /** Where Kafka answers. */
    String kafkaAddress() throws IOException, InterruptedException {
        return kafka().address();
    }

    /** Ends the servers, those that are still starting too. */
    @Override
    public void close() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        if (startingKafka != null) {
            KafkaProcess kafka =
                    startingKafka.handle((started, failure) -> started).join();
            if (kafka != null) {
                kafka.kill();
                kafka.close();
            }
        }
        if (startingTarget != null && !startingTarget.isCompletedExceptionally()) {
            ServerProcess target =
                    startingTarget.handle((started, failure) -> started).join();
            if (target != null && !servers.contains(target)) {
                servers.add(target);
            }
        }
        for (ServerProcess server : servers) {
            server.kill();
            server.close();
        }
    }
}
