package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Rewriter;
import io.sluice.state.StateFiles;
import io.sluice.testkit.Answer;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What requests change that do not name their documents comes to be at the target, with a real source and a real target. */
class SweepIT {

    private static final int DOCUMENTS = 60;
    private static final int OLD = 10;
    private static final int CREATED = 201;

    /** Whether the next request that asks for it brings the whole job down. */
    private static final AtomicBoolean CRASHES = new AtomicBoolean();

    private static KafkaProcess kafka;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    private CaptureBed bed;

    /** The rules, and a crash of the whole job when it is ordered, while sweeps are not settled. */
    private static final class Crashing implements Rewriting.Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            Rewriter rewriter = new Rewriter(RewriteRules.DEFAULT);
            return exchange -> {
                if (isNamed(exchange, "/_crash") && CRASHES.getAndSet(false)) {
                    throw new AssertionError("a crash that the test ordered");
                }
                return rewriter.rewrite(exchange);
            };
        }

        private static boolean isNamed(CapturedExchange exchange, String name) {
            return exchange.request().head().toStringUtf8().contains(name);
        }
    }

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws Exception {
        kafka.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(source, "PUT", "/books", """
                {"settings":{"number_of_shards":3,"number_of_replicas":0},
                "mappings":{"properties":{"n":{"type":"long"}}},"aliases":{"all-books":{}}}""");
        bed = CaptureBed.on(kafka, folder);
    }

    @AfterEach
    void end() throws Exception {
        CRASHES.set(false);
        bed.end();
    }

    private static void done(CapturedClient client, String method, String path, String body) throws Exception {
        Answer answer = client.write(method, path, body);
        assertThat(answer.status() / 100).as("%s %s: %s", method, path, answer).isEqualTo(2);
    }

    private void fill(CapturedClient client) throws Exception {
        for (int i = 0; i < DOCUMENTS; i++) {
            String routing = i % 3 == 0 ? "?routing=r" + i % 5 : "";
            done(client, "PUT", "/books/_doc/%d%s".formatted(i, routing), "{\"n\":%d,\"price\":1.50}".formatted(i));
        }
        Servers.succeed(source, "POST", "/books/_refresh", "");
    }

    private static String between(int from, int to, String rest) {
        return "{\"query\":{\"range\":{\"n\":{\"gte\":%d,\"lt\":%d}}}%s}".formatted(from, to, rest);
    }

    private void assertEqual(String index, JsonNode status) throws Exception {
        assertThat(DocumentComparison.of(source, target, index))
                .as("%s", status)
                .matches(DocumentComparison::isEqual);
    }

    private static void assertAllDone(JsonNode status) {
        assertThat(status.at("/exchanges/failed").asInt()).as("%s", status).isZero();
        assertThat(status.at("/exchanges/unknown").asInt()).as("%s", status).isZero();
    }

    private static boolean isBehind(JsonNode status, Instant end) {
        return status.path("replayed_until").isTextual()
                && Instant.parse(status.get("replayed_until").asText()).isAfter(end);
    }

    @Test
    void whatQueriesChangeDeleteAndCopyIsTheSameOnBothSidesAlsoAfterACrash() throws Exception {
        try (RunningReplay replay = bed.replay(new Crashing(), source, target);
                CapturedClient client = bed.client(source, 1)) {
            // The target lacks the index when this comes.
            done(client, "PUT", "/books/_mapping", "{\"properties\":{\"title\":{\"type\":\"keyword\"}}}");
            fill(client);
            done(client, "POST", "/books/_delete_by_query?refresh", between(0, 10, ""));
            String script =
                    ",\"script\":{\"source\":\"if (ctx._source.n < 15) {ctx.op = 'delete'} else {ctx._source.n += 100}\"}";
            done(client, "POST", "/all-books/_update_by_query?refresh", between(10, 25, script));
            CRASHES.set(true);
            client.write("GET", "/_crash", "");
            done(
                    client,
                    "POST",
                    "/_reindex?refresh",
                    "{\"source\":{\"index\":\"books\"},\"dest\":{\"index\":\"films\"}}");
            Servers.succeed(source, "PUT", "/books/_settings", "{\"index.blocks.write\":true}");
            done(client, "POST", "/books/_clone/copied", "{\"settings\":{\"index.blocks.write\":null}}");
            Servers.succeed(source, "PUT", "/books/_settings", "{\"index.blocks.write\":null}");
            // Six documents in a second: it is at work long after its answer, and after all else was replayed.
            String slowly = "?wait_for_completion=false&scroll_size=3&requests_per_second=6";
            done(client, "POST", "/books/_delete_by_query" + slowly, between(40, 58, ""));
            Instant end = Instant.now();

            JsonNode status = replay.await(now -> isBehind(now, end));

            assertThat(CRASHES).as("no crash came").isFalse();
            for (String index : List.of("books", "films", "copied")) {
                assertEqual(index, status);
            }
            assertThat(Servers.succeed(source, "GET", "/books/_count", "")
                            .get("count")
                            .asInt())
                    .isEqualTo(DOCUMENTS - 15 - 18);
            JsonNode made = Servers.succeed(target, "GET", "/books", "").get("books");
            assertThat(made.at("/mappings/properties/title/type").asText()).isEqualTo("keyword");
            assertThat(made.at("/settings/index/number_of_shards").asInt()).isEqualTo(3);
            assertAllDone(status);
        }
    }

    @Test
    void whatWasDeletedStaysDeletedWhateverABackfillBringsMeanwhile() throws Exception {
        String uuid = Servers.succeed(source, "GET", "/books/_settings", "")
                .at("/books/settings/index/uuid")
                .asText();
        StateFiles files = new StateFiles(bed.state().toUri().toString());
        files.write(
                "snapshot.json",
                SnapshotRecord.marked("backups", "first", List.of())
                        .begun()
                        .taken("uuid", List.of(new HeldIndex("books", uuid, 0, List.of(0, 1, 2))), List.of())
                        .toJson());
        // Tombstones are forgotten at once, as they are after a minute.
        Servers.succeed(target, "PUT", "/books", """
                {"settings":{"number_of_shards":3,"number_of_replicas":0,"gc_deletes":"0s"}}""");
        try (RunningReplay replay = bed.replay(Rewriting.by(RewriteRules.DEFAULT), source, target);
                CapturedClient client = bed.client(source, 1)) {
            for (int i = 0; i < OLD; i++) {
                Servers.succeed(source, "PUT", "/books/_doc/old-" + i, "{\"n\":15}");
            }
            fill(client);
            done(client, "DELETE", "/books/_doc/1?filter_path=result", ""); // so that the source has to be asked
            done(client, "POST", "/books/_delete_by_query?refresh", between(10, 20, ""));
            done(client, "PUT", "/books/_doc/end", "{\"n\":1000}");
            replay.await(now -> now.at("/items/captured").asInt() == DOCUMENTS + 3
                    && now.at("/items/held").asInt() == 1
                    && now.path("waiting_for").asText().contains("after its backfill"));
            assertThat(Servers.call(target, "GET", "/books/_doc/1").status()).isEqualTo(404);

            backfill("1", "{\"n\":1,\"price\":1.50}");
            for (int i = 0; i < OLD; i++) {
                backfill("old-" + i, "{\"n\":15}");
            }
            Instant end = Instant.now();
            files.write("complete/%s.json".formatted(uuid), JsonNodeFactory.instance.objectNode());
            JsonNode status =
                    replay.await(now -> isBehind(now, end) && now.toString().contains("kept_deletes_done_again"));

            assertEqual("books", status);
            assertAllDone(status);
        }
    }

    /** Brings a document as the snapshot has it, when the target has forgotten that it was deleted. */
    private void backfill(String id, String document) throws Exception {
        String path = "/books/_doc/%s?version=0&version_type=external_gte".formatted(id);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Answer answer = Servers.call(target, "PUT", path, document);
        while (answer.status() != CREATED) {
            assertThat(System.nanoTime()).as("%s", answer).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            Servers.succeed(target, "POST", "/books/_refresh", "");
            answer = Servers.call(target, "PUT", path, document);
        }
    }
}
