package io.sluice.replay.ask;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the source that change nothing there. Each is sent once; what fails is an {@link IOException} in words for the user.
 */
final class SourceCalls {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RawHttp http;

    SourceCalls(RawHttp http) {
        this.http = http;
    }

    /** What an index, alias or data stream of this name stands for; of nothing, when there is none. */
    CompletableFuture<SourceIndices> indices(String name) {
        String filter = "filter_path=*.settings.index.uuid,*.settings.index.number_of_shards";
        return send("GET", path(List.of(name)) + "/_settings?" + filter, null)
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
        String filter = "?filter_path=metadata.indices.*.routing_num_shards";
        return send("GET", "/_cluster/state/metadata" + path(List.of(index)) + filter, null)
                .thenApply(answer -> answer.status() / 100 != 2
                        ? 0
                        : tree(answer)
                                .path("metadata")
                                .path("indices")
                                .path(index)
                                .path("routing_num_shards")
                                .asInt(0));
    }

    /** The answer to {@code _stats?level=shards}. */
    CompletableFuture<JsonNode> shardStats(Collection<String> indices) {
        String filter = "indices.*.shards.*.seq_no.max_seq_no,indices.*.shards.*.routing.primary";
        return send("GET", path(indices) + "/_stats/docs?level=shards&filter_path=" + filter, null)
                .thenApply(answer -> tree(succeeded("sequence numbers", answer)));
    }

    /** On which shards documents of a routing lie, by the source's own word. */
    CompletableFuture<JsonNode> shardsOf(String index, String routing) {
        String path = path(List.of(index)) + "/_search_shards?filter_path=shards.shard&routing=" + encoded(routing);
        return send("GET", path, null).thenApply(answer -> tree(succeeded("a shard", answer)));
    }

    /** Makes what was written so far visible to searches. */
    CompletableFuture<RawResponse> refresh(Collection<String> indices) {
        return send("POST", path(indices) + "/_refresh", null).thenApply(answer -> succeeded("a refresh", answer));
    }

    CompletableFuture<byte[]> search(Collection<String> indices, ObjectNode body) {
        return send("POST", path(indices) + "/_search", body)
                .thenApply(answer -> succeeded("a search", answer).body());
    }

    /** Reads documents as they are now, searchable or not. */
    CompletableFuture<byte[]> mget(String index, ObjectNode body) {
        return send("POST", path(List.of(index)) + "/_mget", body)
                .thenApply(answer -> succeeded("documents", answer).body());
    }

    private CompletableFuture<RawResponse> send(String method, String path, @Nullable ObjectNode body) {
        List<ByteBuffer> bytes = body == null
                ? List.of()
                : List.of(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
        return http.send(new RawRequest(method, path, body == null ? "" : "application/json", bytes, TIMEOUT));
    }

    private static RawResponse succeeded(String what, RawResponse answer) {
        if (answer.status() / 100 != 2) {
            throw new CompletionException(new IOException("the source was asked for %s and answered %d %s"
                    .formatted(what, answer.status(), BulkAnswer.reasonOf(answer))));
        }
        return answer;
    }

    private static JsonNode tree(RawResponse answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new CompletionException(new IOException("the source answered with something that is not JSON", e));
        }
    }

    private static String path(Collection<String> names) {
        return "/" + names.stream().map(SourceCalls::encoded).collect(Collectors.joining(","));
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
