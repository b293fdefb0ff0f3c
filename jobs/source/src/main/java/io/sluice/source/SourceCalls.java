package io.sluice.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a cluster, most often the source, that change nothing there. Each is sent once; what fails is an {@link IOException} in
 * words for the user.
 */
final class SourceCalls {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RawHttp http;
    private final String who;

    SourceCalls(RawHttp http) {
        this(http, "the source");
    }

    /** @param who is asked, in words for the user */
    SourceCalls(RawHttp http, String who) {
        this.http = http;
        this.who = who;
    }

    /** What an index, alias or data stream of this name stands for; of nothing, when there is none. */
    CompletableFuture<SourceIndices> indices(String name) {
        return indices(name, "open,closed");
    }

    /** All indices, hidden ones too. */
    CompletableFuture<SourceIndices> allIndices() {
        return indices("*", "all");
    }

    private CompletableFuture<SourceIndices> indices(String name, String kinds) {
        String filter = "&filter_path=*.settings.index.uuid,*.settings.index.number_of_shards"
                + ",*.settings.index.routing_partition_size";
        return send("GET", path(List.of(name)) + "/_settings?expand_wildcards=" + kinds + filter, null)
                .thenApply(answer -> SourceIndices.of(
                        answer.status() == NOT_FOUND
                                ? JSON.createObjectNode()
                                : tree(succeeded("the settings", answer))));
    }

    /** Settings, flat, mappings and aliases, below the index's name; nothing when there is no such index. */
    CompletableFuture<JsonNode> definition(String index) {
        return send("GET", path(List.of(index)) + "?flat_settings=true", null)
                .thenApply(answer -> answer.status() == NOT_FOUND
                        ? JSON.createObjectNode()
                        : tree(succeeded("the definition of an index", answer)));
    }

    /** By what an index takes the hash of a routing; 0 where the source does not tell. */
    CompletableFuture<Integer> routingShards(String index) {
        return routingShardsOf(path(List.of(index))).thenApply(answer -> routingShards(answer, index));
    }

    /** The same of all indices, for {@link #routingShards(JsonNode, String)}. */
    CompletableFuture<JsonNode> allRoutingShards() {
        return routingShardsOf("");
    }

    static int routingShards(JsonNode answer, String index) {
        return answer.path("metadata")
                .path("indices")
                .path(index)
                .path("routing_num_shards")
                .asInt(0);
    }

    private CompletableFuture<JsonNode> routingShardsOf(String path) {
        String filter = "?filter_path=metadata.indices.*.routing_num_shards";
        return send("GET", "/_cluster/state/metadata" + path + filter, null)
                .thenApply(answer -> answer.status() / 100 != 2 ? JSON.createObjectNode() : tree(answer));
    }

    /** The answer to {@code _stats?level=shards}. */
    CompletableFuture<JsonNode> shardStats(Collection<String> indices) {
        return shardStats(path(indices), "");
    }

    /** The same of all that are open, hidden ones too. A server that is asked for closed ones as well refuses, unless it may leave them out. */
    CompletableFuture<JsonNode> allShardStats() {
        return shardStats("/*", "&expand_wildcards=all&ignore_unavailable=true");
    }

    private CompletableFuture<JsonNode> shardStats(String path, String which) {
        String of = "indices.*.shards.*.";
        String filter =
                of + "seq_no," + of + "docs.count," + of + "routing.primary," + of + "commit.user_data.history_uuid";
        return send("GET", path + "/_stats/docs?level=shards&filter_path=" + filter + which, null)
                .thenApply(answer -> tree(succeeded("sequence numbers", answer)));
    }

    /** On which shards documents of a routing lie, by the source's own word. */
    CompletableFuture<JsonNode> shardsOf(String index, String routing) {
        String path = path(List.of(index)) + "/_search_shards?filter_path=shards.shard&routing=" + encoded(routing);
        return send("GET", path, null).thenApply(answer -> tree(succeeded("a shard", answer)));
    }

