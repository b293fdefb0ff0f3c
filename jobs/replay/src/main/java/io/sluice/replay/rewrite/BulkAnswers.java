package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.sluice.replay.wire.Slice;
import io.sluice.transform.SourceEncoding;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The items of a bulk's answer, one after the other; of a streamed bulk those of all its answers. */
final class BulkAnswers implements AutoCloseable {

    private final JsonParser in;
    private boolean isInItems;

    /** @throws IOException when the answer is in no form that is known here */
    BulkAnswers(ByteString body) throws IOException {
        in = parser(body);
    }

    /** A parser for an answer in any of the servers' forms. */
    static JsonParser parser(ByteString body) throws IOException {
        Slice bytes = Slice.of(body);
        SourceEncoding encoding = SourceEncoding.of(bytes.array(), bytes.offset(), bytes.length());
        if (encoding == null) {
            throw new IOException("an answer that begins like no object");
        }
        return encoding.parser(bytes.array(), bytes.offset(), bytes.length());
    }

    /** The next item, or null behind the last. */
    @Nullable
    ItemAnswer next() throws IOException {
        while (true) {
            if (isInItems) {
                if (in.nextToken() == JsonToken.START_OBJECT) {
                    return ItemAnswer.ofBulk(in);
                }
                if (in.currentToken() != JsonToken.END_ARRAY) {
                    throw new IOException("items that are no objects, or that do not end");
                }
                isInItems = false;
            } else if (!findItems()) {
                return null;
            }
        }
    }

    /** Goes on to the next array of items; false at the end of the last answer. */
    private boolean findItems() throws IOException {
        for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
            if (token == JsonToken.FIELD_NAME) {
                boolean isItems = in.currentName().equals("items");
                JsonToken value = in.nextToken();
                if (isItems && value == JsonToken.START_ARRAY) {
                    isInItems = true;
                    return true;
                }
                in.skipChildren();
            } else if (token != JsonToken.START_OBJECT && token != JsonToken.END_OBJECT) {
                throw new IOException("an answer that is no object");
            }
        }
        if (!in.getParsingContext().inRoot()) {
            throw new IOException("an answer that does not end");
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
