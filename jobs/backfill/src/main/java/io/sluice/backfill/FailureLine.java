package io.sluice.backfill;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.cluster.BulkAnswer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A document that could not be carried, as one line of JSON in a failure file:
 *
 * <pre>
 *   {"index", "target", "shard", "segment", "document", "status", "type", "reason",
 *    "action": {"index": {…}} | {"delete": {…}}, "source": "…" | "source_bytes": n}
 * </pre>
 *
 * {@code document} is the Lucene number: with it the document is read from the snapshot again when it is
 * driven again. {@code action} is the bulk action with id, routing and fence. {@code source} is the text
 * that was sent; where it is longer than {@link #LONGEST_SOURCE} only its length is kept.
 */
final class FailureLine {

    /** In bytes. A failure file is read by people and by scripts; the snapshot has the rest. */
    static final int LONGEST_SOURCE = 1 << 20;

    /** An id has at most 32,766 bytes in Lucene; with routing and escapes an action's line stays below this. */
    private static final int LONGEST_ACTION = 1 << 19;

    private static final JsonFactory JSON = new JsonFactory();

    private FailureLine() {}

    /**
     * @param action the action as it stands in the bulk body: a line of metadata, then the source
     */
    static String of(RangeSplit range, String target, int document, Cause cause, List<ByteBuffer> action) {
        long total = action.stream().mapToLong(ByteBuffer::remaining).sum();
        byte[] bytes = head(action, (int) Math.min(total, LONGEST_SOURCE + LONGEST_ACTION));
        int lineEnd = indexOfNewline(bytes);
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("index", range.index());
            json.writeStringField("target", target);
            json.writeNumberField("shard", range.shard());
            json.writeStringField("segment", range.segment());
            json.writeNumberField("document", document);
            json.writeNumberField("status", cause.status());
            json.writeStringField("type", cause.type());
            json.writeStringField("reason", cause.reason());
            json.writeFieldName("action");
            json.writeRawValue(new String(bytes, 0, lineEnd, StandardCharsets.UTF_8));
            long sourceBytes = total - lineEnd - 2;
            if (sourceBytes > LONGEST_SOURCE) {
                json.writeNumberField("source_bytes", sourceBytes);
            } else if (sourceBytes >= 0) { // a delete has none
                String source = new String(bytes, lineEnd + 1, (int) sourceBytes, StandardCharsets.UTF_8);
                json.writeStringField("source", source);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    /**
     * Why.
     *
     * @param status the target's, or 0 when it was not the target that refused
     */
    record Cause(int status, String type, String reason) {

        private static final int LONGEST_REASON = 500;

        static Cause of(BulkAnswer items, int item) {
            return new Cause(items.status(item), items.errorType(item), shorten(items.errorReason(item)));
        }

        static String shorten(String reason) {
            return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
        }

        String describe() {
            return "%d %s: %s".formatted(status, type, reason);
        }
    }

    private static byte[] head(List<ByteBuffer> parts, int length) {
        byte[] bytes = new byte[length];
        int at = 0;
        for (ByteBuffer part : parts) {
            ByteBuffer view = part.duplicate();
            int size = Math.min(view.remaining(), length - at);
            view.get(bytes, at, size);
            at += size;
        }
        return bytes;
    }

    private static int indexOfNewline(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        throw new IllegalStateException("a bulk action without a line of its own");
    }
}
