package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.End;
import io.sluice.capture.route.Route;
import io.sluice.proxy.Conversation.Asked;
import io.sluice.proxy.Conversation.Message;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several real clients at once, a proxy in a process of its own, a real Kafka, a real cluster. */
class ClientsIT {

    private static final Logger LOG = LoggerFactory.getLogger(ClientsIT.class);

    private static KafkaProcess kafka;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws IOException {
        kafka.close();
    }

    static Stream<Distribution> sources() {
        return Stream.of(Distributions.ES_7_10_2, Distributions.OS_2_19_6);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void clientsNoticeNothingAndEveryExchangeIsCaptured(Distribution distribution) throws Exception {
        URI source = SharedServers.of(distribution).endpoint();
        CapturedTopic topic = CapturedTopic.create(kafka, "clients-of-" + distribution.version());
        Map<TestClients, List<Tap.Connection>> direct = work(source, source.getPort());
        Map<TestClients, List<Tap.Connection>> through;
        try (ProxyProcess proxy = ProxyProcess.start(configuration(source, topic))) {
            through = work(source, proxy.port());
            assertThat(proxy.ask("/metrics", folder.resolve(".sluice/books/proxy/admin-token")))
                    .contains("sluice_proxy_capture_state{state=\"ok\"} 1.0")
                    .containsPattern("sluice_proxy_capture_total\\{what=\"writes\"} [1-9]")
                    .containsPattern("sluice_proxy_capture_journal_max_bytes [1-9]");
            proxy.terminate();
            assertThat(proxy.awaitEnd()).isTrue();
        }

        for (TestClients client : TestClients.values()) {
            assertThat(told(through.get(client))).as("what %s got", client).isEqualTo(told(direct.get(client)));
        }
        CapturedTopic.Content captured = topic.read();
        assertThat(captured.report().violations()).isEmpty();
        assertThat(captured.report().heartbeats()).isPositive();
        assertThat(captured.report().openExchanges()).isZero();
        assertThat(captured.troubles()).isEmpty();
        int exchanges = 0;
        for (List<Tap.Connection> connections : through.values()) {
            for (Tap.Connection connection : connections) {
                exchanges += checkCaptured(connection, captured);
            }
        }
        assertThat(captured.exchanges()).hasSize(exchanges);
    }

    private Path configuration(URI source, CapturedTopic topic) throws IOException {
        Path file = folder.resolve("migration.yaml");
        Files.writeString(file, """
                name: books
                source: {endpoint: "%s"}
                proxy:
                  listen: 127.0.0.1:0
                  admin: 127.0.0.1:0
                  journal: {max: 256mb}
                %s
                """.formatted(source, topic.section()));
        return file;
    }

    /** Lets all clients work at once, each through a tap of its own. */
    private Map<TestClients, List<Tap.Connection>> work(URI source, int port) throws Exception {
        Servers.wipe(source);
        Map<TestClients, List<Tap.Connection>> passed = new EnumMap<>(TestClients.class);
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> running = new ArrayList<>();
        List<Tap> taps = new ArrayList<>();
        try {
            for (TestClients client : TestClients.values()) {
                Tap tap = Tap.before(port);
                taps.add(tap);
                passed.put(client, tap.connections());
                running.add(threads.submit(() -> {
                    long began = System.nanoTime();
                    client.work(tap.endpoint(), folder);
                    LOG.info("{} took {} ms.", client, (System.nanoTime() - began) / 1_000_000);
                    return client;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
            for (Tap tap : taps) {
                tap.close();
            }
        }
        return passed;
    }

    /** What a client got, without what differs from one time to the next. */
    private static String told(List<Tap.Connection> connections) throws IOException {
        List<Asked> all = new ArrayList<>();
        for (Tap.Connection connection : connections) {
            all.addAll(Conversation.of(connection));
        }
        all.sort(Comparator.comparingLong(Asked::began));
        StringBuilder told = new StringBuilder();
        for (Asked asked : all) {
            told.append("> ").append(asked.request().line()).append('\n');
            asked.interim().forEach(told::append);
            Message answer = asked.answer();
            told.append(answer.head()
                            .replaceAll("(?i)(\r\ncontent-length): \\d+", "$1: #")
                            .replaceAll("TASK_RESOURCE_USAGE: [^\r]+", "TASK_RESOURCE_USAGE: #"))
                    .append(answer.text()
                            .replaceAll("\"took\" ?: ?\\d+", "\"took\":0")
                            .replaceAll("\\[(\\w+)/[\\w-]{22}\\]", "[$1/#]")
                            .replaceAll("\"index_uuid\":\"[\\w-]{22}\"", "\"index_uuid\":\"#\"")
                            .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:#"))
                    .append('\n');
        }
        return told.toString();
    }

    /** Compares what passed over a connection with what was captured of it, byte by byte. */
    private static int checkCaptured(Tap.Connection connection, CapturedTopic.Content captured) throws IOException {
        List<Asked> passed = Conversation.of(connection);
        List<CapturedExchange> kept = captured.exchanges().stream()
                .filter(exchange -> exchange.client().equals(connection.from()))
                .sorted(Comparator.comparingLong(exchange -> exchange.id().exchange()))
                .toList();
        assertThat(kept).hasSameSizeAs(passed);
        long last = 0;
        for (int i = 0; i < passed.size(); i++) {
            CapturedExchange exchange = kept.get(i);
            check(passed.get(i), exchange);
            assertThat(exchange.request().began()).isGreaterThan(last);
            assertThat(exchange.answer().began())
                    .isGreaterThan(exchange.request().ended());
            last = exchange.answer().ended();
        }
        return passed.size();
    }

    private static void check(Asked passed, CapturedExchange kept) throws IOException {
        Message request = passed.request();
        assertThat(kept.isWhole()).as(request.line()).isTrue();
        assertThat(kept.end()).isEqualTo(End.ENDED);
        assertThat(kept.answerStripped()).isFalse();
        assertThat(kept.request().head().toString(StandardCharsets.ISO_8859_1))
                .isEqualTo(request.head().replaceAll("(?i)(\r\nauthorization): [^\r]*", "$1: <redacted>"));
        assertThat(kept.request().body().toByteArray()).isEqualTo(request.body());
        String[] words = request.line().split(" ");
        assertThat(kept.write())
                .as(request.line())
                .isEqualTo(Route.of(words[0], words[1]).isWrite());
        String answer = kept.answer().head().toString(StandardCharsets.ISO_8859_1);
        Message all = new Message(answer, kept.answer().body().toByteArray());
        if (kept.write() && request.line().contains("filter_path=")) {
            assertThat(all.line()).isEqualTo(passed.answer().line());
            assertThat(all.text()).containsAnyOf("\"_seq_no\":", "\"failures\":");
        } else {
            assertThat(answer).isEqualTo(passed.answer().head());
            assertThat(all.text()).isEqualTo(passed.answer().text());
            if (!kept.write() || !answer.contains("gzip")) { // such a write's answer may be compressed anew
                assertThat(all.body()).isEqualTo(passed.answer().body());
            }
        }
    }
}
