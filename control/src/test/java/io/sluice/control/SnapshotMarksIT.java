package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.capture.read.CaptureTopic;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.Run;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.capture.wire.Record;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ProxyProcess;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of a source behind two real proxies that record into a real Kafka. */
class SnapshotMarksIT {

    private static final int PARTITIONS = 2;
    private static final int DOCUMENTS = 40;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI source = SharedServers.es7().endpoint();
    private final Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2)
            .resolve(UUID.randomUUID().toString());
    private final List<ProxyProcess> proxies = new ArrayList<>();
    private KafkaProcess kafka;

    @TempDir
    private Path folder;

    @BeforeEach
    void startKafka() throws Exception {
        kafka = KafkaProcess.start(KafkaSetup.single());
        Servers.wipe(source);
        Servers.succeed(source, "PUT", "/books", "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
        configure("migration.yaml", 0);
    }

    @AfterEach
    void stop() throws Exception {
        proxies.forEach(ProxyProcess::close);
        kafka.close();
    }

    private void configure(String file, int admin) throws IOException {
        URI target = SharedServers.openSearch2().endpoint();
        Files.writeString(folder.resolve(file), """
                name: shelf
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                capture: {brokers: "%s", partitions: %d}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:%d", journal: {path: journal-%d, max: 64mb}}
                """.formatted(
                        source, target, repository, kafka.address(), PARTITIONS, admin, admin));
    }

    private void startProxies(int count) throws Exception {
        assertThat(run("capture", "create-topic").exitCode()).isZero();
        List<CompletableFuture<ProxyProcess>> starting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String file = "proxy-" + i + ".yaml";
            try (ServerSocket port = new ServerSocket(0)) {
                configure(file, port.getLocalPort());
            }
            // The first one makes the token that all show.
            ProxyProcess first = i == 0 ? startProxy(file) : null;
            starting.add(
                    first == null
                            ? CompletableFuture.supplyAsync(() -> startProxy(file))
                            : CompletableFuture.completedFuture(first));
        }
        starting.forEach(one -> proxies.add(one.join()));
    }

    private ProxyProcess startProxy(String file) {
        try {
            return ProxyProcess.start(
                    Path.of("../proxy/bin/sluice-proxy"), folder.resolve(file), folder.resolve(file + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CommandRun run(String... arguments) {
        return CommandRun.in(folder).run(arguments);
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.out()).as("%s", run.err()).hasSize(1);
        return JSON.readTree(run.out().get(0));
    }

    private JsonNode snapshotsOfTheSource() throws IOException {
        return Servers.succeed(source, "GET", "/_snapshot/sluice-shelf/_all", "")
                .path("snapshots");
    }

    private SnapshotRecord record() throws IOException {
        return SnapshotRecord.of(
                JSON.readTree(folder.resolve(".sluice/shelf/snapshot.json").toFile()));
    }

    /** By proxy and partition, the stamps of marks of a name. */
    private Map<String, List<Record>> marks() {
        List<Record> before = new ArrayList<>();
        List<Record> after = new ArrayList<>();
        try (CaptureTopic topic = new CaptureTopic(Map.of("bootstrap.servers", kafka.address()), "sluice-shelf")) {
            topic.readToEnd((partition, offset, key, value) -> {
                try {
                    Record record = RecordDecoder.decode(key, value);
                    if (record.hasMark()) {
                        (record.getMark().getName().equals("snapshot") ? after : before).add(record);
                    }
                } catch (UnreadableRecordException none) {
                    throw new IllegalStateException(none);
                }
            });
        }
        return Map.of("before", before, "after", after);
    }

    @Test
    void everyProxyMarksTheMomentAndTheRecordSaysWhatTheSnapshotHolds() throws Exception {
        startProxies(2);
        for (int i = 0; i < DOCUMENTS; i++) {
            URI through = proxies.get(i % 2).endpoint();
            Servers.succeed(through, "PUT", "/books/_doc/" + i, "{\"n\":" + i + "}");
        }
        CommandRun create;
        try (Socket open = new Socket("127.0.0.1", proxies.get(1).endpoint().getPort())) {
            beginWrite(open);
            create = run("snapshot", "create", "--json");
        }
        SnapshotRecord record = record();
        CommandRun again = run("snapshot", "create", "--json");
        CommandRun backfill = run("backfill", "start", "--json");

        assertThat(create.exitCode()).as("%s", create.err()).isZero();
        assertThat(json(create).path("marks")).hasSize(2);
        String uuid = snapshotsOfTheSource().path(0).path("uuid").asText();
        assertThat(record.uuid()).isEqualTo(uuid);
        assertThat(record.stage()).isEqualTo(SnapshotRecord.Stage.TAKEN);
        String books = Servers.succeed(source, "GET", "/books/_settings", "")
                .at("/books/settings/index/uuid")
                .asText();
        assertThat(record.indices()).singleElement().satisfies(index -> {
            assertThat(index.uuid()).isEqualTo(books);
            assertThat(index.shards()).containsExactly(0, 1);
        });
        assertMarks(record, uuid);
        assertThat(again.exitCode()).isZero();
        assertThat(json(again).path("created").asBoolean()).isFalse();
        assertThat(json(again).path("marks")).isEqualTo(json(create).path("marks"));
        assertThat(backfill.exitCode()).as("%s", backfill.err()).isZero();
        assertThat(json(backfill).at("/documents/carried").asInt()).isEqualTo(DOCUMENTS);
    }

    /** A write of which the proxy has the beginning only. */
    private static void beginWrite(Socket client) throws IOException {
        String begun = "PUT /books/_doc/open HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 100\r\n\r\n{\"n\": ";
        client.getOutputStream().write(begun.getBytes(StandardCharsets.UTF_8));
        client.getOutputStream().flush();
    }

    private void assertMarks(SnapshotRecord record, String uuid) {
        SnapshotRecord.Contents contents = record.contents();
        Map<String, List<Record>> marks = marks();
        assertThat(record.marks()).hasSize(2);
        assertThat(marks.get("before")).hasSize(2 * PARTITIONS).allSatisfy(mark -> {
            Run run = new Run(RecordDecoder.uuid(mark.getProxy()), mark.getIncarnation());
            assertThat(record.marks().stream()
                            .filter(known -> known.run().equals(run))
                            .flatMap(known -> known.partitions().stream())
                            .map(known -> known.stamp()))
                    .contains(mark.getStamp());
            assertThat(contents.isBeforeMark(run, 0, mark.getStamp() - 1_000_000_000L))
                    .isTrue();
        });
        long began = marks.get("before").stream()
                .flatMap(mark -> mark.getMark().getOpenList().stream())
                .mapToLong(open -> open.getBegan())
                .min()
                .orElseThrow();
        assertThat(record.readFrom()).hasValue(began);
        assertThat(marks.get("after"))
                .hasSize(2 * PARTITIONS)
                .allSatisfy(mark -> assertThat(mark.getMark().getPropertiesMap())
                        .containsEntry("snapshot", uuid)
                        .containsEntry("snapshot_name", "snap-1"));
    }

    @Test
    void aProxyThatWasKilledIsNamedAndNoSnapshotIsTaken() throws Exception {
        startProxies(2);
        JsonNode roster = json(run("capture", "status", "--json")).path("proxies");
        ProxyProcess dead = proxies.get(1);
        String admin = "127.0.0.1:" + dead.admin().getPort();
        String name = roster.path(0).path("admin").asText().equals(admin)
                ? roster.path(0).path("proxy").asText()
                : roster.path(1).path("proxy").asText();
        dead.kill();

        CommandRun atOnce = run("snapshot", "create");
        CommandRun later =
                CommandRun.in(folder).at(Instant.now().plusSeconds(60)).run("snapshot", "create");

        assertThat(atOnce.exitCode()).isEqualTo(1);
        assertThat(atOnce.err())
                .singleElement()
                .asString()
                .contains("without a mark: proxy " + name + " (" + admin + "): it does not answer")
                .contains("No snapshot was asked for")
                .contains("sluice capture forget " + name);
        assertThat(later.exitCode()).isEqualTo(1);
        assertThat(later.err()).singleElement().asString().contains("silent: ").contains(name + " (" + admin + ")");
        assertThat(snapshotsOfTheSource()).isEmpty();
    }

    @Test
    void withoutAnyProxyItIsTakenWithoutMarksAndThatIsSaid() throws Exception {
        CommandRun noTopic = run("snapshot", "create");
        run("snapshot", "delete", "snap-1", "--yes");
        startProxies(0);
        CommandRun noProxy = run("snapshot", "create", "--json");

        assertThat(noTopic.exitCode()).as("%s", noTopic.err()).isZero();
        assertThat(noTopic.err())
                .singleElement()
                .asString()
                .contains("there is no topic sluice-shelf: the snapshot is taken without marks");
        assertThat(noProxy.exitCode()).as("%s", noProxy.err()).isZero();
        assertThat(noProxy.err()).anyMatch(line -> line.contains("no proxy records"));
        assertThat(record().marks()).isEmpty();
        assertThat(record().indices()).hasSize(1);
    }

    @Test
    void aKafkaThatIsAwayStopsItBeforeAnythingIsMarked() throws Exception {
        kafka.kill();

        CommandRun create = run("snapshot", "create");

        assertThat(create.exitCode()).isEqualTo(1);
        assertThat(create.err()).singleElement().asString().contains("Kafka at " + kafka.address());
        assertThat(snapshotsOfTheSource()).isEmpty();
    }
}
