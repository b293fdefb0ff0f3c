package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.CircleWriter.Way;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.ProxyProcess;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One migration under writers: clients that write through its proxy, its commands, and the comparison at its end. */
final class Circle implements AutoCloseable {

    /** How a proxy is started. */
    static final Path PROXY = Path.of("../proxy/bin/sluice-proxy");

    private static final String MAPPING = """
            {"settings": {"number_of_shards": 3, "number_of_replicas": 0, "refresh_interval": "200ms"%s},
             "mappings": {"properties": {"writer": {"type": "integer"}, "n": {"type": "integer"}, "text": {"type": "keyword"},
                                         "piped": {"type": "boolean"}}}}
            """;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Path folder;
    private final URI source;
    private final URI target;
    private final List<ProxyProcess> proxies;
    private final long seed;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<CircleWriter> writers = new ArrayList<>();
    private final List<CompletableFuture<Void>> writing = new ArrayList<>();

    /**
     * Starts the proxy.
     *
     * @param folder with the migration.yaml; its topic is there
     */
    Circle(Path folder, URI source, URI target, long seed) throws IOException {
        this(
                folder,
                source,
                target,
                seed,
                List.of(ProxyProcess.start(PROXY, folder.resolve("migration.yaml"), folder.resolve("proxy.log"))));
    }

    /** @param proxies that run; clients come to them in turn. Closed with this */
    Circle(Path folder, URI source, URI target, long seed, List<ProxyProcess> proxies) {
        this.folder = folder;
        this.source = source;
        this.target = target;
        this.seed = seed;
        this.proxies = List.copyOf(proxies);
    }

    /** Runs a command of this migration to its end. */
    CommandRun run(String... arguments) {
        return run(folder, arguments);
    }

    static CommandRun run(Path folder, String... arguments) {
        try {
            return CommandRun.in(folder).withBundle(Bundle.jar()).run(arguments);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle is not built", e);
        }
    }

