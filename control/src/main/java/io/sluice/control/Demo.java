package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A whole migration on this machine, with real servers: source, snapshot, backfill, and then every document
 * of both sides read back and compared. The product does its part exactly as {@code sluice backfill start}
 * would.
 */
final class Demo implements AutoCloseable {

    private static final long SEED = 20;
    private static final int HEAP_MEGABYTES = 512;
    private static final String SNAPSHOT = "snap-1";

    private final Output output;
    private final InstantSource clock;
    private final Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final ObjectNode seconds = JsonNodeFactory.instance.objectNode();
    private Instant stepBegan;
    private @Nullable CompletableFuture<ServerProcess> startingTarget;
    private final Instant began;

    /** @param folder empty; everything the demo makes lies in it */
    Demo(Output output, InstantSource clock, Path folder) {
        this.output = output;
        this.clock = clock;
        this.folder = folder;
        this.began = clock.instant();
        this.stepBegan = began;
    }

    /** How it went. */
    record Result(ObjectNode document, boolean equal) {}

    /** @param documents how many the source will hold, at least */
    Result run(int documents) throws Exception {
        ServerProcess source = startServers();
        ServerProcess target = servers.get(1);
        SampleData.load(source.endpoint(), documents, SEED);
        stepDone("load", "loaded the source: indices " + String.join(", ", SampleData.INDICES));
        snapshot(source);
        ObjectNode status = backfill(target);
        stepDone("backfill", "");
        List<DocumentComparison> comparisons = new ArrayList<>();
        for (String index : SampleData.INDICES) {
            comparisons.add(DocumentComparison.of(source.endpoint(), target.endpoint(), index));
        }
        stepDone("compare", "read every document of both sides");
        return judge(comparisons, status);
    }

    private ServerProcess startServers() throws IOException, InterruptedException {
        Distribution targetKind = Jdks.java21OrLater().isPresent() ? Distributions.OS_3_8_0 : Distributions.OS_2_19_6;
        output.step("Starting " + Distributions.ES_7_10_2 + " as the source and " + targetKind + " as the target"
                + " (the first time, they are downloaded) …");
        startingTarget = CompletableFuture.supplyAsync(() -> start(targetKind));
        ServerProcess source = start(Distributions.ES_7_10_2);
        servers.add(source);
        try {
            servers.add(startingTarget.get());
        } catch (ExecutionException e) {
            throw new IOException("the target did not start: " + e.getMessage(), e);
        }
        stepDone(
                "start",
                "source %s, target %s"
                        .formatted(source.endpoint(), servers.get(1).endpoint()));
        return source;
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

    private ObjectNode backfill(ServerProcess target) throws Exception {
        Path file = folder.resolve("migration.yaml");
        Files.writeString(file, """
                name: demo
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: %s, repository: {fs: "%s"}}
                backfill: {parallelism: 2}
                """.formatted(target.endpoint(), SNAPSHOT, folder.resolve("repository")));
        MigrationConfig config = ConfigurationFile.read(file, Map.of());
        StateDirectory state = StateDirectory.of(config.state(), config.name());
        BackfillSetup setup =
                BackfillSetup.prepare(config, state, output, new BackfillSetup.Wishes(false, false, null));
        return new BackfillStart(config, state, output).runEmbedded(setup.spec(), null);
    }

    private Result judge(List<DocumentComparison> comparisons, ObjectNode status) {
        Table table = new Table("index", "source", "target", "missing", "extra", "different");
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        boolean equal = comparisons.stream().allMatch(DocumentComparison::isEqual);
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
            index.examples().forEach(line.withArray("examples")::add);
            index.examples().forEach(example -> output.line(index.index() + ": " + example));
        }
        seconds.put("total", secondsSince(began));
        document.set("seconds", seconds);
        document.set("backfill", status.path("documents"));
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

    /** Ends the servers, one that is still starting too. */
    @Override
    public void close() throws IOException {
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
