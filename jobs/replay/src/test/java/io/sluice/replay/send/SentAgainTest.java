package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that a target refuses together and takes one by one, or at which it fails. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class SentAgainTest {

    private static final long STRIDE = 200;
    /** For what takes more than minutes. */
    private static final long LONG_STRIDE = 2_000;

    private static final int REFUSED = 400;
    private static final int MANY = 1_000;
    private static final int MINUTES = 8;
    private static final int WRITES_PER_MINUTE = 6;
    private static final int MOST_WRITES = 500;
    private static final Ruled APPLIED = new Ruled(Verdict.APPLIED, "");
    private static final Ruled SUPERSEDED = new Ruled(Verdict.SUPERSEDED, "");
    private static final Ruled TARGET_FAILED = new Ruled(Verdict.FAILED, "target_failed");

    /** Its action, its source, and what is behind the last line break. */
    private static final int LINES_OF_ONE = 3;

    /** Has all indices, takes no two writes in one request, and answers when it is let. */
    private static final class OneAtATime implements AutoCloseable {
        private static final ObjectMapper JSON = new ObjectMapper();
        private static final String TOO_MANY =
                "{\"error\":{\"type\":\"illegal_argument_exception\",\"reason\":\"two\"},\"status\":400}";

        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<String> arrived = new ArrayList<>();
        private final HttpServer server;

        final Semaphore answers = new Semaphore(0);

        OneAtATime() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), MANY);
            server.createContext("/", this::answer);
            server.setExecutor(threads);
            server.start();
        }

        URI endpoint() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        synchronized List<String> arrived() {
            return List.copyOf(arrived);
        }

        private synchronized void arrived(JsonNode write) {
            arrived.add(write.get("_id").asText() + " " + write.get("version").asText());
        }

        private void answer(HttpExchange exchange) throws IOException {
            String[] lines =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
            if (!exchange.getRequestURI().getPath().equals("/_bulk")) {
                exchange.sendResponseHeaders(200, -1);
            } else if (lines.length > LINES_OF_ONE) {
                send(exchange, REFUSED, TOO_MANY);
            } else {
                arrived(JSON.readTree(lines[0]).get("index"));
                answers.acquireUninterruptibly();
                send(exchange, 200, "{\"errors\":false,\"items\":[{\"index\":{\"status\":200}}]}");
            }
            exchange.close();
        }

        private static void send(HttpExchange exchange, int status, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }

        @Override
        public void close() {
            answers.release(MANY);
            server.stop(0);
            threads.shutdownNow();
        }
    }

    @Test
    void writesOfOneDocumentThatLeftTogetherAreSentAgainOneAfterTheOther() throws Exception {
        try (OneAtATime target = new OneAtATime();
                Senders senders = Senders.start(target.endpoint())) {
            senders.write("books", "a", 1);
            senders.write("books", "a", 2);
            senders.write("books", "b", 3);
            senders.write("books", "a", 4);
            senders.time(10);

            senders.until("not sent alone", () -> target.arrived().size() >= 2);
            senders.pass(2_000);
            assertThat(target.arrived()).containsExactlyInAnyOrder("a 1", "b 3");

            target.answers.release(2);
            senders.until("the second does not come", () -> target.arrived().size() >= 3);
            senders.pass(2_000);
            assertThat(target.arrived()).hasSize(3).endsWith("a 2");

            target.answers.release(2);
            senders.until("not settled", () -> senders.told().size() == 4);
            assertThat(target.arrived()).endsWith("a 2", "a 4");
        }
    }

    @Test
    void aTargetThatFailsAtEveryWriteForMinutesLosesNone() throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            target.failsAt("books/1", true);
            target.failsAt("books/2", true);
            senders.write("books", 1);
            senders.write("books", 2);
            senders.time(10);
            senders.pass(STRIDE * 3_000, STRIDE);
            assertThat(target.arrived()).hasSizeGreaterThan(40);
            assertThat(senders.told()).isEmpty();

            target.failsAt("books/1", false);
            target.failsAt("books/2", false);
            senders.until("not settled", () -> senders.told().size() == 2);
            assertThat(rulings(senders)).containsOnly(APPLIED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404, 502})
    void whatAnswersBulksInTheTargetsPlaceLosesNoWriteAndPartsNone(int status) throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            target.replaced(status);
            senders.write("books", 1);
            senders.write("books", 2);
            senders.write("books", 3);
            senders.time(10);
            senders.pass(TimeUnit.MINUTES.toMillis(10), LONG_STRIDE);
            senders.until("not sent again", LONG_STRIDE, () -> target.arrived().size() > 100);
            assertThat(senders.told()).isEmpty();

            target.replaced(0);
            senders.until("not settled", () -> senders.told().size() == 3);
            assertThat(rulings(senders)).containsOnly(APPLIED);
            assertThat(target.arrived()).endsWith("index books/1", "index books/2", "index books/3");
        }
    }

    @Test
    void aWriteIsNotLostThatIsAloneInAnIndexThatFailsForMinutes() throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            target.failsAt("books", true);
            senders.write("books", 1);
            for (int millis = 2; millis < MINUTES * WRITES_PER_MINUTE; millis++) {
                senders.write("films", millis);
                senders.time(millis);
                senders.pass(TimeUnit.MINUTES.toMillis(1) / WRITES_PER_MINUTE, LONG_STRIDE / 2);
            }
            assertThat(rulings(senders)).hasSizeGreaterThan(40).containsOnly(APPLIED);

            target.failsAt("books", false);
            senders.until("not settled", () -> senders.load().due() == 0);
            assertThat(rulings(senders)).containsOnly(APPLIED);
        }
    }

    @Test
    void writesAtWhichTheTargetFailsForMinutesWhileItTakesOthersOfTheirIndexAreGivenUp() throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            target.failsAt("books/1", true);
            target.failsAt("books/2", true);
            senders.write("books", 1);
            senders.write("books", 2);
            int millis = 3;
            for (; millis < 4 * WRITES_PER_MINUTE; millis++) {
                senders.write("books", millis);
                senders.time(millis);
                senders.pass(TimeUnit.MINUTES.toMillis(1) / WRITES_PER_MINUTE, LONG_STRIDE / 2);
            }
            assertThat(rulings(senders)).containsOnly(APPLIED);

            for (; millis < MOST_WRITES && failed(senders) < 2; millis++) {
                senders.write("books", millis);
                senders.time(millis);
                senders.pass(TimeUnit.MINUTES.toMillis(1) / WRITES_PER_MINUTE, LONG_STRIDE / 2);
            }
            assertThat(rulings(senders))
                    .filteredOn(ruled -> !ruled.equals(APPLIED))
                    .containsExactly(TARGET_FAILED, TARGET_FAILED);
        }
    }

    @Test
    void noWriteIsGivenUpOfAShardThatFailsForMinutesWhileTheOthersOfItsIndexTakeTheirs() throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            target.failsInShardOf("books/1", true);
            target.failsInShardOf("books/2", true);
            senders.write("books", 1);
            senders.write("books", 2);
            for (int millis = 3; millis < MINUTES * WRITES_PER_MINUTE; millis++) {
                senders.write("books", millis);
                senders.time(millis);
                senders.pass(TimeUnit.MINUTES.toMillis(1) / WRITES_PER_MINUTE, LONG_STRIDE / 2);
            }
            assertThat(rulings(senders)).hasSizeGreaterThan(40).containsOnly(APPLIED);

            target.failsInShardOf("books/1", false);
            target.failsInShardOf("books/2", false);
            senders.until("not settled", () -> senders.load().due() == 0);
            assertThat(rulings(senders)).containsOnly(APPLIED);
        }
    }

    @Test
    void whatIsOlderThanWhatTheTargetHasDoesNotShowThatItTakesWrites() throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            target.failsAt("books/1", true);
            senders.write("books", 1);
            for (int millis = 2; millis < MINUTES * WRITES_PER_MINUTE; millis++) {
                target.hasNewer("books/" + millis);
                senders.write("books", millis);
                senders.time(millis);
                senders.pass(TimeUnit.MINUTES.toMillis(1) / WRITES_PER_MINUTE, LONG_STRIDE / 2);
            }
            assertThat(rulings(senders)).hasSizeGreaterThan(40).containsOnly(SUPERSEDED);
        }
    }

    @Test
    void writesAtWhichTheTargetFailsAreGivenUpInTheEndWhenAllOthersWaitForThem() throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            for (int millis = 1; millis <= 10; millis++) {
                target.failsAt("books/" + millis, true);
                senders.write("books", millis);
            }
            senders.time(10);
            senders.pass(TimeUnit.MINUTES.toMillis(25), LONG_STRIDE);
            assertThat(senders.told()).isEmpty();

            senders.until("not given up", LONG_STRIDE, () -> senders.told().size() == 10);
            assertThat(rulings(senders)).containsOnly(TARGET_FAILED);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, no_answer", "502, target_failed"})
    void theWriteThatBreaksRequestsIsFoundAmongOthersAndGivenUpInTheEnd(int status, String rule) throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            target.breaksAt("books/2", status);
            senders.write("books", 1);
            senders.write("books", 2);
            senders.write("books", 3);
            senders.time(10);
            senders.until("not found", STRIDE, () -> senders.told().size() == 2);
            senders.until("not given up", LONG_STRIDE, () -> senders.told().size() == 3);
            assertThat(rulings(senders)).containsExactly(APPLIED, APPLIED, new Ruled(Verdict.FAILED, rule));
        }
    }

    private static long failed(Senders senders) {
        return rulings(senders).stream().filter(TARGET_FAILED::equals).count();
    }

    private static List<Ruled> rulings(Senders senders) {
        return senders.told().stream().map(told -> ((Outcome) told).ruled()).toList();
    }
}
