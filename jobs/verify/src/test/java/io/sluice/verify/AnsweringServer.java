package io.sluice.verify;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers requests as it is told, one at a time, and keeps what it was asked. */
final class AnsweringServer implements AutoCloseable {

    private final HttpServer server;
    private final Answers answers;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /**
     * A request.
     *
     * @param path with the query behind it
     * @param nanos when it came
     */
    record Asked(String method, String path, String body, long nanos) {
        boolean is(String kind) {
            return path.contains(kind);
        }
    }

    /** What it answers. */
    record Answer(int status, String body) {
        static Answer of(String body) {
            return new Answer(200, body);
        }

        static Answer busy() {
            return new Answer(
                    429,
                    "{\"error\":{\"type\":\"es_rejected_execution_exception\",\"reason\":\"queue is full\"},\"status\":429}");
        }
    }

    /** Says it. */
    @FunctionalInterface
    interface Answers {
        /** The answer to a request. */
        Answer to(Asked asked) throws IOException;
    }

    AnsweringServer(Answers answers) throws IOException {
        this.answers = answers;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Asked now =
                new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(), body, System.nanoTime());
        asked.add(now);
        Answer answer = answers.to(now);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    ClusterAddress address() {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT);
    }

    /** Those requests whose path has this in it. */
    List<Asked> asked(String kind) {
        return asked.stream().filter(one -> one.is(kind)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
