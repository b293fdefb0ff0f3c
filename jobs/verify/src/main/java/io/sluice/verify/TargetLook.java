package io.sluice.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.ItemVerdict;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.source.FoundDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/** Asks the target for documents again, as they are now. Blocks. */
final class TargetLook {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;

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
     * @param seqNo of the operation that made it, by which a write can be bound to it; −1 when it is not there
     * @param primaryTerm of the same
     * @param error why nothing can be said of it now; empty otherwise
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares these
    record Found(@Nullable Seen seen, byte[] source, long seqNo, long primaryTerm, String error) {

        static final Found NOTHING = new Found(null, new byte[0], -1, -1, "");

        private static Found of(Hit hit) {
            FoundDocument document = hit.document();
            return new Found(Shapes.target(hit), hit.source(), document.seqNo(), document.primaryTerm(), "");
        }

        private static Found trouble(String error) {
            return new Found(null, new byte[0], -1, -1, error);
        }
    }

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
        if (!error.isEmpty() && !error.equals("index_not_found_exception")) {
            return Found.trouble(error);
        }
        boolean isIt = hit.document().isFound() && Objects.equals(hit.routing(), key.routing());
        return isIt ? Found.of(hit) : Found.NOTHING;
    }

    /**
     * Sends a request that is to succeed.
     *
     * @throws TooMuchException when less of it may
     * @throws SuppressRestartsException when it never will
     */
    RawResponse send(String path, String type, List<ByteBuffer> body) throws IOException, InterruptedException {
        return succeeded(answer(path, type, body));
    }

    private static RawResponse succeeded(RawResponse answer) throws IOException {
        if (answer.status() / 100 == 2) {
            return answer;
        }
        String reason = BulkAnswer.reasonOf(answer);
        IOException refused = new IOException("the target answered %d %s".formatted(answer.status(), reason));
        if (answer.status() == TOO_LARGE || reason.startsWith("circuit_breaking_exception")) {
            throw new TooMuchException(refused, answer.status() == TOO_LARGE);
        }
        if (BulkAnswer.verdictOf(answer) == ItemVerdict.RETRY) {
            throw refused;
        }
        if (answer.status() == BAD_REQUEST) {
            throw new TooMuchException(refused, true); // of one among them, an id that is too long for example
        }
        throw new SuppressRestartsException(refused);
    }

    private RawResponse answer(String path, String type, List<ByteBuffer> body)
            throws IOException, InterruptedException {
        try {
            return http.send(new RawRequest("POST", path, type, body, TIMEOUT)).get();
        } catch (ExecutionException e) {
            IOException failed = new IOException("the target cannot be reached: " + e.getCause(), e.getCause());
            throw TooMuchException.isOf(e) ? new TooMuchException(failed, true) : failed;
        }
    }
}
