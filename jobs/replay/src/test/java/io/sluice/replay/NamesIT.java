package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.replay.rewrite.ChangedRules;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Rewriter;
import io.sluice.testkit.Answer;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that come to do something to documents while the capture runs: an alias to route them, an index to change them. */
class NamesIT {

    private static final int WRITERS = 4;
    private static final int WRITES = 60;
    private static final int DOCUMENTS = 15;

    /** Whether the next exchange brings the whole job down. */
    private static final AtomicBoolean CRASHES = new AtomicBoolean();

    private static KafkaProcess kafka;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    private CaptureBed bed;

    /** The rules of a start at which no name did anything, and a crash of the whole job when it is ordered. */
    private static final class Crashing implements Rewriting.Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public RewriteRules rules() {
            return ChangedRules.withAliases(Set.of("plain"));
        }

        @Override
        public Rewriting make() {
            Rewriter rewriter = new Rewriter(rules());
            return exchange -> {
                if (CRASHES.getAndSet(false)) {
                    throw new AssertionError("a crash that the test ordered");
                }
                return rewriter.rewrite(exchange);
            };
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
        Servers.succeed(source, "PUT", "/_ingest/pipeline/stamp", """
                {"processors":[{"set":{"field":"stamped","value":true}}]}""");
        Servers.succeed(source, "PUT", "/books", """
                {"settings":{"number_of_shards":3,"number_of_replicas":0},"aliases":{"plain":{}}}""");
        bed = CaptureBed.on(kafka, folder);
    }

    @AfterEach
    void end() throws Exception {
        CRASHES.set(false);
        bed.end();
    }

    @Test
    void anAliasThatGetsARoutingRoutesWhatIsWrittenThroughItFromThenOn() throws Exception {
        change("/plain/_doc/", "POST", "/_aliases", """
                {"actions":[{"add":{"index":"books","alias":"plain","routing":"zz"}}]}""");
    }

    @Test
    void anIndexThatGetsAPipelineChangesWhatIsWrittenToItFromThenOn() throws Exception {
        change("/books/_doc/", "PUT", "/books/_settings", "{\"index.default_pipeline\":\"stamp\"}");
    }

    /** The indices come after it, each made by a write. */
    @Test
    void aTemplateThatGivesAPipelineCountsForTheIndicesThatItMakes() throws Exception {
        try (RunningReplay replay = bed.replay(new Crashing(), source, target);
                CapturedClient one = bed.client(source, 1);
                CapturedClient other = bed.client(source, 2)) {
            done(
                    one,
                    "PUT",
                    "/_component_template/part",
                    "{\"template\":{\"settings\":{\"final_pipeline\":\"stamp\"}}}");
            done(one, "PUT", "/_index_template/films", """
                    {"index_patterns":["films-*"],"composed_of":["part"],
                    "template":{"settings":{"number_of_shards":2,"number_of_replicas":0}}}""");
            crash(replay, other);
            for (int i = 0; i < DOCUMENTS; i++) {
                done(other, "PUT", "/films-%d/_doc/%d".formatted(i % 2, i), "{\"n\":%d}".formatted(i));
            }
            assertSame(replay, "films-0", "films-1", "books");
        }
    }

