package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.control.CircleWriter.Way;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A verification while clients write and a replay carries it over: what is on its way is no difference, and what somebody else did to
 * the target is, also to documents that change all the time.
 *
 * <p>Each round does ten more things to the target that have to be told, two of them to documents that keep changing, and one to a
 * document that changes faster than anybody can look, which may be left open until it rests. It prints a line: its seed, how many things were
 * done by now, how many of them were told, how many documents were not settled, and how long it took. {@code -Dsluice.circle.seed=N} begins with another seed.
 */
class VerifyWhileReplayingIT {

    private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 20 : 1;
    private static final long FIRST_SEED = Long.getLong("sluice.circle.seed", 20261130L);
    private static final int CALM = 1_000;
    private static final int DIFFERENT = 3;
    private static final int BUSY_EACH_ROUND = 4;
    private static final long BUSY_PAUSE_NANOS = 50_000_000;

    /** The first of the busy ones is written once where the others are written so often: about every ten seconds. */
    private static final int SLOW = 200;

    /** Beyond all that the source will count to: the replay cannot write over it. */
    private static final long BEYOND = 1L << 40;

    private static final Set<String> REAL = Set.of("missing", "extra", "different");

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final AtomicBoolean stop = new AtomicBoolean();

    /** What was done to the target: a verdict and an id. */
    private final Set<String> planted = new TreeSet<>();

    private final Set<Integer> used = new HashSet<>();

    @TempDir
    private Path folder;

    private KafkaProcess kafka;
    private Circle circle;

