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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers as a source with one index of one shard does, in which every document but those whose id begins with {@code gone} has the
 * sequence number 5; searches find none. Holds back its documents until it is let, which no real one does.
 */
final class OneShardSource implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SETTINGS =
            "{\"books\":{\"settings\":{\"index\":{\"uuid\":\"u\",\"number_of_shards\":\"1\"}}}}";
    private static final String STATS =
            "{\"indices\":{\"books\":{\"shards\":{\"0\":[{\"routing\":{\"primary\":true},\"seq_no\":{\"max_seq_no\":9}}]}}}}";

    private static final String NO_HITS = "{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]}}";
    private static final String DEFINITION = """
            {"books":{"aliases":{},"mappings":{},"settings":{"index.uuid":"u","index.number_of_shards":"1"}}}""";

    /** How many reads are let through. */
    final Semaphore reads = new Semaphore(0);

    /** How many requests it fails before it works. */
    final AtomicInteger failures = new AtomicInteger();

    private final List<List<String>> asked = new ArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    OneShardSource() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The ids of each read so far. */
    synchronized List<List<String>> asked() {
        return List.copyOf(asked);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        String answer;
        int status = 200;
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            status = 503;
            answer = "{\"error\":{\"type\":\"master_not_discovered_exception\"},\"status\":503}";
        } else if (path.endsWith("/_settings")) {
            answer = SETTINGS;
        } else if (path.equals("/books")) {
            answer = DEFINITION;
        } else if (path.contains("/_stats")) {
            answer = STATS;
        } else if (path.endsWith("/_search")) {
            answer = NO_HITS;
        } else if (path.endsWith("/_mget")) {
            answer = documents(JSON.readTree(body).path("docs"));
        } else {
            answer = "{}";
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String documents(JsonNode docs) {
        List<String> ids = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (JsonNode doc : docs) {
            String id = doc.get("_id").asText();
            ids.add(id);
            String rest =
                    id.startsWith("gone") ? "\"found\":false" : "\"found\":true,\"_seq_no\":5,\"_source\":{\"a\":1.10}";
            answers.add("{\"_index\":\"books\",\"_id\":\"%s\",%s}".formatted(id, rest));
        }
        synchronized (this) {
            asked.add(ids);
        }
        reads.acquireUninterruptibly();
        return "{\"docs\":[%s]}".formatted(String.join(",", answers));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
