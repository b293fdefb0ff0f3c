package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.sluice.capture.read.CaptureTopic;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.ContractChecker;
import io.sluice.capture.read.ExchangeAssembler;
import io.sluice.capture.read.PartitionReader;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.foreign.wire.Bytes;
import io.sluice.foreign.wire.Nothing;
import io.sluice.foreign.wire.Observation;
import io.sluice.foreign.wire.Time;
import io.sluice.foreign.wire.TrafficChunk;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Migration Assistant's export, built from its description, brought into a real Kafka and read there as a replay reads it. */
class ForeignImportIT {

    private static final int PARTITIONS = 3;
    private static final int CONNECTIONS = 40;
    private static final int EXCHANGES = 5;
    private static final long SECONDS = 1_700_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static KafkaProcess kafka;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws Exception {
        kafka.close();
    }

    private CommandRun run(String topic, String... arguments) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: books
                capture: {brokers: "%s", topic: %s, partitions: %d}
                """.formatted(kafka.address(), topic, PARTITIONS));
        return CommandRun.in(folder).run(arguments);
    }

    /** One connection's exchanges, a record for each, 7 ms apart. */
    private static List<String> lines(int connection) {
        List<String> lines = new ArrayList<>();
        for (int n = 0; n < EXCHANGES; n++) {
            long millis = connection * 3L + n * 7L;
            String body = "{\"connection\":%d,\"n\":%d}".formatted(connection, n);
            TrafficChunk.Builder chunk = TrafficChunk.newBuilder()
                    .setConnection("c-" + connection)
                    .setNode("node-" + connection % 2)
                    .addObservations(seen(millis)
                            .setRead(bytes(
                                    "PUT /books/_doc/%d HTTP/1.1\r\nCookie: secret\r\nContent-Length: %d\r\n\r\n%s"
                                            .formatted(connection, body.length(), body))))
                    .addObservations(seen(millis).setRequestEnd(Nothing.getDefaultInstance()))
                    .addObservations(
                            seen(millis + 2).setWrite(bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")));
            if (n + 1 == EXCHANGES) {
                chunk.setLastNumber(n + 1);
            } else {
                chunk.setNumber(n + 1);
            }
            lines.add("c-" + connection + "|"
                    + Base64.getEncoder().encodeToString(chunk.build().toByteArray()));
        }
        return lines;
    }

    private static Observation.Builder seen(long millis) {
        return Observation.newBuilder()
                .setTime(Time.newBuilder().setSeconds(SECONDS + millis / 1000).setNanos((int)
                        (millis % 1000 * 1_000_000)));
    }

    private static Bytes bytes(String text) {
        return Bytes.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
    }

    private void write(String name, List<String> lines) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void whatIsImportedKeepsTheContractAndIsReadAsExchanges() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            lines.addAll(lines(connection));
        }
        write("export.proto.gz", lines);

        CommandRun imported = run("foreign", "capture", "import", "export.proto.gz", "--json");

        assertThat(imported.exitCode()).as("%s", imported.err()).isZero();
        JsonNode said = JSON.readTree(imported.out().get(0));
        assertThat(said.path("format").asText()).isEqualTo("migration-assistant");
        assertThat(said.at("/foreign/exchanges").asInt()).isEqualTo(CONNECTIONS * EXCHANGES);
        assertThat(said.at("/foreign/connections").asInt()).isEqualTo(CONNECTIONS);
        assertThat(said.at("/foreign/proxies").asInt()).isEqualTo(2);
        assertThat(said.at("/foreign/findings")).isEmpty();
        List<CapturedExchange> exchanges = read("foreign");
        assertThat(exchanges).hasSize(CONNECTIONS * EXCHANGES).allMatch(CapturedExchange::isWhole);
        for (CapturedExchange exchange : exchanges) {
            JsonNode body = JSON.readTree(exchange.request().body().toByteArray());
            long millis = body.path("connection").asLong() * 3 + body.path("n").asLong() * 7;
            assertThat(exchange.request().ended() / 1_000_000).isEqualTo(SECONDS * 1000 + millis);
            assertThat(exchange.request().head().toStringUtf8()).contains("Cookie: <redacted>\r\n");
        }
        assertThat(run("foreign", "capture", "import", "export.proto.gz").err())
                .singleElement()
                .asString()
                .contains("topic foreign holds ");
        assertThat(run("foreign", "capture", "import", "export.proto.gz", "--append")
                        .exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void whatCannotBeUsedIsSaidAndTheRestImported() throws Exception {
        List<String> lines = new ArrayList<>(lines(1));
        lines.remove(2);
        lines.add("c-9|%%%");
        write("damaged.gz", lines);
        write("nothing.gz", List.of("a line", "another"));

        CommandRun damaged = run("damaged", "capture", "import", "damaged.gz");
        CommandRun nothing = run("nothing", "capture", "import", "nothing.gz");
        CommandRun unknown = run("nothing", "capture", "import", "nothing.gz", "--format", "har");

        assertThat(damaged.exitCode()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(damaged.out()).contains("1 gaps", "1 unreadable_lines");
        assertThat(damaged.err())
                .anyMatch(line -> line.contains("line 3: gaps: connection c-1, record 4 follows 2"))
                .anyMatch(line -> line.contains("line 5: unreadable_lines"));
        assertThat(read("damaged")).hasSize(EXCHANGES - 1).allMatch(CapturedExchange::isWhole);
        assertThat(nothing.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(nothing.err())
                .singleElement()
                .asString()
                .contains("holds no exchange of a Migration Assistant's export: 2 lines");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    }

    private static List<CapturedExchange> read(String topic) {
        List<CapturedExchange> exchanges = new ArrayList<>();
        ContractChecker checker = new ContractChecker();
        Map<Integer, PartitionReader> readers = new HashMap<>();
        try (CaptureTopic reader = new CaptureTopic(Map.of("bootstrap.servers", kafka.address()), topic)) {
            reader.readToEnd((partition, offset, key, value) -> {
                checker.record(partition, offset, key, value);
                try {
                    readers.computeIfAbsent(
                                    partition,
                                    one -> new PartitionReader(
                                            new ExchangeAssembler(exchanges::add, 1 << 24), CONNECTIONS))
                            .read(RecordDecoder.decode(key, value));
                } catch (UnreadableRecordException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        assertThat(checker.report().violations()).isEmpty();
        assertThat(checker.report().openExchanges()).isZero();
        exchanges.sort(Comparator.comparingLong(exchange -> exchange.request().ended()));
        return exchanges;
    }
}
