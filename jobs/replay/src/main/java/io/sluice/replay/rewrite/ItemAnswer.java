package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the source says became of one document. */
final class ItemAnswer {

    private static final long ABSENT = -1;

    /** The name of the action, of a bulk's items. */
    String action = "";

    @Nullable
    String index;

    @Nullable
    String type;

    @Nullable
    String id;

    /** −1 when it does not say. */
    long seqNo = ABSENT;

    /** −1 when it does not say. */
    long version = ABSENT;

    /** Of HTTP; 0 when it does not say. */
    int status;

    boolean hasError;
    boolean isNoop;

    /** Whether it says that what was to be deleted was not there: no error, but with a status of 404. */
    boolean isNotFound;

    /** Reads an item of a bulk: an object of one field, the action, whose value is one that tells the rest. */
    static ItemAnswer ofBulk(JsonParser in) throws IOException {
        ItemAnswer answer = new ItemAnswer();
        if (in.currentToken() != JsonToken.START_OBJECT || in.nextToken() != JsonToken.FIELD_NAME) {
            throw new IOException("an item is no object with an action");
        }
        answer.action = in.currentName();
        in.nextToken();
        answer.read(in);
        if (in.nextToken() != JsonToken.END_OBJECT) {
            throw new IOException("an item has more than an action");
        }
        return answer;
    }

    /** Reads the object at which the parser stands. */
    void read(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("an answer is no object");
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            field(name, in);
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("an answer ends inside its object");
        }
    }

    private void field(String name, JsonParser in) throws IOException {
        switch (name) {
            case "_index" -> index = in.getValueAsString();
            case "_type" -> type = in.getValueAsString();
            case "_id" -> id = in.getValueAsString();
            case "_seq_no" -> seqNo = in.getValueAsLong(ABSENT);
            case "_version" -> version = in.getValueAsLong(ABSENT);
            case "status" -> status = in.getValueAsInt(status);
            case "result" -> result(in.getValueAsString(""));
            case "found" -> isNotFound |= in.currentToken() == JsonToken.VALUE_FALSE;
            case "error" -> {
                hasError = in.currentToken() != JsonToken.VALUE_NULL;
                in.skipChildren();
            }
            default -> in.skipChildren();
        }
    }

    private void result(String result) {
        isNoop |= result.equals("noop");
        isNotFound |= result.equals("not_found");
    }
}