    /** Runs a command that must be done. */
    CommandRun done(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode())
                .as("seed %d, %s: %s", seed, List.of(arguments), run.err())
                .isZero();
        return run;
    }

    /** Starts a command that runs until it is told to end. */
    CompletableFuture<CommandRun> running(String... arguments) {
        return CompletableFuture.supplyAsync(() -> run(arguments), task -> new Thread(task, arguments[0]).start());
    }

    /** Makes at the source what {@linkplain Way all ways} to write need. */
    static void prepare(URI source) throws IOException {
        Servers.succeed(source, "PUT", "/_ingest/pipeline/mark", """
                {"processors": [{"set": {"field": "piped", "value": true}}]}
                """);
        Servers.succeed(source, "PUT", "/" + CircleWriter.INDEX, MAPPING.formatted(""));
        Servers.succeed(source, "PUT", "/" + CircleWriter.VERSIONED, MAPPING.formatted(""));
        Servers.succeed(source, "PUT", "/" + CircleWriter.PIPED, MAPPING.formatted(", \"default_pipeline\": \"mark\""));
        Servers.succeed(source, "PUT", "/rolling-000001", "{\"aliases\": {\"rolling\": {\"is_write_index\": true}}}");
        Servers.succeed(source, "POST", "/_aliases", """
                {"actions": [{"add": {"index": "books", "alias": "plain"}},
                             {"add": {"index": "books", "alias": "routed", "routing": "a"}}]}
                """);
    }

    /** Lets so many clients write in each way. */
    void startWriters(Set<Way> ways, int each) {
        startWriters(ways, each, 1);
    }

    /** @param tries how often a request is sent, at most, that nobody answers or that is answered with 5xx */
    void startWriters(Set<Way> ways, int each, int tries) {
        stop.set(false);
        writers.clear();
        writing.clear();
        for (Way way : ways) {
            for (int i = 0; i < each; i++) {
                URI through = proxies.get(writers.size() % proxies.size()).endpoint();
                CircleWriter writer = new CircleWriter(through, way, writers.size(), seed, stop, tries);
                writers.add(writer);
                writing.add(CompletableFuture.runAsync(writer, task -> new Thread(task, way.name()).start()));
            }
        }
    }

    /** Returns when each client has been answered so many times more. */
    void awaitWrites(int more) {
        int[] wanted =
                writers.stream().mapToInt(writer -> writer.writes() + more).toArray();
        await(() -> "the clients wrote", () -> {
            requireWriting();
            for (int i = 0; i < wanted.length; i++) {
                if (writers.get(i).writes() < wanted[i]) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Fails with what ended a client, if one ended. */
    private void requireWriting() {
        writing.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
    }

    void stopWriters() {
        stop.set(true);
        writing.forEach(CompletableFuture::join);
    }

    /** What the replay says of itself; empty while nobody answers. */
    JsonNode status() {
        CommandRun run = run("replay", "status", "--json");
        try {
            return run.out().isEmpty()
                    ? JSON.missingNode()
                    : JSON.readTree(run.out().get(0));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns when all that was captured until now is at the target, with the status that said so. */
    JsonNode awaitCaughtUp() {
        return awaitCaughtUp(Instant.now(), status -> {});
    }

    /**
     * Returns when all that was captured until now is sent and answered: it has not caught up before the backfill is complete.
     *
     * @param replay the command that must not end meanwhile
     */
    void awaitReplayed(CompletableFuture<CommandRun> replay) {
        Instant end = Instant.now();
        JsonNode[] last = {JSON.missingNode()};
        await(() -> "all was replayed; last " + last[0], () -> {
            last[0] = status();
            assertThat(replay).as("%s", last[0]).isNotDone();
            String until = last[0].path("replayed_until").asText("");
            return !until.isEmpty() && Instant.parse(until).isAfter(end);
        });
    }

    /** @param replay the command that must not end meanwhile */
    JsonNode awaitCaughtUp(CompletableFuture<CommandRun> replay) {
        return awaitCaughtUp(Instant.now(), replay);
    }

    /** @param end of what was captured, by the clock that is furthest ahead */
    JsonNode awaitCaughtUp(Instant end, CompletableFuture<CommandRun> replay) {
        return awaitCaughtUp(
                end,
                status -> assertThat(replay)
                        .as(
                                "the replay ended: %s, last %s",
                                replay.isDone() ? replay.join().err() : "", status)
                        .isNotDone());
    }

    /** @param check is given each status on the way, and fails when it is in vain to wait */
    private JsonNode awaitCaughtUp(Instant end, Consumer<JsonNode> check) {
        JsonNode[] last = {JSON.missingNode()};
        await(() -> "the replay caught up; last " + last[0], () -> {
            last[0] = status();
            check.accept(last[0]);
            assertThat(last[0].path("state").asText())
                    .as("seed %d: %s", seed, last[0])
                    .isNotEqualTo("failed");
            return last[0].path("caught_up").asBoolean()
                    && Instant.parse(last[0].path("replayed_until").asText()).isAfter(end);
        });
        return last[0];
    }

    void await(Supplier<String> what, BooleanSupplier condition) {
        long limit = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("seed %d: it took too long until %s".formatted(seed, what.get()));
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /**
     * Fails unless both clusters have the same indices, with the same documents by id, routing and source, and verify says so too.
     *
     * @return how many there are
     */
    long requireSame(JsonNode status) throws IOException {
        assertThat(indices(target)).as("seed %d: %s", seed, status).isEqualTo(indices(source));
        long documents = 0;
        for (String index : indices(source)) {
            DocumentComparison comparison = DocumentComparison.of(source, target, index);
            assertThat(comparison).as("seed %d: %s", seed, status).matches(DocumentComparison::isEqual);
            documents += comparison.source();
        }
        assertThat(DocumentComparison.of(source, target, CircleWriter.INDEX).source())
                .as("seed %d", seed)
                .isPositive();
        VerifyRun.in(folder).requireEqual();
        return documents;
    }

    /** Where clients write. */
    URI endpoint() {
        return proxies.get(0).endpoint();
    }

    /** How often clients have sent a request once more. */
    int repeats() {
        return writers.stream().mapToInt(CircleWriter::repeats).sum();
    }

    private static Set<String> indices(URI cluster) throws IOException {
        Set<String> names = new TreeSet<>();
        for (JsonNode index : Servers.succeed(cluster, "GET", "/_cat/indices?format=json&h=index", "")) {
            String name = index.path("index").asText();
            if (!name.startsWith(".")) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public void close() {
        stop.set(true);
        proxies.forEach(ProxyProcess::close);
    }
}
