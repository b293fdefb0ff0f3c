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
import io.sluice.replay.account.Outcomes;
import io.sluice.replay.outcome.OutcomeFiles;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Rewriter;
import io.sluice.testkit.Answer;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads of a real source compared with a real target that differs in known places, over a crash, and what is written down of it. */
class ReadsIT {

    private static final int PARTITIONS = 4;
    private static final int DOCUMENTS = 20;
    private static final int ROUNDS = 6;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration FILE_AGE = Duration.ofSeconds(1);

    /** Connections of readers, by the order in which they are opened: one over a crash, and one when all is quiet again. */
    private static final int CRASHING = 2;

    private static final int QUIET = 3;

    /** In each round: a document, an aggregation, and a search that fails. */
    private static final int READS_PER_ROUND = 8;

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
    void prepare() throws Exception {
        String index = "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0},"
                + "\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"},\"title\":{\"type\":\"keyword\"}}}}";
        for (URI cluster : List.of(source, target)) {
            Servers.wipe(cluster);
            Servers.succeed(cluster, "PUT", "/books", index);
        }
        Servers.succeed(source, "PUT", "/films", index);
        // No node may hold its shard, so every search of it answers 503.
        Servers.succeed(
                target,
                "PUT",
                "/films?wait_for_active_shards=0",
                "{\"settings\":{\"number_of_replicas\":0,\"index.routing.allocation.require._name\":\"nobody\"}}");
    }

    @Test
    void whatDiffersIsFoundAndWrittenDownOnceWhateverCrashes() throws Exception {
        Path state = folder.resolve("state");
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            makeTopic(kafka);
            try (Recorder recorder = recorder(kafka);
                    RunningReplay replay = RunningReplay.start(spec(kafka, state), state, 2)) {
                Instant written = write(recorder);
                // Until nothing that was written is younger than a refresh.
                replay.await(status -> isBehind(status, written.plusMillis(1_500)));
                Servers.succeed(target, "PUT", "/books/_doc/3?refresh=true", "{\"n\":1000,\"title\":\"t3\"}");
                BEFORE_CRASH.set(ROUNDS / 2 * READS_PER_ROUND);

                read(recorder, CRASHING, ROUNDS);
                settled(replay, ROUNDS);
                assertThat(BEFORE_CRASH).as("no crash came").hasValue(-1);
                read(recorder, QUIET, 1);
                JsonNode status = settled(replay, ROUNDS + 1);

                assertCounts(status);
                assertLines(lines(state, exchanges(ROUNDS + 1)), status);
            }
        } finally {
            BEFORE_CRASH.set(-1);
        }
    }

    private static int exchanges(int rounds) {
        return DOCUMENTS + rounds * READS_PER_ROUND;
    }

    private static JsonNode settled(RunningReplay replay, int rounds) throws Exception {
        Instant end = Instant.now();
        return replay.await(now -> isBehind(now, end)
                && now.at("/exchanges/captured").asInt() == exchanges(rounds)
                && now.at("/exchanges/held").asInt() == 0
                && now.at("/indices/films/target_failed").asInt() == rounds);
    }

    private Instant write(Recorder recorder) throws Exception {
        try (CapturedClient client = new CapturedClient(recorder, source, 1)) {
            for (int i = 0; i < DOCUMENTS; i++) {
                Answer answer = client.write(
                        "PUT",
                        "/books/_doc/%d?refresh=true".formatted(i),
                        "{\"n\":%d,\"title\":\"t%d\"}".formatted(i, i));
                assertThat(answer.status()).as("%s", answer).isEqualTo(201);
            }
        }
        return Instant.now();
    }

    private void read(Recorder recorder, int connection, int rounds) throws Exception {
        try (CapturedClient client = new CapturedClient(recorder, source, connection)) {
            for (int round = 0; round < rounds; round++) {
                done(client, "GET", "/books/_doc/1", "");
                done(client, "GET", "/books/_doc/3", ""); // different
                done(client, "POST", "/books/_search?size=50&_source=false", "{\"sort\":[\"title\"]}");
                done(
                        client,
                        "POST",
                        "/books/_search",
                        "{\"size\":0,\"aggs\":{\"sum\":{\"sum\":{\"field\":\"n\"}}}}"); // different
                done(client, "GET", "/books/_count", "");
                done(client, "POST", "/films/_search", "{\"query\":{\"match_all\":{}}}"); // fails
                done(client, "POST", "/_msearch", "{\"index\":\"books\"}\n{\"size\":3,\"sort\":[\"title\"]}\n");
                done(client, "GET", "/_cluster/health", "");
            }
        }
    }

    private static void done(CapturedClient client, String method, String path, String body) throws IOException {
        Answer answer = client.read(method, path, body);
        assertThat(answer.status()).as("%s %s: %s", method, path, answer).isEqualTo(200);
    }

    private static void assertCounts(JsonNode status) {
        JsonNode exchanges = status.get("exchanges");
        int sum = exchanges.get("applied").asInt()
                + exchanges.get("superseded").asInt()
                + exchanges.get("failed").asInt()
                + exchanges.get("unknown").asInt()
                + exchanges.at("/skipped/read_not_mirrored").asInt()
                + exchanges.at("/skipped/read_failed_at_target").asInt();
        assertThat(sum).as("%s", status).isEqualTo(exchanges.get("captured").asInt());
        int rounds = ROUNDS + 1;
        // A job that goes on after a crash does not know at once what is confirmed, and marks what it sends meanwhile.
        assertThat(exchanges.get("compared_different").asInt()
                        + exchanges.get("compared_saw_unfinished_writes").asInt())
                .as("%s", status)
                .isEqualTo(2 * rounds);
        assertThat(exchanges.get("compared_equal").asInt()).as("%s", status).isEqualTo(4 * rounds);
        assertThat(exchanges.get("compared_target_failed").asInt())
                .as("%s", status)
                .isEqualTo(rounds);
        JsonNode search = status.path("routes").path("POST /{index}/_search");
        assertThat(search.path("target_failed").asInt()).as("%s", status).isEqualTo(rounds);
        assertThat(search.at("/latency_ms/target/p99").asDouble())
                .as("%s", status)
                .isPositive();
        assertThat(status.at("/indices/films/target_failed").asInt())
                .as("%s", status)
                .isEqualTo(rounds);
    }

    private static void assertLines(List<JsonNode> lines, JsonNode status) {
        Map<String, Integer> verdicts = new TreeMap<>();
        Map<String, Integer> places = new TreeMap<>();
        for (JsonNode line : lines) {
            verdicts.merge(line.get("verdict").asText(), 1, Integer::sum);
            places.merge(line.get("connection") + "/" + line.get("exchange"), 1, Integer::sum);
        }
        assertThat(places).as("each exchange once").hasSize(lines.size());
        for (String comparison : List.of("equal", "different", "saw_unfinished_writes", "target_failed")) {
            assertThat(verdicts.getOrDefault(comparison, 0))
                    .as("%s, %s", comparison, status)
                    .isEqualTo(status.at("/exchanges/compared_" + comparison).asInt());
        }
        assertThat(verdicts)
                .as("%s", status)
                .containsEntry("applied", DOCUMENTS)
                .containsEntry("skipped", ROUNDS + 1);
        assertThat(lines)
                .filteredOn(line ->
                        line.has("differences") && !line.path("index").asText().equals("films"))
                .hasSize(2 * (ROUNDS + 1))
                .extracting(ReadsIT::difference)
                .containsOnly("GET /{index}/_doc/{id} _source", "POST /{index}/_search aggregations.sum.value");
        assertThat(lines)
                .filteredOn(line -> line.get("connection").asInt() == QUIET)
                .filteredOn(line -> line.get("verdict").asText().equals("different"))
                .as("%s", status)
                .extracting(ReadsIT::difference)
                .containsExactlyInAnyOrder(
                        "GET /{index}/_doc/{id} _source", "POST /{index}/_search aggregations.sum.value");
        assertThat(lines)
                .filteredOn(line -> line.get("verdict").asText().equals("target_failed"))
                .allSatisfy(line -> {
                    assertThat(line.get("index").asText()).isEqualTo("films");
                    assertThat(line.at("/source/status").asInt()).isEqualTo(200);
                    assertThat(line.at("/target/status").asInt()).isEqualTo(503);
                    assertThat(line.get("target_answer").asText()).contains("search_phase_execution_exception");
                });
    }

    private static String difference(JsonNode line) {
        return line.get("route").asText() + " " + line.get("differences").get(0).asText();
    }

    /** Of all finished files, as soon as there are as many as wanted. */
    private static List<JsonNode> lines(Path state, int wanted) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        List<JsonNode> lines = linesOf(state.resolve(OutcomeFiles.FOLDER));
        while (lines.size() < wanted) {
            assertThat(System.nanoTime())
                    .as("%d lines of %d", lines.size(), wanted)
                    .isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            lines = linesOf(state.resolve(OutcomeFiles.FOLDER));
        }
        return lines;
    }

    private static List<JsonNode> linesOf(Path outcomes) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        if (!Files.exists(outcomes)) {
            return lines;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(outcomes)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(".ndjson.gz")
                            && !file.getFileName().toString().startsWith("."))
                    .toList();
        }
        for (Path file : files) {
            try (BufferedReader in = new BufferedReader(
                    new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(JSON.readTree(line));
                }
            }
        }
        return lines;
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
                Duration.ofSeconds(3),
                1,
                4,
                ReplayBounds.DEFAULT,
                new Judging(1, Outcomes.ALL, FILE_AGE));
    }

    private static ClusterAddress address(URI endpoint) {
        return new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT);
    }
}
