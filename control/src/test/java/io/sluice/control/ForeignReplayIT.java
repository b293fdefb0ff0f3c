package io.sluice.control;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.sluice.foreign.wire.Bytes;
import io.sluice.foreign.wire.Nothing;
import io.sluice.foreign.wire.Observation;
import io.sluice.foreign.wire.Time;
import io.sluice.foreign.wire.TrafficChunk;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients said to a real source, as a Migration Assistant's export has it: imported, and replayed to a real target to its end. */
class ForeignReplayIT {

    private static final int CONNECTIONS = 4;
    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(2);
    /** So long ago was the traffic. */
    private static final Duration AGO = Duration.ofDays(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void wipe() throws IOException {
        Servers.wipe(source);
        Servers.wipe(target);
    }

    /** A client of the source, and what a proxy between them would have seen. */
    private final class Connection implements AutoCloseable {
        private final String name;
        private final Socket socket;
        private int number;

        Connection(String name) throws IOException {
            this.name = name;
            this.socket = new Socket(source.getHost(), source.getPort());
        }

        JsonNode send(String method, String path, String body) throws IOException {
            byte[] request =
                    "%s %s HTTP/1.1\r\nHost: source\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(method, path, body.getBytes(UTF_8).length, body)
                            .getBytes(UTF_8);
            Observation.Builder asked = seen().setRead(bytes(request));
            OutputStream out = socket.getOutputStream();
            out.write(request);
            out.flush();
            byte[] head = head(socket.getInputStream());
            byte[] answer = socket.getInputStream().readNBytes(length(head));
            TrafficChunk.Builder chunk = TrafficChunk.newBuilder()
                    .setConnection(name)
                    .setNode("proxy")
                    .setNumber(++number)
                    .addObservations(asked)
                    .addObservations(seen().setRequestEnd(Nothing.getDefaultInstance()))
                    .addObservations(seen().setWrite(bytes(head)))
                    .addObservations(seen().setWrite(bytes(answer)));
            lines.add(name + "|"
                    + Base64.getEncoder().encodeToString(chunk.build().toByteArray()));
            return JSON.readTree(answer);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the source closed the connection after: " + head.toString(US_ASCII));
            }
            head.write(next);
        }
        return head.toByteArray();
    }

    private static int length(byte[] head) {
        for (String line : new String(head, US_ASCII).toLowerCase(Locale.ROOT).split("\r\n", -1)) {
            if (line.startsWith("content-length:")) {
                return Integer.parseInt(
                        line.substring("content-length:".length()).trim());
            }
        }
        throw new AssertionError("an answer without a length: " + new String(head, US_ASCII));
    }

    private static Bytes bytes(byte[] data) {
        return Bytes.newBuilder().setData(ByteString.copyFrom(data)).build();
    }

    private static Observation.Builder seen() {
        Instant then = Instant.now().minus(AGO);
        return Observation.newBuilder()
                .setTime(Time.newBuilder().setSeconds(then.getEpochSecond()).setNanos(then.getNano()));
    }

