package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.protobuf.ByteString;
import io.sluice.transform.SourceEncoding;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a source says of an asynchronous search: Elasticsearch in two flags, OpenSearch's plugin by a word. */
final class AsyncAnswer {

    /** Of OpenSearch's plugin: there are results, whether they are kept yet or not. */
    private static final Set<String> DONE =
            Set.of("SUCCEEDED", "PERSISTING", "PERSIST_SUCCEEDED", "PERSIST_FAILED", "CLOSED", "STORE_RESIDENT");

    private static final long COUNTED_BY_A_SEARCH = 10_000;

    private @Nullable String id;
    private @Nullable ByteString response;
    private boolean isRunning;
    private boolean isPartial;
    private String state = "";

    private AsyncAnswer() {}

    /** Reads one; of what is none nothing is known. */
    static AsyncAnswer of(ByteString json) {
        AsyncAnswer answer = new AsyncAnswer();
        byte[] bytes = json.toByteArray();
        try (JsonParser in = SourceEncoding.JSON.parser(bytes, 0, bytes.length)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                answer.field(name, in.nextToken(), in, json);
            }
            return in.currentToken() == JsonToken.END_OBJECT ? answer : new AsyncAnswer();
        } catch (IOException e) {
            return new AsyncAnswer();
        }
    }

    private void field(String name, JsonToken value, JsonParser in, ByteString json) throws IOException {
        switch (name) {
            case "id" -> id = value == JsonToken.VALUE_STRING ? in.getText() : null;
            case "is_running" -> isRunning = value == JsonToken.VALUE_TRUE;
            case "is_partial" -> isPartial = value == JsonToken.VALUE_TRUE;
            case "state" -> state = in.getText();
            case "response" -> {
                int from = Math.toIntExact(in.currentTokenLocation().getByteOffset());
                in.skipChildren();
                int to = Math.toIntExact(in.currentLocation().getByteOffset());
                response = value == JsonToken.START_OBJECT ? json.substring(from, to) : null;
            }
            default -> in.skipChildren();
        }
    }

    /** By which it is asked for later; null when it is not kept. */
    @Nullable
    String id() {
        return id;
    }

    /** Whether it counted more hits than a search does that is not told to count all of them. */
    boolean countsAll() {
        JsonNode total = response == null
                ? MissingNode.getInstance()
                : Trees.read(response).path("hits").path("total");
        return total.path("value").asLong(total.asLong()) > COUNTED_BY_A_SEARCH;
    }

    /** The answer that a search would have had, byte for byte, once it is whole; null before that. */
    @Nullable
    ByteString result() {
        boolean isDone = state.isEmpty() ? !isRunning && !isPartial : DONE.contains(state);
        return isDone ? response : null;
    }
}
