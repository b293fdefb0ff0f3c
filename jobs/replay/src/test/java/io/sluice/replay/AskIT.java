package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.capture.KafkaRecorder;
import io.sluice.capture.Recorder;
import io.sluice.capture.RecorderSettings;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the capture does not tell is asked of a real source; the indices of the target are made as the source has them. */
class AskIT {

    private static final int PARTITIONS = 4;
    private static final int WRITERS = 4;
    private static final int WRITES = 100;
    private static final int DOCUMENTS = 20;
    private static final long SEED = 20_261_201;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    private Path state;
    private KafkaProcess kafka;
    private Recorder recorder;

    @BeforeEach
    void prepare() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(source, "PUT", "/books", """
                {"settings":{"number_of_shards":3,"number_of_replicas":0},
                "mappings":{"properties":{"n":{"type":"long"}}},"aliases":{"routed":{"routing":"zz"}}}""");
        state = folder.resolve("state");
        kafka = KafkaProcess.start(KafkaSetup.single());
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.address()))) {
            admin.createTopics(List.of(new NewTopic("capture", Optional.of(PARTITIONS), Optional.of((short) 1))))
                    .all()
                    .get();
        }
        recorder = KafkaRecorder.open(RecorderSettings.of(
                        "capture", PARTITIONS, Map.of("bootstrap.servers", kafka.address()), folder.resolve("journal"))
                .journalBytes(64 << 20)
                .build());
    }

    @AfterEach
    void end() throws Exception {
        SingleDocuments.BEFORE_CRASH.set(-1);
        recorder.close();
        kafka.close();
    }

    @Test
    void whatTheCaptureDoesNotTellIsTheSameOnBothSides() throws Exception {
        Servers.succeed(
                source,
                "PUT",
                "/_ingest/pipeline/stamp",
                "{\"processors\":[{\"set\":{\"field\":\"stamped\",\"value\":true}}]}");
        try (RunningReplay replay = RunningReplay.start(spec(Rewriting.by(RewriteRules.DEFAULT)), state, 2);
                CapturedClient client = new CapturedClient(recorder, source, 1)) {
            client.write("PUT", "/books/_doc/1", "{\"n\": 1, \"price\": 1.10}");
            client.write("POST", "/books/_update/1", "{\"doc\":{\"b\":1.50}}");
            client.write("POST", "/books/_update/1", "{\"script\":{\"source\":\"ctx._source.n += 1\"}}");
            client.write("POST", "/books/_update/2", "{\"doc\":{\"n\":2},\"doc_as_upsert\":true}");
            client.write("PUT", "/books/_doc/3?pipeline=stamp", "{\"n\":3}");
            client.write("PUT", "/routed/_doc/4", "{\"n\":4}");
            client.write("PUT", "/routed/_doc/5", "{\"n\":5}");
            client.write("DELETE", "/routed/_doc/5", "");
            client.write("PUT", "/books/_doc/6?filter_path=result", "{\"n\":6.50}");
            client.write("PUT", "/books/_doc/7", "{\"n\":7}");
            client.write("DELETE", "/books/_doc/7", "");
            client.write("PUT", "/books/_doc/7", "{\"n\":77}");
            client.write("PUT", "/books/_doc/8", "{\"n\":8}");
            client.write("DELETE", "/books/_doc/8?filter_path=result", "");
            client.write("PUT", "/books/_doc/9", "{\"n\":9}");
            client.write("POST", "/books/_update/9", "{\"doc\":{\"n\":99}}");
            client.write("DELETE", "/books/_doc/9", "");
            client.write("PUT", "/books/_doc/10", "{\"n\":10}");
            client.write("POST", "/books/_update/10", "{\"script\":{\"source\":\"ctx.op = 'delete'\"}}");
            client.write("PUT", "/books/_doc/11?routing=a", "{\"n\":11}");
            client.write("POST", "/books/_update/11?routing=a", "{\"doc\":{\"n\":111}}");
            for (String again : List.of("_create/12", "_doc/13?version=5&version_type=external")) {
                client.writeWithoutAnswer("PUT", "/books/" + again, "{\"n\":12}");
                assertThat(client.write("PUT", "/books/" + again, "{\"n\":13}").status())
                        .isEqualTo(409);
            }
            Instant end = Instant.now();

            JsonNode status = replay.await(now -> isBehind(now, end));

            assertEqual(status);
            assertThat(Servers.succeed(target, "GET", "/books/_count", "")
                            .get("count")
                            .asInt())
                    .isEqualTo(9);
            JsonNode made = Servers.succeed(target, "GET", "/books", "").get("books");
            JsonNode there = Servers.succeed(source, "GET", "/books", "").get("books");
            assertThat(made.at("/mappings/_meta/sluice/migration").asText()).isEqualTo("test");
            assertThat(made.at("/mappings/_meta/sluice/source_uuid")).isEqualTo(there.at("/settings/index/uuid"));
            assertThat(made.at("/settings/index/number_of_shards").asInt()).isEqualTo(3);
            assertThat(made.at("/aliases/routed/index_routing").asText()).isEqualTo("zz");
        }
    }

    @Test
    void convergesWhileWritersUpdateAndDeleteAndTheJobCrashes() throws Exception {
        try (RunningReplay replay = RunningReplay.start(spec(new SingleDocuments()), state, 2)) {
            replay.await(status -> status.path("replayed_until").isTextual());
            SingleDocuments.BEFORE_CRASH.set(WRITERS * WRITES / 2);

            writeFromAllSides();

            Instant end = Instant.now();
            JsonNode status = replay.await(now -> isBehind(now, end));

            assertThat(SingleDocuments.BEFORE_CRASH).as("no crash came").hasValue(-1);
            assertEqual(status);
        }
    }

    @Test
    void whatWasWrittenToAnIndexThatTheSourceHasNoMoreDoesNotMakeIt() throws Exception {
        try (CapturedClient client = new CapturedClient(recorder, source, 1)) {
            client.write("PUT", "/gone/_doc/1", "{\"n\":1}");
            client.write("POST", "/gone/_update/1", "{\"doc\":{\"n\":2}}");
            Servers.succeed(source, "DELETE", "/gone", "");
            client.write("PUT", "/books/_doc/1", "{\"n\":1}");
            Instant end = Instant.now();
            try (RunningReplay replay = RunningReplay.start(spec(Rewriting.by(RewriteRules.DEFAULT)), state, 2)) {
                JsonNode status = replay.await(now -> isBehind(now, end));

                assertEqual(status);
                assertThat(Servers.call(target, "HEAD", "/gone").status()).isEqualTo(404);
            }
        }
    }

    @Test
    void aFieldThatComesUpLaterIsTakenFromTheSourcesMapping() throws Exception {
        try (RunningReplay replay = RunningReplay.start(spec(Rewriting.by(strict())), state, 2);
                CapturedClient client = new CapturedClient(recorder, source, 1)) {
            client.write("PUT", "/books/_doc/1", "{\"n\":1}");
            Instant first = Instant.now();
            replay.await(now -> isBehind(now, first));
            assertThat(Servers.succeed(target, "GET", "/books/_mapping", "")
                            .at("/books/mappings/dynamic")
                            .asText())
                    .isEqualTo("strict");

            client.write("PUT", "/books/_doc/2", "{\"n\":2,\"late\":\"2026-01-01\"}");
            Instant second = Instant.now();
            JsonNode status = replay.await(now -> isBehind(now, second));

            assertEqual(status);
            assertThat(Servers.succeed(target, "GET", "/books/_mapping", "")
                            .at("/books/mappings/properties/late/type")
                            .asText())
                    .isEqualTo("date");
        }
    }

    private static RewriteRules strict() {
        RewriteRules base = RewriteRules.DEFAULT;
        return new RewriteRules(
                base.names(),
                base.fences(),
                base.fence(),
                base.routes(),
                base.types(),
                base.drop(),
                base.unrouted(),
                base.aliases(),
                base.effects(),
                null,
                true,
                true,
                base.mostBodyBytes());
    }

    private void assertEqual(JsonNode status) throws Exception {
        assertThat(DocumentComparison.of(source, target, "books"))
                .as("seed %d, %s", SEED, status)
                .matches(DocumentComparison::isEqual);
        assertThat(status.at("/exchanges/failed").asInt()).as("%s", status).isZero();
        assertThat(status.at("/exchanges/unknown").asInt()).as("%s", status).isZero();
    }

    private static boolean isBehind(JsonNode status, Instant end) {
        return status.path("replayed_until").isTextual()
                && Instant.parse(status.get("replayed_until").asText()).isAfter(end);
    }

    private void writeFromAllSides() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int number = i + 1;
                all.add(() -> write(number));
            }
            for (Future<Void> writer : writers.invokeAll(all)) {
                writer.get();
            }
        } finally {
            writers.shutdown();
        }
    }

    private Void write(int number) throws Exception {
        Random random = new Random(SEED + number);
        try (CapturedClient client = new CapturedClient(recorder, source, number)) {
            for (int i = 0; i < WRITES; i++) {
                int id = random.nextInt(DOCUMENTS);
                String document = "{\"n\":%d,\"writer\":%d.50}".formatted(i, number);
                switch (random.nextInt(4)) {
                    case 0 -> client.write("DELETE", "/books/_doc/" + id, "");
                    case 1 -> client.write("PUT", "/books/_doc/" + id, document);
                    default ->
                        client.write(
                                "POST",
                                "/books/_update/%d?retry_on_conflict=5".formatted(id),
                                "{\"doc\":%s,\"doc_as_upsert\":true}".formatted(document));
                }
            }
        }
        return null;
    }

    private ReplaySpec spec(Rewriting.Maker rewriting) {
        return new ReplaySpec(
                "test",
                UUID.randomUUID().toString(),
                state.toUri().toString(),
                Map.of("bootstrap.servers", kafka.address()),
                "capture",
                PARTITIONS,
                Map.of(),
                rewriting,
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