    @BeforeEach
    void begin() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        Servers.succeed(source, "PUT", "/" + CircleWriter.INDEX, """
                {"settings": {"number_of_shards": 2, "number_of_replicas": 0},
                 "mappings": {"properties": {"writer": {"type": "integer"}, "n": {"type": "integer"}, "text": {"type": "keyword"}}}}
                """);
        kafka = KafkaProcess.start(KafkaSetup.single());
        Files.writeString(folder.resolve("migration.yaml"), """
                name: verified
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                capture: {brokers: "%s", partitions: 2}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {max: 64mb}}
                replay: {parallelism: 1}
                """.formatted(source, target, kafka.address()));
        assertThat(Circle.run(folder, "capture", "create-topic").exitCode()).isZero();
        circle = new Circle(folder, source, target, FIRST_SEED);
    }

    @AfterEach
    void end() throws Exception {
        stop.set(true);
        circle.close();
        kafka.close();
        Servers.wipe(source);
        Servers.wipe(target);
    }

    @Test
    void nothingFalseIsReportedAndNothingRealIsLeftOut() throws Exception {
        CompletableFuture<CommandRun> replay = CompletableFuture.supplyAsync(
                () -> circle.run("replay", "start", "--json"), task -> new Thread(task, "replay").start());
        writeCalmOnes();
        circle.awaitCaughtUp();
        // Deletes are remembered there for longer than this lasts: else the replay might undo what is done.
        Servers.succeed(
                target, "PUT", "/" + CircleWriter.INDEX + "/_settings", "{\"index\": {\"gc_deletes\": \"1h\"}}");
        circle.startWriters(EnumSet.of(Way.SINGLE, Way.BULK, Way.RACES, Way.UPDATES, Way.GENERATED_IDS), 1);
        circle.awaitWrites(10);
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            round(seed);
        }
        circle.stopWriters();
        circle.done("replay", "stop");
        assertThat(replay.get().exitCode()).as("%s", replay.get().err()).isZero();
    }

    private void writeCalmOnes() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < CALM; i++) {
            lines.append(
                    "{\"index\":{\"_id\":\"calm-%d\"}}\n{\"writer\":0,\"n\":%d,\"text\":\"calm\"}\n".formatted(i, i));
        }
        bulk(circle.endpoint(), lines.toString());
    }

    private void round(long seed) throws Exception {
        Random random = new Random(seed);
        long began = System.nanoTime();
        List<String> busy = new ArrayList<>(List.of("slow-" + seed));
        for (int i = 0; i < BUSY_EACH_ROUND; i++) {
            busy.add("busy-%d-%d".formatted(seed, i));
        }
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Void> writing =
                CompletableFuture.runAsync(() -> keepWriting(busy, isOver), task -> new Thread(task, "busy").start());
        circle.await(() -> "busy ones arrived", () -> busy.stream().allMatch(this::isAtTarget));
        plant(random, seed, busy);
        try {
            VerifyRun run = VerifyRun.in(folder, "--parallelism", "1");
            int found = check(run, seed, busy);
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %d | %d | %d | %.0f s |%n",
                    seed,
                    planted.size(),
                    found,
                    run.report().at("/documents/not_settled").asLong(),
                    (System.nanoTime() - began) / 1e9);
        } finally {
            isOver.set(true);
            writing.join();
        }
    }

    private void keepWriting(List<String> ids, AtomicBoolean isOver) {
        for (int n = 0; !isOver.get() && !stop.get(); n++) {
            StringBuilder lines = new StringBuilder();
            for (String id : n % SLOW == 0 ? ids : ids.subList(1, ids.size())) {
                lines.append("{\"index\":{\"_id\":\"%s\"}}\n{\"n\":%d}\n".formatted(id, n));
            }
            try {
                bulk(circle.endpoint(), lines.toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            LockSupport.parkNanos(BUSY_PAUSE_NANOS);
        }
    }

    private boolean isAtTarget(String id) {
        try {
            return Servers.call(target, "GET", "/" + CircleWriter.INDEX + "/_doc/" + id)
                            .status()
                    == 200;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Eleven things: three documents that never change are missing, three differ and two are extra; of those that change, the slow one and a
     * fast one are missing, and a fast one differs.
     */
    private void plant(Random random, long seed, List<String> busy) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < DIFFERENT; i++) {
            lines.append(delete(calm(random, "missing")));
            lines.append(index(calm(random, "different"), "{\"writer\":0,\"n\":-1,\"text\":\"calm\"}"));
        }
        for (int i = 0; i < 2; i++) {
            String id = "more-%d-%d".formatted(seed, i);
            planted.add("extra " + id);
            lines.append(index(id, "{}"));
        }
        for (String id : busy.subList(0, 2)) {
            planted.add("missing " + id);
            lines.append(delete(id));
        }
        planted.add("different " + busy.get(2));
        lines.append(index(busy.get(2), "{\"n\":-1}"));
        bulk(target, lines.toString());
    }

    private String calm(Random random, String verdict) {
        int number = random.nextInt(CALM);
        while (!used.add(number)) {
            number = random.nextInt(CALM);
        }
        planted.add(verdict + " calm-" + number);
        return "calm-" + number;
    }

    private static String delete(String id) {
        return "{\"delete\":{\"_id\":\"%s\",\"version\":%d,\"version_type\":\"external_gte\"}}\n".formatted(id, BEYOND);
    }

    private static String index(String id, String document) {
        return "{\"index\":{\"_id\":\"%s\",\"version\":%d,\"version_type\":\"external_gte\"}}\n%s\n"
                .formatted(id, BEYOND, document);
    }

    private static void bulk(URI cluster, String lines) throws IOException {
        JsonNode answer = Servers.succeed(cluster, "POST", "/" + CircleWriter.INDEX + "/_bulk", lines);
        assertThat(answer.path("errors").asBoolean()).as("%s", answer).isFalse();
    }

    /**
     * Documents that change all the time may be left open, if that is said; of all others it is said what is so.
     *
     * @return of how many it is said
     */
    private int check(VerifyRun run, long seed, List<String> busy) {
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        Set<String> found = new TreeSet<>();
        Set<String> open = new TreeSet<>();
        for (JsonNode line : run.lines()) {
            String verdict = line.path("verdict").asText();
            String id = line.path("id").asText();
            if (REAL.contains(verdict)) {
                found.add(verdict + " " + id);
            } else {
                assertThat(verdict).isEqualTo("not_settled");
                assertThat(open.add(id)).isTrue();
            }
        }
        assertThat(planted).as("seed %d: false ones", seed).containsAll(found);
        Set<String> left = new TreeSet<>(planted);
        left.removeAll(found);
        assertThat(left).as("seed %d: left out", seed).isSubsetOf("missing " + busy.get(1));
        assertThat(open)
                .as("seed %d: left open", seed)
                .containsAll(left.stream()
                        .map(one -> one.substring(one.indexOf(' ') + 1))
                        .toList());
        assertThat(open).as("seed %d", seed).noneMatch(id -> id.startsWith("calm") || id.startsWith("more"));
        assertThat(run.report().at("/documents/not_settled").asInt()).isEqualTo(open.size());
        return found.size();
    }
}