    /** Nobody captures the change: what was written before it is seen may be on the wrong shard, and nothing after that. */
    @Test
    void aRoutingThatAnAliasGotBehindTheProxyIsSeenSoonAndKept() throws Exception {
        try (RunningReplay replay = bed.replay(new Crashing(), source, target);
                CapturedClient client = bed.client(source, 1)) {
            Servers.succeed(source, "POST", "/_aliases", """
                    {"actions":[{"add":{"index":"books","alias":"plain","routing":"zz"}}]}""");
            int number = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!isRouted(replay, client, number)) {
                assertThat(System.nanoTime()).as("it was never seen").isLessThan(end);
                number++;
            }
            crash(replay, client);
            for (int last = number + DOCUMENTS; number < last; number++) {
                assertThat(isRouted(replay, client, number)).isTrue();
            }
        }
    }

    /** Whether a document that is written through the alias has its routing at the target. */
    private boolean isRouted(RunningReplay replay, CapturedClient client, int id) throws Exception {
        done(client, "PUT", "/plain/_doc/" + id, "{}");
        Instant end = Instant.now();
        replay.await(status -> isBehind(status, end));
        return Servers.call(target, "GET", "/books/_doc/%d?routing=zz".formatted(id))
                .body()
                .contains("\"_routing\":\"zz\"");
    }

    /** Writers write, a call comes in their midst over a connection of its own, the job crashes, and they write on. */
    private void change(String path, String method, String target, String body) throws Exception {
        try (RunningReplay replay = bed.replay(new Crashing(), source, this.target);
                CapturedClient caller = bed.client(source, 100)) {
            replay.await(status -> status.path("replayed_until").isTextual());
            ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
            try {
                List<Future<Void>> writing = writers(path, pool);
                done(caller, "PUT", "/books/_doc/caller", "{\"n\":0}");
                done(caller, method, target, body);
                for (Future<Void> writer : writing) {
                    writer.get();
                }
                crash(replay, caller);
                for (Future<Void> writer : writers(path, pool)) {
                    writer.get();
                }
            } finally {
                pool.shutdown();
            }
            assertSame(replay, "books");
        }
    }

    /** Brings the job down when a checkpoint has all of before. */
    private static void crash(RunningReplay replay, CapturedClient client) throws Exception {
        Instant before = Instant.now();
        replay.await(status -> isBehind(status, before));
        CRASHES.set(true);
        done(client, "PUT", "/books/_doc/crash", "{\"n\":-1}");
        Instant after = Instant.now();
        replay.await(status -> isBehind(status, after));
        assertThat(CRASHES).as("no crash came").isFalse();
    }

    private List<Future<Void>> writers(String path, ExecutorService pool) {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i + 1;
            Callable<Void> writer = () -> {
                try (CapturedClient client = bed.client(source, number)) {
                    for (int n = 0; n < WRITES; n++) {
                        String id = number + "-" + n % DOCUMENTS;
                        if (n % 7 == 6) {
                            client.write("DELETE", path + id, "");
                        } else if (n % 7 == 5) {
                            update(client, path.replace("_doc", "_update") + id, n);
                        } else {
                            done(client, "PUT", path + id, "{\"n\":%d}".formatted(n));
                        }
                    }
                }
                return null;
            };
            all.add(pool.submit(writer));
        }
        return all;
    }

    /** The source reads by one routing and writes by another where that changes in between, and says that it is a conflict. */
    private static void update(CapturedClient client, String path, int n) throws Exception {
        Answer answer = client.write("POST", path, "{\"doc\":{\"u\":%d},\"doc_as_upsert\":true}".formatted(n));
        assertThat(answer.status()).as("%s: %s", path, answer).isIn(200, 201, 409);
    }

    private void assertSame(RunningReplay replay, String... indices) throws Exception {
        Instant end = Instant.now();
        JsonNode status = replay.await(now -> isBehind(now, end));
        for (String index : indices) {
            assertThat(DocumentComparison.of(source, target, index))
                    .as("%s: %s", index, status)
                    .matches(DocumentComparison::isEqual);
        }
        assertThat(status.at("/exchanges/failed").asInt()).as("%s", status).isZero();
        assertThat(status.at("/exchanges/unknown").asInt()).as("%s", status).isZero();
    }

    private static void done(CapturedClient client, String method, String path, String body) throws Exception {
        Answer answer = client.write(method, path, body);
        assertThat(answer.status() / 100).as("%s %s: %s", method, path, answer).isEqualTo(2);
    }

    private static boolean isBehind(JsonNode status, Instant end) {
        return status.path("replayed_until").isTextual()
                && Instant.parse(status.get("replayed_until").asText()).isAfter(end);
    }
}