    /** Writes in every way, on several connections in turn. */
    private void traffic() throws IOException {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(new Connection("c-" + i));
        }
        Connection first = connections.get(0);
        first.send("PUT", "/books", "{\"settings\": {\"number_of_shards\": 2}, \"aliases\": {\"shelf\": {}}}");
        first.send("PUT", "/gone/_doc/1", "{\"n\": 1}");
        for (int n = 0; n < 80; n++) {
            Connection now = connections.get(n % CONNECTIONS);
            String doc = "{\"n\": %d, \"title\": \"Book %d\"}".formatted(n, n % 7);
            switch (n % 5) {
                case 0 -> now.send("PUT", "/books/_doc/" + n % 20, doc);
                case 1 -> now.send("POST", "/shelf/_doc", doc);
                case 2 ->
                    now.send(
                            "POST",
                            "/books/_update/" + n % 20,
                            "{\"doc\": %s, \"doc_as_upsert\": true}".formatted(doc));
                case 3 -> now.send("POST", "/_bulk", """
                            {"index": {"_index": "books", "_id": "%d"}}
                            %s
                            {"delete": {"_index": "books", "_id": "%d"}}
                            """.formatted(n % 20, doc, (n + 3) % 20));
                default -> now.send("DELETE", "/books/_doc/" + n % 20, "");
            }
        }
        first.send("DELETE", "/gone", "");
        first.send("PUT", "/books/_mapping", "{\"properties\": {\"later\": {\"type\": \"keyword\"}}}");
        first.send("PUT", "/books/_doc/last", "{\"later\": \"yes\"}");
        for (Connection connection : connections) {
            connection.close();
        }
    }

    private void export(Path file) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (String line : lines) {
                out.write((line + "\n").getBytes(US_ASCII));
            }
        }
    }

    private CommandRun run(String... arguments) throws IOException {
        return CommandRun.in(folder).run(arguments);
    }

    /** Starts the replay, and stops it when it says that it has caught up. Returns what it said. */
    private JsonNode replayed() throws Exception {
        CompletableFuture<CommandRun> replay = CompletableFuture.supplyAsync(
                () -> CommandRun.in(folder).run("replay", "start"), task -> new Thread(task, "replay").start());
        long limit = System.nanoTime() + LIMIT_NANOS;
        JsonNode status = JSON.missingNode();
        while (!status.path("caught_up").asBoolean()) {
            assertThat(System.nanoTime()).as("%s", status).isLessThan(limit);
            assertThat(replay.isDone()).as("%s", status).isFalse();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            CommandRun said = run("replay", "status", "--json");
            status = said.out().isEmpty()
                    ? JSON.missingNode()
                    : JSON.readTree(said.out().get(0));
        }
        CommandRun words = run("replay", "status");
        assertThat(words.exitCode()).as("%s", words.out()).isZero();
        assertThat(words.out()).anyMatch(line -> line.startsWith("caught up: the capture has ended at "));
        assertThat(run("replay", "stop").exitCode()).isZero();
        assertThat(replay.get(1, TimeUnit.MINUTES).exitCode()).isZero();
        return status;
    }

    private void requireSame() throws IOException {
        assertThat(DocumentComparison.of(source, target, "books")).matches(DocumentComparison::isEqual);
        assertThat(DocumentComparison.of(source, target, "books").source()).isPositive();
        assertThat(Servers.succeed(target, "GET", "/_aliases", "").has("gone")).isFalse();
        assertThat(Servers.succeed(target, "GET", "/_aliases", "")
                        .at("/books/aliases")
                        .has("shelf"))
                .isTrue();
        assertThat(Servers.succeed(target, "GET", "/books/_mapping", "")
                        .at("/books/mappings/properties/later/type")
                        .asText())
                .isEqualTo("keyword");
    }

    @Test
    void anImportIsReplayedToItsEndAndThenTheReplayHasCaughtUp() throws Exception {
        traffic();
        export(folder.resolve("export.proto.gz"));
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            Files.writeString(folder.resolve("migration.yaml"), """
                    name: books
                    source: {endpoint: "%s"}
                    target: {endpoint: "%s"}
                    capture: {brokers: "%s", partitions: 3}
                    replay: {parallelism: 2}
                    """.formatted(source, target, kafka.address()));
            CommandRun imported = run("capture", "import", "export.proto.gz");
            assertThat(imported.exitCode()).as("%s", imported.err()).isZero();

            JsonNode status = replayed();

            assertThat(status.at("/exchanges/captured").asInt())
                    .as("%s", status)
                    .isEqualTo(lines.size());
            assertThat(status.at("/exchanges/failed").asInt()).as("%s", status).isZero();
            assertThat(status.at("/exchanges/unknown").asInt()).as("%s", status).isZero();
            requireSame();
            JsonNode again = replayed();
            assertThat(again.at("/exchanges/captured").asInt())
                    .as("from the savepoint: %s", again)
                    .isEqualTo(lines.size());
            requireSame();
        }
    }
}
