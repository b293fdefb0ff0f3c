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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The index {@code books}, of one shard, in memory: as a source it is read by sequence number, as a target it keeps what is fenced.
 * Holds back its searches until they are let, which no real one does.
 */
final class OneShardCluster implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SETTINGS =
            "{\"books\":{\"settings\":{\"index\":{\"uuid\":\"u\",\"number_of_shards\":\"1\"}}}}";

    private record Document(String id, long seqNo, long version, String source) {}

    /** Whether it has no sequence numbers, as servers before Elasticsearch 6 have none. */
    volatile boolean isOld;

    /** Another name of its index. */
    volatile String alias = "books";

    /** How many searches are let through. */
    final Semaphore searches = new Semaphore(0);

    private final Map<String, Document> documents = new TreeMap<>();
    private final Map<String, Long> tombstones = new HashMap<>();
    private final Set<String> tasks = new HashSet<>();
    private final List<String> searched = new ArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private long operations;

    OneShardCluster() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Writes a document. */
    synchronized void put(String id, String source) {
        documents.put(id, new Document(id, operations, operations, source));
        operations++;
    }

    /** Each document by its id. */
    synchronized Map<String, String> sources() {
        Map<String, String> sources = new TreeMap<>();
        documents.values().forEach(document -> sources.put(document.id(), document.source()));
        return sources;
    }

    /** From which number each search was. */
    synchronized List<String> searched() {
        return List.copyOf(searched);
    }

    /** Says that a task is at work, or not. */
    synchronized void task(String task, boolean isAtWork) {
        if (isAtWork) {
            tasks.add(task);
        } else {
            tasks.remove(task);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        if (path.endsWith("/_search")) {
            synchronized (this) {
                searched.add(JSON.readTree(body).at("/query/range/_seq_no/gte").asText());
            }
            searches.acquireUninterruptibly();
        }
        String answer = answer(path, body);
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, isHead ? -1 : bytes.length);
        if (!isHead) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private synchronized String answer(String path, byte[] body) throws IOException {
        if (path.equals("/" + alias + "/_settings")) {
            return SETTINGS;
        }
        if (path.equals("/_tasks")) {
            String all =
                    tasks.stream().map("\"%s\":{\"action\":\"x\"}"::formatted).collect(Collectors.joining(","));
            return "{\"nodes\":{\"n\":{\"tasks\":{%s}}}}".formatted(all);
        }
        if (path.startsWith("/_tasks/")) {
            return "{\"completed\":%s}".formatted(!tasks.contains(path.substring("/_tasks/".length())));
        }
        return switch (path) {
            case "/books/_settings", "/*/_settings" -> SETTINGS;
            case "/books" ->
                "{\"books\":{\"aliases\":{},\"mappings\":{},\"settings\":{\"index.uuid\":\"u\",\"index.number_of_shards\":\"1\"}}}";
            case "/books/_stats/docs", "/*/_stats/docs" ->
                isOld
                        ? "{\"indices\":{\"books\":{\"shards\":{\"0\":[{\"routing\":{\"primary\":true}}]}}}}"
                        : """
                    {"indices":{"books":{"shards":{"0":[{"routing":{"primary":true},
                    "seq_no":{"max_seq_no":%d,"global_checkpoint":%1$d}}]}}}}""".formatted(operations - 1);
            case "/books/_search" -> isOld ? scroll(0) : search(JSON.readTree(body));
            case "/_search/scroll" ->
                scroll(JSON.readTree(body).path("scroll_id").asInt());
            case "/books/_mget" -> mget(JSON.readTree(body).path("docs"));
            case "/_bulk" -> bulk(new String(body, StandardCharsets.UTF_8).split("\n", -1));
            default -> "{}";
        };
    }

    private String search(JsonNode body) {
        JsonNode range = body.at("/query/range/_seq_no");
        return hits(
                documents.values().stream()
                        .filter(document ->
                                document.seqNo() >= range.path("gte").asLong()
                                        && document.seqNo() <= range.path("lte").asLong())
                        .sorted(Comparator.comparingLong(Document::seqNo))
                        .limit(body.path("size").asLong()),
                0);
    }

    /** Pages of one document. */
    private String scroll(int page) {
        return hits(documents.values().stream().skip(page).limit(1), page + 1);
    }

    private static String hits(Stream<Document> documents, int next) {
        List<String> hits = documents
                .map(document -> "{\"_index\":\"books\",\"_id\":\"%s\",\"_version\":%d,\"sort\":[%d],\"_source\":%s}"
                        .formatted(document.id(), document.version(), document.seqNo(), document.source()))
                .toList();
        return "{\"_scroll_id\":\"%d\",\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[%s]}}"
                .formatted(next, String.join(",", hits));
    }

    private String mget(JsonNode docs) {
        List<String> found = new ArrayList<>();
        for (JsonNode doc : docs) {
            String id = doc.path("_id").asText();
            found.add("{\"_index\":\"books\",\"_id\":\"%s\",\"found\":%s}".formatted(id, documents.containsKey(id)));
        }
        return "{\"docs\":[%s]}".formatted(String.join(",", found));
    }

    private String bulk(String[] lines) throws IOException {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < lines.length && !lines[i].isEmpty(); i++) {
            JsonNode action = JSON.readTree(lines[i]);
            String name = action.fieldNames().next();
            String id = action.get(name).path("_id").asText();
            long version = action.get(name).path("version").asLong();
            Document there = documents.get(id);
            long fence = there == null ? tombstones.getOrDefault(id, 0L) : there.version();
            boolean isTaken = version >= fence;
            if (name.equals("delete")) {
                if (isTaken) {
                    documents.remove(id);
                    tombstones.put(id, version);
                }
            } else {
                i++;
                if (isTaken) {
                    documents.put(id, new Document(id, operations++, version, lines[i]));
                }
            }
            items.add("{\"%s\":{\"status\":%d}}".formatted(name, isTaken ? 200 : 409));
        }
        return "{\"errors\":true,\"items\":[%s]}".formatted(String.join(",", items));
    }

    @Override
    public void close() {
        searches.release(Integer.MAX_VALUE / 2);
        server.stop(0);
        threads.shutdownNow();
    }
}
