package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import org.junit.jupiter.api.Test;

/** Writes that a target refuses together, and takes one by one. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class SentAgainTest {

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
}
