package io.sluice.control.flink;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.control.state.RunFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where another process asks an embedded Flink for more slots, which no REST API of Flink can be asked for. Who knows the
 * token of the run file may ask.
 *
 * <pre>
 *   POST /slots/8   Authorization: Bearer TOKEN   →  204, or 4xx/5xx with a line of text
 * </pre>
 *
 * <p>Requests are answered one at a time, on a thread of the door's own.
 */
public final class EmbeddedDoor implements AutoCloseable {

    private static final String SLOTS = "/slots/";
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int MOST_SLOTS = 512;
    private static final int BACKLOG = 8;

    private final HttpServer server;
    private final String token;

    private EmbeddedDoor(HttpServer server, String token) {
        this.server = server;
        this.token = token;
    }

    /** Adds slots. */
    @FunctionalInterface
    interface Slots {
        void ensure(int slots) throws FlinkException;
    }

    static EmbeddedDoor open(String token, Slots slots) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        EmbeddedDoor door = new EmbeddedDoor(server, token);
        server.createContext(SLOTS, exchange -> door.answer(exchange, slots));
        server.start();
        return door;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    String token() {
        return token;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /**
     * Asks the embedded Flink of another process for slots.
     *
     * @throws FlinkException when it is gone, or cannot
     */
    public static void ask(RunFile.Run run, int slots) throws FlinkException {
        HttpRequest request = HttpRequest.newBuilder(run.door().resolve(SLOTS + slots))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + run.token())
                .POST(BodyPublishers.noBody())
                .build();
        String what = "Cannot add slots to the job of process " + run.pid() + ": ";
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 204) {
                throw new FlinkException(what + answer.body(), answer.statusCode(), null);
            }
        } catch (IOException gone) {
            throw gone instanceof FlinkException known
                    ? known
                    : new FlinkException(what + "it does not answer. Does it still run?", 0, gone);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new FlinkException(what + "interrupted", 0, interrupt);
        }
    }

    private void answer(HttpExchange exchange, Slots slots) throws IOException {
        try (exchange) {
            String wanted = exchange.getRequestURI().getPath().substring(SLOTS.length());
            if (!isKnown(exchange.getRequestHeaders().getFirst("Authorization"))) {
                reply(exchange, 401, "The token is wrong.");
            } else if (!exchange.getRequestMethod().equals("POST") || !wanted.matches("[1-9]\\d{0,2}")) {
                reply(exchange, 400, "Expected POST /slots/N with N from 1 to " + MOST_SLOTS + ".");
            } else {
                ensure(exchange, slots, Integer.parseInt(wanted));
            }
        }
    }

    private static void ensure(HttpExchange exchange, Slots slots, int wanted) throws IOException {
        if (wanted > MOST_SLOTS) {
            reply(exchange, 400, "At most " + MOST_SLOTS + " slots.");
            return;
        }
        try {
            slots.ensure(wanted);
            exchange.sendResponseHeaders(204, -1);
        } catch (FlinkException failure) {
            reply(exchange, 500, String.valueOf(failure.getMessage()));
        }
    }

    /** Takes as long for a wrong token as for the right one. */
    private boolean isKnown(@Nullable String authorization) {
        byte[] expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        return authorization != null && MessageDigest.isEqual(expected, authorization.getBytes(StandardCharsets.UTF_8));
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
