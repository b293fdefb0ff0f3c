package io.sluice.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer to {@code _search}, a scroll or {@code _mget}, in one pass that also takes the hash of each source.
 *
 * <p>Not safe for use by several threads.
 */
final class HitPage {

    private static final int MOST_NESTING = 10_000;

    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_NESTING)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            // Names of fields can be as many as documents: kept for good, they would fill the heap.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final CanonicalHash hash = new CanonicalHash();

    private int hits;
    private boolean isWhole;
    private String scrollId = "";
    private String pitId = "";
    private String lastSort = "";

    /** What to do with a document. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes a document.
         *
         * @param body the answer that its source lies in
         */
        void see(Hit hit, byte[] body) throws IOException;
    }

    /** How many documents the last answer had. */
    int hits() {
        return hits;
    }

    /** Whether it reached all shards, and in time. */
    boolean isWhole() {
        return isWhole;
    }

    /** By which the next page is asked for; empty when there was none. */
    String scrollId() {
        return scrollId;
    }

    /** The same of a point in time. */
    String pitId() {
        return pitId;
    }

    /** The {@code sort} of the last document, as it stands there. */
    String lastSort() {
        return lastSort;
    }

    /**
     * Reads an answer.
     *
     * @throws IOException when it is none, or was cut
     */
    void read(byte[] body, Visitor visitor) throws IOException {
        hits = 0;
        isWhole = true;
        scrollId = "";
        pitId = "";
        lastSort = "";
        try (JsonParser in = JSON.createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT || !root(in, body, visitor)) {
                throw new IOException("expected documents in an answer, and found none");
            }
        }
    }

    private boolean root(JsonParser in, byte[] body, Visitor visitor) throws IOException {
        boolean isThere = false;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            JsonToken value = in.nextToken();
            boolean isHits = field.equals("hits") || field.equals("docs");
            if (isHits && value == JsonToken.START_ARRAY) {
                isThere = true;
                while (in.nextToken() == JsonToken.START_OBJECT) {
                    visitor.see(hit(in, body), body);
                    hits++;
                }
            } else if (isHits && value == JsonToken.START_OBJECT) {
                isThere |= root(in, body, visitor);
            } else if (value == JsonToken.START_OBJECT && field.equals("_shards")) {
                shards(in);
            } else {
                mark(field, in);
            }
        }
        return isThere;
    }

    private void mark(String field, JsonParser in) throws IOException {
        switch (field) {
            case "_scroll_id" -> scrollId = in.getText();
            case "pit_id" -> pitId = in.getText();
            case "timed_out" -> isWhole &= in.currentToken() == JsonToken.VALUE_FALSE;
            default -> in.skipChildren();
        }
    }

    private void shards(JsonParser in) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            boolean isFailed = in.currentName().equals("failed");
            in.nextToken();
            if (isFailed) {
                isWhole &= in.getValueAsLong() == 0;
            }
            in.skipChildren();
        }
    }

    private Hit hit(JsonParser in, byte[] body) throws IOException {
        Fields fields = new Fields();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            JsonToken value = in.nextToken();
            if (field.equals("_source") && value == JsonToken.START_OBJECT) {
                // The parser stands behind the first character of an object, and later behind the last.
                fields.from = at(in) - 1;
                hash.of(in);
                fields.to = at(in);
            } else if (field.equals("sort")) {
                lastSort = text(in, body);
            } else {
                fields.take(field, in);
            }
        }
        return fields.hit(hash);
    }

    /** Those of one document. */
    private static final class Fields {
        private String index = "";
        private @Nullable String type;
        private String id = "";
        private @Nullable String routing;
        private boolean isFound;
        private long version = -1;
        private long seqNo = -1;
        private int from;
        private int to;
        private String error = "";

        void take(String field, JsonParser in) throws IOException {
            switch (field) {
                case "_index" -> index = in.getText();
                case "_type" -> type = in.getText();
                case "_id" -> id = in.getText();
                case "_routing" -> routing = in.getText();
                case "_parent" -> routing = routing == null ? in.getText() : routing;
                case "found" -> isFound = in.getBooleanValue();
                case "_version" -> version = in.getLongValue();
                case "_seq_no" -> seqNo = in.getLongValue();
                case "error" -> error = error(in);
                default -> in.skipChildren();
            }
        }

        Hit hit(CanonicalHash hash) {
            boolean hasSource = to > from;
            String named = "_doc".equals(type) ? null : type;
            long high = hasSource ? hash.high() : 0;
            long low = hasSource ? hash.low() : 0;
            return new Hit(index, named, id, routing, isFound, version, seqNo, high, low, from, to, error);
        }
    }

    private static int at(JsonParser in) {
        return (int) in.currentLocation().getByteOffset();
    }

    private static String text(JsonParser in, byte[] body) throws IOException {
        int from = at(in) - 1;
        in.skipChildren();
        return new String(body, from, at(in) - from, StandardCharsets.UTF_8);
    }

    private static String error(JsonParser in) throws IOException {
        @Nullable String type = in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : null;
        while (type == null && in.nextToken() == JsonToken.FIELD_NAME) {
            boolean isType = in.currentName().equals("type");
            JsonToken value = in.nextToken();
            if (isType && value == JsonToken.VALUE_STRING) {
                type = in.getText();
                skipRest(in);
            } else {
                in.skipChildren();
            }
        }
        return type == null ? "error" : type;
    }

    private static void skipRest(JsonParser in) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            in.nextToken();
            in.skipChildren();
        }
    }
}
