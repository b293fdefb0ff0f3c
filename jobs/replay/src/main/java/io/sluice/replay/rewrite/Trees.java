package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Bodies of index-wide requests as trees, in any of the servers' forms. Not for documents. */
final class Trees {

    /** Servers keep definitions in the state of the cluster: they are small. */
    private static final int MOST_BYTES = 16 << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Trees() {}

    /** The object in a body; an empty one for an empty body; null for anything else. */
    static @Nullable ObjectNode object(ByteString body) {
        if (body.isEmpty()) {
            return JSON.createObjectNode();
        }
        return read(body) instanceof ObjectNode object ? object : null;
    }

    /** What an answer tells; a missing node when it cannot be read. */
    static JsonNode answer(Request request) {
        ByteString body = request.answerBody();
        return body == null ? MissingNode.getInstance() : read(body);
    }

    /** What is in JSON, or another encoding of it; a missing node when it cannot be read. */
    static JsonNode read(ByteString body) {
        if (body.size() > MOST_BYTES) {
            return MissingNode.getInstance();
        }
        try (JsonParser in = BulkAnswers.parser(body)) {
            JsonNode tree = JSON.readTree(in);
            return tree == null ? MissingNode.getInstance() : tree;
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            return MissingNode.getInstance();
        }
    }

    static ByteString bytes(JsonNode tree) {
        try {
            return ByteString.copyFrom(JSON.writeValueAsBytes(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree cannot be written as JSON", e);
        }
    }
}
