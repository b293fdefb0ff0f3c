package io.sluice.replay.ask;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents in an answer to {@code _mget} or {@code _search}. Sources are slices of the answer: numbers in them keep
 * the form that the source stores.
 */
final class FoundDocuments {

    private static final int MOST_NESTING = 10_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_NESTING)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] body;
    private final boolean areHits;
    private final List<FoundDocument> documents = new ArrayList<>();
    private boolean isWhole = true;

    private FoundDocuments(byte[] body, boolean areHits) {
        this.body = body;
        this.areHits = areHits;
    }

    /**
     * The documents of a {@code _mget}, in the order in which they were asked for.
     *
     * @param expected how many were asked for
     * @throws IOException when this is no such answer, or was cut
     */
    static List<FoundDocument> ofMget(byte[] body, int expected) throws IOException {
        FoundDocuments found = read(body, "docs");
        if (found.documents.size() != expected) {
            throw new IOException(
                    "%d documents were asked for, and %d answered".formatted(expected, found.documents.size()));
        }
        return found.documents;
    }

    /**
     * The hits of a {@code _search}.
     *
     * @throws IOException when this is no such answer, was cut, or lacks the hits of a shard
     */
    static List<FoundDocument> ofSearch(byte[] body) throws IOException {
        FoundDocuments found = read(body, "hits");
        if (!found.isWhole) {
            throw new IOException("a search did not reach all shards in time");
        }
        return found.documents;
    }

    /** The id by which a search goes on. */
    static String scrollId(byte[] body) throws IOException {
        try (JsonParser in = JSON.createParser(body)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                boolean isId = in.currentName().equals("_scroll_id");
                in.nextToken();
                if (isId) {
                    return in.getText();
                }
                in.skipChildren();
            }
        }
        throw new IOException("expected a search that goes on, but found no _scroll_id");
    }

    private static FoundDocuments read(byte[] body, String array) throws IOException {
        FoundDocuments found = new FoundDocuments(body, array.equals("hits"));
        try (JsonParser in = JSON.createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("expected documents but found no JSON object");
            }
            found.readRoot(in, array);
        }
        return found;
    }

    private void readRoot(JsonParser in, String array) throws IOException {
        boolean isThere = false;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            JsonToken value = in.nextToken();
            if (field.equals(array) && value == JsonToken.START_ARRAY) {
                isThere = true;
                while (in.nextToken() == JsonToken.START_OBJECT) {
                    documents.add(document(in));
                }
            } else if (field.equals(array) && value == JsonToken.START_OBJECT) {
                isThere = true;
                readRoot(in, array); // hits.hits
            } else if (field.equals("timed_out")) {
                isWhole &= value == JsonToken.VALUE_FALSE;
            } else if (field.equals("_shards") && value == JsonToken.START_OBJECT) {
                readShards(in);
            } else {
                in.skipChildren();
            }
        }
        if (!isThere) {
            throw new IOException("expected documents but found no " + array);
        }
    }

    private void readShards(JsonParser in) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            boolean isFailed = in.currentName().equals("failed");
            JsonToken value = in.nextToken();
            if (isFailed && value == JsonToken.VALUE_NUMBER_INT) {
                isWhole &= in.getLongValue() == 0;
            }
            in.skipChildren();
        }
    }

    private FoundDocument document(JsonParser in) throws IOException {
        String index = "";
        String type = null;
        String id = "";
        String routing = null;
        String parent = null;
        boolean isFound = areHits;
        long seqNo = -1;
        long version = -1;
        ByteString source = null;
        String error = "";
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "_index" -> index = in.getText();
                case "_type" -> type = in.currentToken() == JsonToken.VALUE_NULL ? null : in.getText();
                case "_id" -> id = in.getText();
                case "_routing" -> routing = in.getText();
                case "_parent" -> parent = in.getText();
                case "found" -> isFound = in.getBooleanValue();
                case "_seq_no" -> seqNo = in.getLongValue();
                case "sort" -> seqNo = firstNumber(in, seqNo);
                case "_version" -> version = in.getLongValue();
                case "_source" -> source = bytes(in);
                case "error" -> error = error(in);
                default -> in.skipChildren();
            }
        }
        return new FoundDocument(
                index,
                "_doc".equals(type) ? null : type,
                id,
                routing == null ? parent : routing,
                isFound,
                seqNo,
                version,
                source,
                error);
    }

    /** The parser stands behind the first character of an object, and after skipping it behind the last. */
    private @Nullable ByteString bytes(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return null;
        }
        int from = (int) in.currentLocation().getByteOffset() - 1;
        in.skipChildren();
        int to = (int) in.currentLocation().getByteOffset();
        return UnsafeByteOperations.unsafeWrap(body, from, to - from); // nobody changes the answer
    }

    /** By what a hit was sorted: the number, when it was that; older servers tell it in no other way. */
    private static long firstNumber(JsonParser in, long otherwise) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            return otherwise;
        }
        long number = in.nextToken() == JsonToken.VALUE_NUMBER_INT ? in.getLongValue() : otherwise;
        while (in.currentToken() != JsonToken.END_ARRAY) {
            in.skipChildren();
            in.nextToken();
        }
        return number;
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
