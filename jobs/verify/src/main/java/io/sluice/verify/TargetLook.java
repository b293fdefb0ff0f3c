package io.sluice.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Asks the target for documents again, as they are now. Blocks. */
final class TargetLook {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final RawHttp http;
    private final HitPage page = new HitPage();

    TargetLook(RawHttp http) {
        this.http = http;
    }

    /**
     * A document of the target.
     *
     * @param seen null when it is not there
     * @param source its bytes; empty when it has none
     * @param error why nothing can be said of it now; empty otherwise
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares these
    record Found(@Nullable Seen seen, byte[] source, String error) {}

    /** Asks for all of these; the answers come in the same order. */
    List<Found> ask(List<DocumentKey> keys) throws IOException, InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode docs = body.putArray("docs");
        for (DocumentKey key : keys) {
            ObjectNode doc = docs.addObject().put("_index", key.index()).put("_id", key.id());
            if (key.routing() != null) {
                doc.put("routing", key.routing());
            }
        }
        RawResponse answer = send(
                "/_mget",
                "application/json",
                List.of(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8))));
        List<Found> all = new ArrayList<>(keys.size());
        page.read(answer.body(), hit -> all.add(found(keys.get(all.size()), hit)));
        if (all.size() != keys.size()) {
            throw new IOException(
                    "the target was asked for %d documents and answered %d".formatted(keys.size(), all.size()));
        }
        return all;
    }

    /** A shard has an id once: what lies there under another routing is another document. */
    private static Found found(DocumentKey key, Hit hit) {
        String error = hit.document().error();
        boolean isIt = hit.document().isFound() && Objects.equals(hit.routing(), key.routing());
        boolean isError = !error.isEmpty() && !error.equals("index_not_found_exception");
        return new Found(isIt ? Shapes.target(hit) : null, isIt ? hit.source() : new byte[0], isError ? error : "");
    }

    /** Sends a request that is to succeed. */
    RawResponse send(String path, String type, List<ByteBuffer> body) throws IOException, InterruptedException {
        try {
            RawResponse answer =
                    http.send(new RawRequest("POST", path, type, body, TIMEOUT)).get();
            if (answer.status() / 100 != 2) {
                throw new IOException(
                        "the target answered %d %s".formatted(answer.status(), BulkAnswer.reasonOf(answer)));
            }
            return answer;
        } catch (ExecutionException e) {
            throw new IOException("the target cannot be reached: " + e.getCause(), e.getCause());
        }
    }
}
