package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.capture.KafkaRecorder;
import io.sluice.capture.Recorder;
import io.sluice.capture.RecorderSettings;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Rewriter;
import io.sluice.testkit.Answer;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import io.sluice.transform.IndexDefinition.Origin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations on whole indices between writes, on a real source, a real Kafka and a real target. */
class CallsIT {

    private static final int PARTITIONS = 4;
    private static final int ROUNDS = 5;
    private static final int WRITES = 25;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How many exchanges are rewritten before a crash; below 0: there is none. */
    private static final AtomicInteger BEFORE_CRASH = new AtomicInteger(-1);

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    /** The rules, and a crash of the whole job when it is ordered. */
    private static final class Crashing implements Rewriting.Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            Rewriter rewriter = new Rewriter(RewriteRules.DEFAULT);
            return exchange -> {
                if (BEFORE_CRASH.getAndUpdate(left -> left < 0 ? left : left - 1) == 0) {
                    throw new AssertionError("a crash that the test ordered");
                }
                return rewriter.rewrite(exchange);
            };
        }
    }

    @BeforeEach
    void wipe() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
    }

    @Test
    void anIndexMadeAnewAnAliasThatMovesAndAMappingComeBetweenTheWritesTheyCameBetween() throws Exception {
        Path state = folder.resolve("state");
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            ReplaySpec spec = spec(kafka, state);
            makeTopic(kafka);
            try (Recorder recorder = recorder(kafka);
                    RunningReplay replay = RunningReplay.start(spec, state, 2)) {
                replay.await(status -> status.path("replayed_until").isTextual());
                BEFORE_CRASH.set(ROUNDS * WRITES);

                drive(recorder);

                Instant end = Instant.now();
                assertThat(BEFORE_CRASH).as("no crash came").hasValue(-1);
                JsonNode status = replay.await(now -> isBehind(now, end));
                for (String index : List.of("books", "films", "notes")) {
                    assertThat(DocumentComparison.of(source, target, index))
                            .as("%s: %s", index, status)
                            .matches(DocumentComparison::isEqual);
                }
                assertThat(alias()).as("%s", status).isEqualTo(List.of("films"));
                assertThat(mapping("/books")
                                .at("/books/mappings/properties/title/type")
                                .asText())
                        .isEqualTo("keyword");
                for (String index : List.of("books", "films", "notes", "logs-000001", "logs-000002")) {
                    assertThat(Origin.of(mapping("/" + index).at("/" + index + "/mappings")))
                            .as(index)
                            .isEqualTo(new Origin("test", uuidAtSource(index)));
                }
                assertThat(status.at("/exchanges/held").asInt()).isZero();
                assertThat(status.at("/exchanges/failed").asInt())
                        .as("%s", status)
                        .isZero();
                assertThat(status.at("/exchanges/unknown").asInt())
                        .as("%s", status)
                        .isZero();
            }
        } finally {
            BEFORE_CRASH.set(-1);
        }
    }

    private void drive(Recorder recorder) throws Exception {
        ExecutorService others = Executors.newSingleThreadExecutor();
        try (CapturedClient client = new CapturedClient(recorder, source, 1);
                CapturedClient other = new CapturedClient(recorder, source, 2)) {
            done(client, "PUT", "/films", index());
            Future<?> notes = others.submit(() -> {
                done(other, "PUT", "/notes", index());
                write(other, "notes", 1, ROUNDS * WRITES);
                return null;
            });
            for (int round = 1; round <= ROUNDS; round++) {
                round(client, round);
            }
            done(client, "PUT", "/logs-000001", "{\"aliases\":{\"logs\":{\"is_write_index\":true}}}");
            done(client, "POST", "/logs/_rollover", "");
            notes.get();
        } finally {
            others.shutdown();
        }
    }

    /** Each round has fewer documents than the one before: what a later round left would be seen. */
    private void round(CapturedClient client, int round) throws Exception {
        if (round > 1) {
            done(client, "DELETE", "/books", "");
        }
        done(client, "PUT", "/books", index());
        write(client, "books", round, WRITES - round);
        done(
                client,
                "PUT",
                "/books/_mapping",
                "{\"_meta\":{\"owner\":\"us\"},\"properties\":{\"title\":{\"type\":\"keyword\"}}}");
        done(client, "PUT", "/books/_doc/titled", "{\"title\":\"round %d\"}".formatted(round));
        done(client, "POST", "/_aliases", "{\"actions\":[{\"add\":{\"index\":\"books\",\"alias\":\"latest\"}}]}");
        write(client, "films", round, WRITES);
        done(
                client,
                "POST",
                "/_aliases",
                "{\"actions\":[{\"remove\":{\"index\":\"books\",\"alias\":\"latest\"}},"
                        + "{\"add\":{\"index\":\"films\",\"alias\":\"latest\"}}]}");
    }

    private static String index() {
        return "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}";
    }

    private static void write(CapturedClient client, String index, int round, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            done(client, "PUT", "/%s/_doc/%d".formatted(index, i), "{\"round\":%d}".formatted(round));
        }
    }

    private static void done(CapturedClient client, String method, String path, String body) throws Exception {
        Answer answer = client.write(method, path, body);
        assertThat(answer.status() / 100).as("%s %s: %s", method, path, answer).isEqualTo(2);
    }

    private List<String> alias() throws Exception {
        JsonNode aliases =
                JSON.readTree(Servers.call(target, "GET", "/_alias/latest", "").body());
        return aliases.properties().stream().map(Map.Entry::getKey).toList();
    }

    private JsonNode mapping(String index) throws Exception {
        return JSON.readTree(
                Servers.call(target, "GET", index + "/_mapping", "").body());
    }

    private String uuidAtSource(String index) throws Exception {
        return Servers.succeed(source, "GET", "/" + index + "/_settings", "")
                .at("/" + index + "/settings/index/uuid")
                .asText();
    }

    private static boolean isBehind(JsonNode status, Instant end) {
        return status.path("replayed_until").isTextual()
                && Instant.parse(status.get("replayed_until").asText()).isAfter(end);
    }

    private static void makeTopic(KafkaProcess kafka) throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            admin.createTopics(List.of(new NewTopic("capture", Optional.of(PARTITIONS), Optional.of((short) 1))))
                    .all()
                    .get();
        }
    }

    private Recorder recorder(KafkaProcess kafka) throws Exception {
        return KafkaRecorder.open(RecorderSettings.of(
                        "capture", PARTITIONS, Map.of("bootstrap.servers", kafka.address()), folder.resolve("journal"))
                .journalBytes(64 << 20)
                .build());
    }

    private ReplaySpec spec(KafkaProcess kafka, Path state) {
        return new ReplaySpec(
                "test",
                UUID.randomUUID().toString(),
                state.toUri().toString(),
                Map.of("bootstrap.servers", kafka.address()),
                "capture",
                PARTITIONS,
                Map.of(),
                new Crashing(),
                address(source),
                address(target),
                Duration.ofMillis(500),
                1,
                4,
                ReplayBounds.DEFAULT);
    }

    private static ClusterAddress address(URI endpoint) {
        return new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT);
    }
}
