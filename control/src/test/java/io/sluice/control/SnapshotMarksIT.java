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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of a source behind two real proxies that record into a real Kafka. */
class SnapshotMarksIT {

    private static final int PARTITIONS = 2;
    private static final int DOCUMENTS = 40;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<ProxyProcess> PROXIES = new ArrayList<>();

    @TempDir
    private static Path folder;

    private static KafkaProcess kafka;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2)
            .resolve(UUID.randomUUID().toString());

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stop() throws Exception {
        PROXIES.forEach(ProxyProcess::close);
        kafka.close();
    }

    @BeforeEach
    void beginWithTwoProxies() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(source, "PUT", "/books", "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
        configure("migration.yaml", "sluice-shelf", 0);
        assertThat(run("capture", "create-topic").exitCode()).isZero();
        List<CompletableFuture<ProxyProcess>> starting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ProxyProcess known = i < PROXIES.size() ? PROXIES.get(i) : null;
            if (known != null && known.isAlive()) {
                starting.add(CompletableFuture.completedFuture(known));
            } else {
                starting.add(startProxy("proxy-" + i + ".yaml"));
            }
        }
        PROXIES.clear();
        starting.forEach(one -> PROXIES.add(one.join()));
    }

    private void configure(String file, String topic, int admin) throws IOException {
        Files.writeString(folder.resolve(file), """
                name: shelf
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                backfill: {parallelism: 1}
                capture: {brokers: "%s", topic: %s, partitions: %d}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:%d", journal: {path: journal-%s, max: 64mb}}
                """.formatted(
                        source, target, repository, kafka.address(), topic, PARTITIONS, admin, file));
    }

    private CompletableFuture<ProxyProcess> startProxy(String file) throws IOException {
        try (ServerSocket port = new ServerSocket(0)) {
            configure(file, "sluice-shelf", port.getLocalPort());
        }
        return CompletableFuture.supplyAsync(() -> {
            try {
                return ProxyProcess.start(
                        Path.of("../proxy/bin/sluice-proxy"), folder.resolve(file), folder.resolve(file + ".log"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
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

    /** The marks of the topic: those before a snapshot, and those that name one. */
    private Map<String, List<Record>> marks(long since) {
        List<Record> before = new ArrayList<>();
        List<Record> after = new ArrayList<>();
        try (CaptureTopic topic = new CaptureTopic(Map.of("bootstrap.servers", kafka.address()), "sluice-shelf")) {
            topic.readToEnd((partition, offset, key, value) -> {
                try {
                    Record record = RecordDecoder.decode(key, value);
                    if (record.hasMark() && record.getStamp() > since) {
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
        long since = Instant.now().getEpochSecond() * 1_000_000_000L;
        for (int i = 0; i < DOCUMENTS; i++) {
            URI through = PROXIES.get(i % 2).endpoint();
            Servers.succeed(through, "PUT", "/books/_doc/" + i, "{\"n\":" + i + "}");
        }
        CommandRun create;
        try (Socket open = new Socket("127.0.0.1", PROXIES.get(1).endpoint().getPort())) {
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
        assertMarks(record, uuid, since);
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

    private void assertMarks(SnapshotRecord record, String uuid, long since) {
        SnapshotRecord.Contents contents = record.contents();
        Map<String, List<Record>> marks = marks(since);
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
        assertThat(record.readFrom().orElseThrow())
                .as("no later, and earlier by no more than it took until the marks were stamped")
                .isBetween(began - TimeUnit.MINUTES.toNanos(1), began);
        assertThat(marks.get("after"))
                .hasSize(2 * PARTITIONS)
                .allSatisfy(mark -> assertThat(mark.getMark().getPropertiesMap())
                        .containsEntry("snapshot", uuid)
                        .containsEntry("snapshot_name", "snap-1"));
    }

    @Test
    void aProxyThatWasKilledIsNamedAndNoSnapshotIsTaken() throws Exception {
        JsonNode roster = json(run("capture", "status", "--json")).path("proxies");
        ProxyProcess dead = PROXIES.get(1);
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
        configure("migration.yaml", "nobody", 0);
        CommandRun noTopic = run("snapshot", "create");
        run("snapshot", "delete", "snap-1", "--yes");
        run("capture", "create-topic");
        CommandRun noProxy = run("snapshot", "create", "--json");

        assertThat(noTopic.exitCode()).as("%s", noTopic.err()).isZero();
        assertThat(noTopic.err())
                .singleElement()
                .asString()
                .contains("there is no topic nobody: the snapshot is taken without marks");
        assertThat(noProxy.exitCode()).as("%s", noProxy.err()).isZero();
        assertThat(noProxy.err()).anyMatch(line -> line.contains("no proxy records"));
        assertThat(record().marks()).isEmpty();
        assertThat(record().indices()).hasSize(1);
    }
}
