package io.sluice.verify;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.source.DocumentPage;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one shard, page after page, as they were when the first was asked for: over a point in time where the cluster
 * has that, else over a scroll. One shard at a time, so that a document's place in it is an order that needs no sorting.
 *
 * <p>One request at a time. A page of a point in time can be asked for again, one of a scroll cannot.
 */
final class ShardPages {

    private static final String KEEP = "10m";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TOO_MANY_REQUESTS = 429;

    private final RawHttp http;
    private final Part.Shard shard;
    private final boolean hasSequenceNumbers;
    private final @Nullable Set<String> ids;

    private Paging paging;
    private int pageSize;
    private boolean isOpen;
    private String id = "";
    private String after = "";
    private boolean atEnd;

    /**
     * Nothing is asked yet.
     *
     * @param paging how the cluster is read, if it does not refuse that
     * @param hasSequenceNumbers whether the cluster can be asked for them in a search
     * @param ids of the documents that are asked for; null for all
     * @param longestPage how many documents are asked for at a time at most
     */
    ShardPages(
            RawHttp http,
            Part.Shard shard,
            Paging paging,
            boolean hasSequenceNumbers,
            @Nullable Set<String> ids,
            int longestPage) {
        this.http = http;
        this.shard = shard;
        this.paging = paging;
        this.hasSequenceNumbers = hasSequenceNumbers;
        this.ids = ids;
        this.pageSize = Math.min(shard.pageSize(), longestPage);
    }

    boolean isAtEnd() {
        return atEnd;
    }

    /** Whether its documents are those that were not written since they were verified. */
    boolean isUnchanged() {
        return shard.portion().isUnchanged();
    }

    /** Whether the same page is given when it is asked for again. */
    boolean canRepeat() {
        return !isOpen || paging != Paging.SCROLL;
    }

    /**
     * Asks for half as many documents from now on, where the size of a page still is open.
     *
     * @param least that are asked for, or as many as are now
     * @return how many that is
     */
    int halve(int least) {
        pageSize = Math.max(Math.min(pageSize, least), pageSize / 2);
        return pageSize;
    }

    /** Asks for the next page, or for the last one again if {@link #took} was not called. */
    CompletableFuture<RawResponse> ask() {
        if (!isOpen) {
            return open();
        }
        return paging == Paging.SCROLL ? send("POST", "/_search/scroll", scroll()) : search();
    }

    /** A page was read. */
    void took(DocumentPage page) {
        isOpen = true;
        atEnd = page.hits() == 0 || (paging != Paging.SCROLL && page.hits() < pageSize);
        after = page.lastSort();
        String next = paging == Paging.SCROLL ? page.scrollId() : page.pitId();
        id = next.isEmpty() ? id : next;
    }

    /** There is nothing more to be read. */
    void end() {
        atEnd = true;
    }

    /** Tells the cluster that no more is wanted; does not wait. */
    void close() {
        if (id.isEmpty()) {
            return;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        CompletableFuture<RawResponse> closed = switch (paging) {
            case POINT_IN_TIME -> {
                body.putArray("pit_id").add(id);
                yield send("DELETE", "/_search/point_in_time", body);
            }
            case PIT -> send("DELETE", "/_pit", body.put("id", id));
            case SCROLL -> {
                body.putArray("scroll_id").add(id);
                yield send("DELETE", "/_search/scroll", body);
            }
        };
        closed.exceptionally(unheard -> new RawResponse(0, new byte[0])); // it ends by itself, some minutes later
        id = "";
    }

    /** What was written so far is made visible first: a search sees no more than that. */
    private CompletableFuture<RawResponse> open() {
        String path = "/" + encoded(shard.index());
        String where = "?keep_alive=" + KEEP + "&preference=_shards:" + shard.number();
        return send("POST", path + "/_refresh", null).thenCompose(refreshed -> {
            if (refreshed.status() / 100 != 2) {
                return completedFuture(refreshed);
            }
            if (tree(refreshed).at("/_shards/failed").asInt() > 0) {
                return failedFuture(new IOException("a refresh did not reach all shards of " + shard.index()));
            }
            return switch (paging) {
                case SCROLL -> send("POST", path + scrolling(), body());
                case PIT ->
                    send("POST", path + "/_pit" + where, null).thenCompose(answer -> opened(answer, "id", path));
                case POINT_IN_TIME ->
                    send("POST", path + "/_search/point_in_time" + where, null)
                            .thenCompose(answer -> opened(answer, "pit_id", path));
            };
        });
    }

    /** Who has no such API after all refuses the request; who has too much to do is asked again later. */
    private CompletableFuture<RawResponse> opened(RawResponse answer, String field, String path) {
        if (answer.status() == TOO_MANY_REQUESTS || answer.status() >= 500) {
            return completedFuture(answer);
        }
        String named = answer.status() / 100 == 2 ? tree(answer).path(field).asText("") : "";
        if (named.isEmpty()) {
            paging = Paging.SCROLL;
            return send("POST", path + scrolling(), body());
        }
        id = named;
        isOpen = true;
        return search();
    }

    private static JsonNode tree(RawResponse answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    private String scrolling() {
        return "/_search?scroll=" + KEEP + "&preference=_shards:" + shard.number();
    }

    private ObjectNode scroll() {
        return JsonNodeFactory.instance.objectNode().put("scroll", KEEP).put("scroll_id", id);
    }

    private CompletableFuture<RawResponse> search() {
        ObjectNode body = body();
        body.put("track_total_hits", false);
        body.putObject("pit").put("id", id).put("keep_alive", KEEP);
        if (!after.isEmpty()) {
            body.putRawValue("search_after", new RawValue(after));
        }
        return send("POST", "/_search", body);
    }

    private ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("size", pageSize).put("version", true);
        if (hasSequenceNumbers) {
            body.put("seq_no_primary_term", true);
        }
        body.putArray("sort").add("_doc");
        if (ids != null) {
            ArrayNode values = body.putObject("query").putObject("ids").putArray("values");
            ids.forEach(values::add);
        }
        shard.portion().restrict(body);
        return body;
    }

    private CompletableFuture<RawResponse> send(String method, String path, @Nullable ObjectNode body) {
        List<ByteBuffer> bytes = body == null
                ? List.of()
                : List.of(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
        return http.send(new RawRequest(method, path, body == null ? "" : "application/json", bytes, TIMEOUT));
    }

    /** A name as part of a path. */
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
