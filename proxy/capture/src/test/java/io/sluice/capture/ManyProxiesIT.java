package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.wire.Record;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several recorders on one topic, whose clocks disagree. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ManyProxiesIT {

    private static final int PARTITIONS = 4;

    private static KafkaProcess kafka;

    @TempDir
    Path folder;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws IOException {
        kafka.close();
    }

    private RecorderSettings.Builder settings(Capture capture, String proxy) {
        return RecorderSettings.of(capture.topic(), PARTITIONS, capture.kafka(), folder.resolve(proxy))
                .journalBytes(16 << 20)
                .recordBytes(64 << 10)
                .admin(proxy + ":9299");
    }

    private KafkaRecorder open(Capture capture, String proxy, Duration ahead) throws IOException {
        InstantSource system = InstantSource.system();
        return KafkaRecorder.open(
                settings(capture, proxy).build(), () -> system.instant().plus(ahead), HeartbeatPolicy.TRUE);
    }

    private static boolean knows(KafkaRecorder recorder, int proxies) {
        return recorder.status().proxies().size() == proxies;
    }

    @Test
    void proxiesJoinLeaveAndComeBackWhateverTheirClocksSay() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder ahead = open(capture, "ahead", Duration.ofSeconds(30))) {
            Traffic first = new Traffic(ahead, acknowledged::add);
            first.start(4, "ahead");
            Until.isTrue("writes", () -> first.done() > 100);
            for (int round = 0; round < 2; round++) {
                try (KafkaRecorder behind = open(capture, "behind", Duration.ofSeconds(-30))) {
                    Traffic second = new Traffic(behind, acknowledged::add);
                    second.start(4, "behind" + round);
                    Until.isTrue("writes", () -> second.done() > 100);
                    Until.isTrue("both know each other", () -> knows(ahead, 2) && knows(behind, 2));
                    second.stop();
                }
                Until.isTrue("the other left", () -> knows(ahead, 1));
            }
            first.stop();
        }

        Capture.Content content = capture.read();
        assertThat(content.report().violations()).isEmpty();
        assertThat(content.troubles()).isEmpty();
        Set<String> whole = new HashSet<>();
        for (CapturedExchange exchange : content.exchanges()) {
            assertThat(exchange.isWhole()).isTrue();
            whole.add(exchange.request().body().toStringUtf8());
        }
        assertThat(whole).containsAll(acknowledged);
        content.times().values().forEach(time -> assertThat(time).isPositive());
    }

    /** Whichever came first; and what one does after another did something is stamped later, but for the time that it takes to hear of it. */
    @Test
    void whoseClockIsMoreThanAMinuteOffDoesNotBeginAndLeavesNothingThatIsWaitedFor() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        assertThatThrownBy(() -> open(capture, "future", Duration.ofSeconds(100)))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("s ahead");
        assertThatThrownBy(() -> open(capture, "past", Duration.ofSeconds(-100)))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("s behind");
        try (KafkaRecorder ahead = open(capture, "ahead", Duration.ofSeconds(50))) {
            Until.isTrue("heartbeats", () -> ahead.status().counts().heartbeats() > 20L * PARTITIONS);
            assertThatThrownBy(() -> open(capture, "behind", Duration.ofSeconds(-50)))
                    .isInstanceOf(CaptureException.class)
                    .hasMessageContaining("behind the newest stamp");
            assertThat(knows(ahead, 1)).isTrue();
        }

        Capture.Content content = capture.read();
        assertThat(content.controls(Record.KindCase.HELLO)).hasSize(3 * PARTITIONS);
        assertThat(content.controls(Record.KindCase.GOODBYE)).hasSize(3 * PARTITIONS);
    }

    @Test
    void allGoByTheClockThatIsFurthestAhead() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder behind = open(capture, "behind", Duration.ofSeconds(-5));
                KafkaRecorder right = open(capture, "right", Duration.ZERO)) {
            try (KafkaRecorder ahead = open(capture, "ahead", Duration.ofSeconds(20))) {
                Until.isTrue("they go by it", () -> ahead(behind) > 19_000 && ahead(right) > 19_000);
                assertThat(ahead(ahead)).isBetween(19_000L, 21_000L);
            }
            assertThat(ahead(behind)).isBetween(19_000L, 21_000L);
            assertThat(ahead(right)).isBetween(19_000L, 21_000L);
        }
        assertThat(capture.read().report().violations()).isEmpty();
    }

    @Test
    void howLongSomethingWaitsForKafkaIsToldByTheClockThatStampedIt() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder behind = open(capture, "behind", Duration.ZERO)) {
            try (KafkaRecorder ahead = open(capture, "ahead", Duration.ofSeconds(20))) {
                Until.isTrue("it goes by the other", () -> ahead(behind) > 19_000);
                assertThat(ahead(ahead)).isPositive();
            }
            Traffic traffic = new Traffic(behind, acknowledged::add);
            traffic.start(1, "behind");
            Until.isTrue("writes", () -> traffic.done() > 10);

            kafka.suspend();
            Until.isTrue("spilling", () -> behind.status().state() == RecorderStatus.State.SPILLING);
            assertThat(behind.status().oldestUnacknowledgedMillis()).isGreaterThan(900);
            kafka.resume();
            traffic.stop();
        } finally {
            kafka.resume();
        }
    }

    /** In milliseconds; less by what it takes to hear of another, which is looked for twice in a second. */
    private static long ahead(KafkaRecorder recorder) {
        long stamp = recorder.mark("now", Map.of()).join().partitions().get(0).stamp();
        return Duration.between(Instant.now(), Instant.ofEpochSecond(0, stamp)).toMillis();
    }

    @Test
    void aSilentProxyIsForgottenWhenThatIsAskedFor() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        Process silent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RecordingProcess.class.getName(),
                        kafka.address(),
                        capture.topic(),
                        folder.resolve("silent").toString(),
                        "silent")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        RecorderSettings settings =
                settings(capture, "p").deadAfter(Duration.ofSeconds(3)).build();
        try (KafkaRecorder recorder = KafkaRecorder.open(settings)) {
            Until.isTrue("the other is there", () -> knows(recorder, 2));
            silent.destroyForcibly().waitFor();

            Until.isTrue("the other is forgotten", () -> knows(recorder, 1));
            Traffic.write(recorder, "after");
            long after = recorder.status().counts().heartbeats();
            Until.isTrue("heartbeats", () -> recorder.status().counts().heartbeats() > after + 10L * PARTITIONS);
        } finally {
            silent.destroyForcibly().waitFor();
        }

        Capture.Content content = capture.read();
        assertThat(content.report().violations()).isEmpty();
        assertThat(content.controls(Record.KindCase.FORGOTTEN)).hasSize(PARTITIONS);
        long written = content.exchanges().stream()
                .filter(exchange -> exchange.request().body().toStringUtf8().equals("after"))
                .findFirst()
                .orElseThrow()
                .request()
                .ended();
        content.times().values().forEach(time -> assertThat(time).isGreaterThan(written));
    }
}
