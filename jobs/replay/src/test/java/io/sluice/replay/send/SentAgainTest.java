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

/** Writes that a target refuses together and takes one by one, or at which it fails. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class SentAgainTest {

    private static final long STRIDE = 200;
    private static final int REFUSED = 400;
    private static final int MANY = 1_000;

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
            assertThat(senders.told())
                    .extracting(told -> ((Outcome) told).ruled())
                    .containsOnly(new Ruled(Verdict.APPLIED, ""));
        }
    }

    @Test
    void aWriteAtWhichTheTargetFailsForMinutesWhileItTakesOthersIsGivenUp() throws Exception {
        try (RecordingTarget target = RecordingTarget.start();
                Senders senders = Senders.start(target.endpoint())) {
            target.failsAt("books/1", true);
            senders.write("books", 1);
            senders.write("books", 2);
            senders.time(10);
            senders.until("the other one waits", () -> senders.told().size() == 1);
            senders.pass(TimeUnit.MINUTES.toMillis(4), STRIDE);
            assertThat(target.arrived()).hasSizeGreaterThan(10);
            assertThat(senders.told()).hasSize(1);

            senders.pass(TimeUnit.MINUTES.toMillis(2), STRIDE);
            assertThat(senders.told())
                    .extracting(told -> ((Outcome) told).ruled())
                    .containsExactly(new Ruled(Verdict.APPLIED, ""), new Ruled(Verdict.FAILED, "target_failed"));
        }
    }
}
