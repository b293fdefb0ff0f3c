package io.sluice.replay.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Writes down what arrives, in the order in which it does: {@code index books/1}, {@code delete books/1}, {@code PUT /books}. It
 * has every index that somebody asks for but those that it was told to lack, and does all that it is told, unless a status was ordered for calls.
 */
public final class RecordingTarget implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String DONE = "{\"acknowledged\":true}";
    private static final String FAILED =
            "{\"%s\":{\"status\":500,\"error\":{\"type\":\"exception\",\"reason\":\"defect\"}}}";
    private static final String NEWER =
            "{\"%s\":{\"status\":409,\"error\":{\"type\":\"version_conflict_engine_exception\",\"reason\":\"newer\"}}}";
    private static final String TAKEN = "{\"%s\":{\"status\":200}}";
    private static final String BUSY =
            "{\"error\":{\"type\":\"rejected_execution_exception\",\"reason\":\"busy\"},\"status\":429}";
    private static final String MISSING =
            "{\"error\":{\"type\":\"index_not_found_exception\",\"reason\":\"no such index\"},\"status\":404}";

    /** Calls are answered while there is one. */
    final Semaphore answers = new Semaphore(1);

    private final HttpServer server;
    private final List<Arrival> arrived = new ArrayList<>();
    private final Set<String> lacking = new HashSet<>();
    private final Set<String> failing = new HashSet<>();
    private final Set<String> broken = new HashSet<>();
    private final Set<String> newer = new HashSet<>();
    private final Set<String> breaking = new HashSet<>();
    private int replaced;
    private int page;
    private final Deque<Integer> statuses = new ArrayDeque<>();
    private volatile boolean isOverloaded;

    private RecordingTarget(HttpServer server) {
        this.server = server;
        server.createContext("/", this::answer);
        server.start();
    }

    private record Page(int status, String text) {}

    /**
     * Something that arrived.
     *
     * @param fence of a write; −1 for what has none
     * @param millis since 1970
     */
    public record Arrival(String what, long fence, long millis) {}

    public static RecordingTarget start() throws IOException {
        return new RecordingTarget(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100));
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The next call gets this status; those that were ordered before go first. */
    synchronized void order(int status) {
        statuses.add(status);
    }

    /** It has all indices but this one. */
    synchronized void lacks(String index) {
        lacking.add(index);
    }

    /** It fails at writes of this document, named as index and id, or of this index, until it is told that it does not. */
    synchronized void failsAt(String document, boolean isSo) {
        if (isSo) {
            failing.add(document);
        } else {
            failing.remove(document);
        }
    }

    /** It fails at all that goes to the shard of this document, named as index and id, until it is told that it does not. */
    synchronized void failsInShardOf(String document, boolean isSo) {
        if (isSo) {
            broken.add(document);
        } else {
            broken.remove(document);
        }
    }

    /** It has a newer version of this document, named as index and id. */
    synchronized void hasNewer(String document) {
        newer.add(document);
    }

    /** Bulks with a write of this document are answered with a page of this status; with 0 their connections are closed. */
    synchronized void breaksAt(String document, int status) {
        breaking.add(document);
        page = status;
    }

    /** Something before it answers bulks in its place, with a page of this status; with 0 nothing does. */
    synchronized void replaced(int status) {
        replaced = status;
    }

    /** It refuses all bulks, as it has too much to do, until it is told that it has not. */
    void isOverloaded(boolean isSo) {
        isOverloaded = isSo;
    }

    synchronized List<String> arrived() {
        return arrived.stream().map(Arrival::what).toList();
    }

    public synchronized List<Arrival> arrivals() {
        return List.copyOf(arrived);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (path.equals("/_bulk") && isOverloaded) {
            send(exchange, 429, BUSY);
        } else if (path.equals("/_bulk")) {
            bulk(exchange, bulk(body));
        } else if (method.equals("HEAD") || method.equals("GET")) {
            exchange.sendResponseHeaders(isLacking(path.substring(1)) ? 404 : 200, -1);
            exchange.close();
        } else {
            int status = called(method, path);
            answers.acquireUninterruptibly();
            answers.release();
            send(exchange, status, status != 404 ? DONE : MISSING);
        }
    }

    private static void bulk(HttpExchange exchange, Page page) throws IOException {
        if (page.status() == 0) {
            exchange.close();
        } else {
            send(exchange, page.status(), page.text());
        }
    }

    private synchronized boolean isLacking(String index) {
        return lacking.contains(index);
    }

    private synchronized int called(String method, String path) {
        Integer status = statuses.poll();
        String what = method + " " + path + (status == null ? "" : " " + status);
        arrived.add(new Arrival(what, -1, System.currentTimeMillis()));
        if (status == null && method.equals("PUT")) {
            lacking.remove(path.substring(1));
        }
        return status == null ? 200 : status;
    }

    private synchronized Page bulk(byte[] body) throws IOException {
        long now = System.currentTimeMillis();
        boolean isBroken = false;
        List<String> items = new ArrayList<>();
        String[] lines = new String(body, StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i < lines.length && !lines[i].isEmpty(); i++) {
            JsonNode action = JSON.readTree(lines[i]);
            String name = action.fieldNames().next();
            JsonNode parameters = action.get(name);
            String index = parameters.get("_index").asText();
            String id = parameters.get("_id").asText();
            String document = index + "/" + id;
            arrived.add(new Arrival(
                    name + " " + document, parameters.path("version").asLong(-1), now));
            isBroken |= breaking.contains(document);
            boolean fails = failing.contains(document)
                    || failing.contains(index)
                    || broken.contains(index + "/" + parameters.path("routing").asText(id));
            items.add((fails ? FAILED : newer.contains(document) ? NEWER : TAKEN).formatted(name));
            if (!name.equals("delete")) {
                i++;
            }
        }
        if (replaced != 0 || isBroken) {
            return new Page(replaced != 0 ? replaced : page, "<html>Back soon</html>");
        }
        return new Page(200, "{\"errors\":false,\"items\":[%s]}".formatted(String.join(",", items)));
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        answers.release();
        server.stop(0);
    }
}
