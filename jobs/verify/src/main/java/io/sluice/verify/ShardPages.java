package io.sluice.verify;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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

    private Mode mode = Mode.UNOPENED;
    private String id = "";
    private String after = "";
    private boolean atEnd;

    private enum Mode {
        UNOPENED,
        /** With the API of OpenSearch. */
        POINT_IN_TIME,
        /** With the API of Elasticsearch. */
        PIT,
        SCROLL
    }

    /** @param hasSequenceNumbers whether the cluster can be asked for them in a search */
    ShardPages(RawHttp http, Part.Shard shard, boolean hasSequenceNumbers) {
        this.http = http;
        this.shard = shard;
        this.hasSequenceNumbers = hasSequenceNumbers;
    }

    boolean isAtEnd() {
        return atEnd;
    }

    /** Whether the same page is given when it is asked for again. */
    boolean canRepeat() {
        return mode != Mode.SCROLL;
    }

    /** Asks for the next page, or for the last one again if {@link #took} was not called. */
    CompletableFuture<RawResponse> ask() {
        return switch (mode) {
            case UNOPENED -> open();
            case POINT_IN_TIME, PIT -> search();
            case SCROLL -> send("POST", "/_search/scroll", scroll());
        };
    }

    /** A page was read. */
    void took(HitPage page) {
        atEnd = page.hits() == 0 || (mode != Mode.SCROLL && page.hits() < shard.pageSize());
        after = page.lastSort();
        if (mode == Mode.UNOPENED) {
            mode = Mode.SCROLL;
        }
        String next = mode == Mode.SCROLL ? page.scrollId() : page.pitId();
        id = next.isEmpty() ? id : next;
    }

    /** Tells the cluster that no more is wanted; does not wait. */
    void close() {
        if (id.isEmpty()) {
            return;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        CompletableFuture<RawResponse> closed = switch (mode) {
            case POINT_IN_TIME -> {
                body.putArray("pit_id").add(id);
                yield send("DELETE", "/_search/point_in_time", body);
            }
            case PIT -> send("DELETE", "/_pit", body.put("id", id));
            default -> {
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
        String where = "keep_alive=" + KEEP + "&preference=_shards:" + shard.number();
        return send("POST", path + "/_refresh", null)
                .thenCompose(refreshed -> send("POST", path + "/_search/point_in_time?" + where, null))
                .thenCompose(answer -> opened(answer, Mode.POINT_IN_TIME, "pit_id"))
                .thenCompose(isOpen ->
                        isOpen ? completedFuture(true) : send("POST", path + "/_pit?" + where, null)
                                .thenCompose(answer -> opened(answer, Mode.PIT, "id")))
                .thenCompose(isOpen -> isOpen ? search() : send("POST", path + scrolling(), body()));
    }

    /** Who has no such API refuses the request; who has too much to do is asked again later. */
    private CompletableFuture<Boolean> opened(RawResponse answer, Mode opened, String field) {
        if (answer.status() == TOO_MANY_REQUESTS || answer.status() >= 500) {
            return CompletableFuture.failedFuture(
                    new IOException("a point in time was asked for and answered with " + answer.status()));
        }
        if (answer.status() / 100 != 2) {
            return completedFuture(false);
        }
        try {
            JsonNode named = JSON.readTree(answer.body()).path(field);
            if (!named.isTextual()) {
                return completedFuture(false);
            }
            id = named.asText();
            mode = opened;
            return completedFuture(true);
        } catch (IOException notJson) {
            return completedFuture(false);
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
        body.put("size", shard.pageSize()).put("version", true);
        if (hasSequenceNumbers) {
            body.put("seq_no_primary_term", true);
        }
        body.putArray("sort").add("_doc");
        return body;
    }

    private CompletableFuture<RawResponse> send(
            String method, String path, @Nullable ObjectNode body) {
        List<ByteBuffer> bytes = body == null
                ? List.of()
                : List.of(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
        return http.send(new RawRequest(method, path, body == null ? "" : "application/json", bytes, TIMEOUT));
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
