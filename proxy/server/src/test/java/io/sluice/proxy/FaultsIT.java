package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.capture.journal.Journal;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.End;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that can break breaks, at random points under load, and nothing that a client was told is lost. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class FaultsIT {

    private static final Logger LOG = LoggerFactory.getLogger(FaultsIT.class);

    private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 20 : 2;
    private static final long SEED = 47_110_815;
    private static final int CLIENTS = 8;
    private static final int VANISHING = 20;
    private static final int JOURNAL_BYTES = 256 << 20;
    private static final Pattern MARK = Pattern.compile("\"mark\":\"([^\"]+)\"");

    /** What breaks. A round has all of them, in an order of its own. */
    private enum Fault {
        KAFKA_GONE,
        PROXY_KILLED,
        SOURCE_STALLED,
        CLIENTS_VANISHED
    }

    @TempDir
    private Path folder;

    private volatile ProxyProcess proxy;

    @Test
    void everyAcknowledgedWriteIsCapturedWholeWhateverBreaks() throws Exception {
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single());
                ServerProcess source = ServerProcess.start(
                        ServerSetup.of(Distributions.OS_2_19_6).withHeapMegabytes(512))) {
            CapturedTopic topic = CapturedTopic.create(kafka, "faults");
            Path configuration = configuration(source, topic);
            proxy = ProxyProcess.start(configuration);
            Writers writers = new Writers(() -> proxy.port(), Writers.ALL_KINDS);
            writers.start(CLIENTS, SEED);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    new Round(SEED + round, kafka, source, writers, configuration).run();
                }
            } finally {
                source.resume();
                writers.stop();
            }
            Waiting.until(() -> unacknowledged(status()) == 0);
            proxy.terminate();
            assertThat(proxy.awaitEnd()).isTrue();

            assertThat(writers.wrong()).isEmpty();
            check(topic.read(), writers);
        } finally {
            proxy.close();
        }
    }

    private static void check(CapturedTopic.Content captured, Writers writers) {
        LOG.info(
                "{} writes acknowledged, {} connections lost, {}",
                writers.acknowledged().size(),
                writers.lost(),
                captured.report());
        assertThat(captured.report().violations()).isEmpty();
        assertThat(captured.report().heartbeats()).isPositive();
        assertThat(captured.report().openExchanges()).isZero();
        assertThat(captured.troubles()).isEmpty();
        Map<String, Integer> whole = new HashMap<>();
        for (CapturedExchange exchange : captured.exchanges()) {
            assertThat(exchange.end()).isIn(End.ENDED, End.PROXY_DIED);
            Matcher mark = MARK.matcher(exchange.request().body().toStringUtf8());
            if (exchange.isWhole() && mark.find() && answers(exchange, mark.group(1))) {
                whole.merge(mark.group(1), 1, Integer::sum);
            }
        }
        List<String> missing = writers.acknowledged().stream()
                .filter(mark -> whole.getOrDefault(mark, 0) != 1)
                .sorted()
                .toList();
        assertThat(missing).isEmpty();
        assertThat(writers.acknowledged()).hasSizeGreaterThan(ROUNDS * 500);
    }

    /** Whether the captured answer says of the write that has a mark what a replay needs. */
    private static boolean answers(CapturedExchange exchange, String mark) {
        String body = exchange.answer().body().toStringUtf8();
        return exchange.answer().head().toStringUtf8().startsWith("HTTP/1.1 20")
                && body.contains("\"_id\":\"" + mark + "\"")
                && body.contains("\"_seq_no\":");
    }

    private Path configuration(ServerProcess source, CapturedTopic topic) throws IOException {
        Path file = folder.resolve("migration.yaml");
        Files.writeString(file, """
                name: books
                source: {endpoint: "%s"}
                proxy:
                  listen: 127.0.0.1:0
                  admin: 127.0.0.1:0
                  journal: {path: journal, max: 256mb}
                %s
                """.formatted(source.endpoint(), topic.section()));
        return file;
    }

    private JsonNode status() throws Exception {
        return proxy.status(folder.resolve(".sluice/books/proxy/admin-token")).path("capture");
    }

    /** Bytes that Kafka has not acknowledged. */
    private static long unacknowledged(JsonNode capture) {
        return capture.path("journal").path("bytes").asLong();
    }

    /** All faults, one after the other. */
    private final class Round {

        private final long seed;
        private final Random random;
        private final KafkaProcess kafka;
        private final ServerProcess source;
        private final Writers writers;
        private final Path configuration;

        Round(long seed, KafkaProcess kafka, ServerProcess source, Writers writers, Path configuration) {
            this.seed = seed;
            this.random = new Random(seed);
            this.kafka = kafka;
            this.source = source;
            this.writers = writers;
            this.configuration = configuration;
        }

        void run() throws Exception {
            List<Fault> faults = new ArrayList<>(Arrays.asList(Fault.values()));
            Collections.shuffle(faults, random);
            LOG.info("Seed {}: {}", seed, faults);
            for (Fault fault : faults) {
                writers.await(random.nextInt(50, 300));
                Waiting.until(() -> unacknowledged(status()) > 0);
                strike(fault);
            }
            writers.await(100);
        }

        private void strike(Fault fault) throws Exception {
            switch (fault) {
                case KAFKA_GONE -> {
                    if (seed % 2 == 0) {
                        kafka.stop();
                    } else {
                        kafka.kill();
                    }
                    goOnWithoutKafka();
                    kafka.restart();
                }
                case PROXY_KILLED -> killProxy();
                case SOURCE_STALLED -> {
                    source.suspend();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(100, 1_500)));
                    source.resume();
                }
                case CLIENTS_VANISHED -> {
                    for (int i = 0; i < VANISHING; i++) {
                        writers.vanish(random);
                    }
                }
            }
        }

        /** The journal stands in. */
        private void goOnWithoutKafka() throws Exception {
            writers.await(random.nextInt(50, 200));
            JsonNode now = status();
            assertThat(unacknowledged(now)).isPositive();
            assertThat(now.path("state").asText()).isEqualTo("spilling");
        }

        /** With a Kafka that takes nothing, so that something is certainly not acknowledged. */
        private void killProxy() throws Exception {
            kafka.suspend();
            try {
                writers.await(random.nextInt(1, 100));
                proxy.kill();
                assertThat(leftInJournal()).isPositive();
            } finally {
                kafka.resume();
            }
            proxy = ProxyProcess.start(configuration);
        }

        private long leftInJournal() throws IOException {
            try (Journal journal =
                    Journal.open(folder.resolve("journal"), JOURNAL_BYTES, 1 << 20, InstantSource.system())) {
                return journal.bytesUsed();
            }
        }
    }
}