    /** Makes what was written so far visible to searches, on every copy of a shard that may be searched. */
    CompletableFuture<RawResponse> refresh(Collection<String> indices) {
        return send("POST", path(indices) + "/_refresh", null).thenApply(answer -> {
            JsonNode shards = tree(succeeded("a refresh", answer)).path("_shards");
            if (shards.path("failed").asInt() > 0) {
                throw new CompletionException(
                        new IOException("a refresh of %s did not reach %d of its shards, which searches may go to"
                                .formatted(indices, shards.path("failed").asInt())));
            }
            return answer;
        });
    }

    /** Searches one shard alone. */
    CompletableFuture<byte[]> search(String index, int shard, ObjectNode body) {
        return send("POST", path(List.of(index)) + "/_search?preference=_shards%3A" + shard, body)
                .thenApply(answer -> succeeded("a search", answer).body());
    }

    CompletableFuture<byte[]> search(Collection<String> indices, ObjectNode body) {
        return send("POST", path(indices) + "/_search", body)
                .thenApply(answer -> succeeded("a search", answer).body());
    }

    /** The first page of a search that goes on. */
    CompletableFuture<byte[]> scroll(String index, String keptFor, ObjectNode body) {
        return send("POST", path(List.of(index)) + "/_search?scroll=" + keptFor, body)
                .thenApply(answer -> succeeded("a search", answer).body());
    }

    /** Its next page. */
    CompletableFuture<byte[]> scrollOn(ObjectNode body) {
        return send("POST", "/_search/scroll", body)
                .thenApply(
                        answer -> succeeded("the next page of a search", answer).body());
    }

    /** Its end. Should that fail, it ends by itself. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void endScroll(String id) {
        send("DELETE", "/_search/scroll", JSON.createObjectNode().put("scroll_id", id));
    }

    /** Reads documents as they are now, searchable or not. */
    CompletableFuture<byte[]> mget(String index, ObjectNode body) {
        return send("POST", path(List.of(index)) + "/_mget", body)
                .thenApply(answer -> succeeded("documents", answer).body());
    }

    /** Which documents are there now, without what is in them. */
    CompletableFuture<byte[]> mgetNames(String index, ObjectNode body) {
        return send("POST", path(List.of(index)) + "/_mget?_source=false", body)
                .thenApply(answer -> succeeded("documents", answer).body());
    }

    /** Whether a task is at work; one that nobody knows of is not. */
    CompletableFuture<Boolean> isAtWork(String task) {
        return send("GET", "/_tasks/" + encoded(task) + "?filter_path=completed", null)
                .thenApply(answer -> answer.status() != NOT_FOUND
                        && !tree(succeeded("a task", answer)).path("completed").asBoolean());
    }

    /** Tasks at work that change documents by query or copy them. */
    CompletableFuture<Set<String>> tasks() {
        String path = "/_tasks?actions=*byquery,*reindex,*resize&filter_path=nodes.*.tasks.*.action";
        return send("GET", path, null).thenApply(answer -> {
            Set<String> tasks = new TreeSet<>();
            for (JsonNode node : tree(succeeded("tasks", answer)).path("nodes")) {
                node.path("tasks").fieldNames().forEachRemaining(tasks::add);
            }
            return tasks;
        });
    }

    private CompletableFuture<RawResponse> send(String method, String path, @Nullable ObjectNode body) {
        List<ByteBuffer> bytes = body == null
                ? List.of()
                : List.of(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
        return http.send(new RawRequest(method, path, body == null ? "" : "application/json", bytes, TIMEOUT));
    }

    private RawResponse succeeded(String what, RawResponse answer) {
        if (answer.status() / 100 != 2) {
            String message = "%s was asked for %s and answered %d %s"
                    .formatted(who, what, answer.status(), BulkAnswer.reasonOf(answer));
            throw new CompletionException(new RefusedException(message, answer));
        }
        return answer;
    }

    private JsonNode tree(RawResponse answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new CompletionException(new IOException(who + " answered with something that is not JSON", e));
        }
    }

    private static String path(Collection<String> names) {
        return "/" + names.stream().map(SourceCalls::encoded).collect(Collectors.joining(","));
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
