package io.sluice.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents in an answer to {@code _search}, a scroll or {@code _mget}, in one pass. Sources are slices of the answer:
 * numbers in them keep the form that the cluster stores.
 *
 * <p>Not safe for use by several threads.
 */
public final class DocumentPage {

    private static final int MOST_NESTING = 10_000;

    /** Parses documents of whatever size and depth servers take. */
    public static final JsonFactory JSON = JsonFactory.builder()
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

    private static final Pattern FIRST_NUMBER = Pattern.compile("\\[\\s*(\\d{1,18})\\s*[,\\]].*", Pattern.DOTALL);

    private final SourcePass pass;
    private final boolean sortedByNumber;

    private int hits;
    private boolean isWhole;
    private String scrollId = "";
    private String pitId = "";
    private String lastSort = "";

    /** What is done with a source while it is parsed. */
    @FunctionalInterface
    public interface SourcePass {
        /** Passes over it: the parser stands on its first token, and is to stand on its last. */
        void over(JsonParser in) throws IOException;
    }

    /** What is done with a document. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes a document, behind its source. */
        void see(FoundDocument document) throws IOException;
    }

    /**
     * Reads pages.
     *
     * @param pass over each source
     */
    public DocumentPage(SourcePass pass) {
        this(pass, false);
    }

    /**
     * @param sortedByNumber whether a number that a document was sorted by is its sequence number: older servers tell it in no
     *     other way
     */
    DocumentPage(SourcePass pass, boolean sortedByNumber) {
        this.pass = pass;
        this.sortedByNumber = sortedByNumber;
    }

    /** How many documents the last answer had. */
    public int hits() {
        return hits;
    }

    /** Whether it reached all shards, and in time. */
    public boolean isWhole() {
        return isWhole;
    }

    /** By which the next page is asked for; empty when there was none. */
    public String scrollId() {
        return scrollId;
    }

    /** The same of a point in time. */
    public String pitId() {
        return pitId;
    }

    /** The {@code sort} of the last document, as it stands there. */
    public String lastSort() {
        return lastSort;
    }

    /**
     * Reads an answer.
     *
     * @throws IOException when it is none, or was cut
     */
    public void read(byte[] body, Visitor visitor) throws IOException {
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
            boolean isHits = field.equals("hits");
            boolean isDocuments = isHits || field.equals("docs");
            if (isDocuments && value == JsonToken.START_ARRAY) {
                isThere = true;
                while (in.nextToken() == JsonToken.START_OBJECT) {
                    FoundDocument document = document(in, body, isHits);
                    hits++;
                    visitor.see(document);
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
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "failed" -> isWhole &= in.getValueAsLong() == 0;
                case "total" -> isWhole &= in.getValueAsLong() > 0; // a frozen index is passed over without a word
                default -> in.skipChildren();
            }
        }
    }

    private FoundDocument document(JsonParser in, byte[] body, boolean isHit) throws IOException {
        Fields fields = new Fields(isHit);
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            JsonToken value = in.nextToken();
            if (field.equals("_source") && value == JsonToken.START_OBJECT) {
                // The parser stands behind the first character of an object, and later behind the last.
                int from = at(in) - 1;
                pass.over(in);
                fields.source = UnsafeByteOperations.unsafeWrap(body, from, at(in) - from); // nobody changes the answer
            } else if (field.equals("sort")) {
                lastSort = text(in, body);
                fields.sorted(sortedByNumber ? lastSort : "");
            } else {
                fields.take(field, in);
            }
        }
        return fields.document();
    }

    /** Those of one document. */
    private static final class Fields {
        private String index = "";
        private @Nullable String type;
        private String id = "";
        private @Nullable String routing;
        private @Nullable String parent;
        private boolean isFound;
        private long version = -1;
        private long seqNo = -1;
        private long primaryTerm = -1;
        private @Nullable ByteString source;
        private String error = "";

        Fields(boolean isFound) {
            this.isFound = isFound;
        }

        void take(String field, JsonParser in) throws IOException {
            switch (field) {
                case "_index" -> index = in.getText();
                case "_type" -> type = in.currentToken() == JsonToken.VALUE_NULL ? null : in.getText();
                case "_id" -> id = in.getText();
                case "_routing" -> routing = in.getText();
                case "_parent" -> parent = in.getText();
                case "found" -> isFound = in.getBooleanValue();
                case "_version" -> version = in.getLongValue();
                case "_seq_no" -> seqNo = in.getLongValue();
                case "_primary_term" -> primaryTerm = in.getLongValue();
                case "error" -> error = error(in);
                default -> in.skipChildren();
            }
        }

        void sorted(String sort) {
            Matcher number = FIRST_NUMBER.matcher(sort);
            if (number.matches()) {
                seqNo = Long.parseLong(number.group(1));
            }
        }

        FoundDocument document() {
            return new FoundDocument(
                    index,
                    "_doc".equals(type) ? null : type,
                    id,
                    routing == null ? parent : routing,
                    isFound,
                    seqNo,
                    primaryTerm,
                    version,
                    source,
                    error);
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
        if (in.currentToken() != JsonToken.START_OBJECT) {
            return in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : "error";
        }
        String type = "error";
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            boolean isType = in.currentName().equals("type");
            JsonToken value = in.nextToken();
            if (isType && value == JsonToken.VALUE_STRING) {
                type = in.getText();
            } else {
                in.skipChildren();
            }
        }
        return type;
    }
}
