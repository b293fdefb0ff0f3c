package io.sluice.replay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Answers whatever it is asked, many requests at once and none of them at once, and writes down what arrived by the client's own mark:
 * the header {@code X-Opaque-Id}, which is {@code client/number}.
 */
final class LoadTarget implements AutoCloseable {

    private static final long SLOWEST_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    /** A request as it arrived. */
    record Arrived(int number, String line, Map<String, String> headers, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, List<Arrived>> arrived = new HashMap<>();
    private final Map<String, Integer> underWay = new HashMap<>();
    private int most;

    private LoadTarget(HttpServer server) {
        this.server = server;
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    static LoadTarget start() throws IOException {
        return new LoadTarget(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100));
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What arrived of a client, in its order. */
    synchronized List<Arrived> of(String client) {
        return List.copyOf(arrived.getOrDefault(client, List.of()));
    }

    synchronized int all() {
        return arrived.values().stream().mapToInt(List::size).sum();
    }

    /** How many requests of one client were there at once, at most. */
    synchronized int mostAtOnce() {
        return most;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String[] mark = Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Opaque-Id"))
                .orElse("nobody/0")
                .split("/", 2);
        begin(mark[0]);
        byte[] body = exchange.getRequestBody().readAllBytes();
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(",", values)));
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        note(mark[0], new Arrived(Integer.parseInt(mark[1]), line, headers, new String(body, StandardCharsets.UTF_8)));
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(SLOWEST_NANOS));
        end(mark[0]);
        byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private synchronized void begin(String client) {
        most = Math.max(most, underWay.merge(client, 1, Integer::sum));
    }

    private synchronized void note(String client, Arrived request) {
        arrived.computeIfAbsent(client, fresh -> new ArrayList<>()).add(request);
    }

    private synchronized void end(String client) {
        underWay.merge(client, -1, Integer::sum);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
