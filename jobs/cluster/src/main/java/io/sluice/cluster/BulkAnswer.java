package io.sluice.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a bulk, item by item:
 *
 * <pre>
 *   {"errors": bool, "items": [{"index": {"status": n, "error": {"type": "…", "reason": "…"}}}, …]}
 * </pre>
 *
 * Other fields are passed over. An item without an error costs a few bytes of reading and no object.
 */
public final class BulkAnswer {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_REASON = 2_000;
    private static final int LONGEST_EXCERPT = 200;
    private static final int NOT_FOUND = 404;

    private int[] statuses;
    private int size;
    private String @Nullable [] types;
    private String @Nullable [] reasons;

    private BulkAnswer(int expectedItems) {
        statuses = new int[expectedItems];
    }

    /**
     * Reads an answer.
     *
     * @param expectedItems how many actions the bulk had
     * @throws IOException when it is not such an answer, or speaks of more or fewer items: then nothing in it
     *     can be believed
     */
    public static BulkAnswer parse(byte[] body, int expectedItems) throws IOException {
        BulkAnswer answer = new BulkAnswer(expectedItems);
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("expected the answer to a bulk but found: " + excerpt(body));
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean items = json.currentName().equals("items");
                JsonToken value = json.nextToken();
                if (items && value == JsonToken.START_ARRAY) {
                    answer.readItems(json);
                } else {
                    json.skipChildren();
                }
            }
        } catch (JsonParseException e) {
            throw new IOException("the answer to a bulk is not JSON or was cut: " + excerpt(body), e);
        }
        if (answer.size != expectedItems) {
            throw new IOException("a bulk of %d actions was answered with %d items: %s"
                    .formatted(expectedItems, answer.size, excerpt(body)));
        }
        return answer;
    }

    private void readItems(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.START_OBJECT) {
            if (size == statuses.length) {
                statuses = Arrays.copyOf(statuses, Math.max(16, size * 2));
            }
            json.nextToken(); // the operation's name
            if (json.nextToken() == JsonToken.START_OBJECT) {
                readItem(json);
            }
            json.nextToken(); // the item's end
            size++;
        }
    }

    private void readItem(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("status")) {
                statuses[size] = json.getIntValue();
            } else if (field.equals("error") && value == JsonToken.START_OBJECT) {
                readError(json);
            } else {
                json.skipChildren();
            }
        }
    }

    private void readError(JsonParser json) throws IOException {
        String type = "";
        String reason = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("type") && value == JsonToken.VALUE_STRING) {
                type = json.getText();
            } else if (field.equals("reason") && value == JsonToken.VALUE_STRING) {
                reason = json.getText();
            } else if (field.equals("caused_by") && value == JsonToken.START_OBJECT) {
                reason += causeOf(json);
            } else {
                json.skipChildren();
            }
        }
        note(type, reason);
    }

    private static String causeOf(JsonParser json) throws IOException {
        String cause = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean reason = json.currentName().equals("reason");
            JsonToken value = json.nextToken();
            if (reason && value == JsonToken.VALUE_STRING) {
                cause = ": " + json.getText();
            } else {
                json.skipChildren();
            }
        }
        return cause;
    }

    private void note(String type, String reason) {
        if (types == null || reasons == null || types.length < statuses.length) {
            types = types == null ? new String[statuses.length] : Arrays.copyOf(types, statuses.length);
            reasons = reasons == null ? new String[statuses.length] : Arrays.copyOf(reasons, statuses.length);
        }
        types[size] = type;
        reasons[size] = reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
    }

    /** How many items. */
    public int size() {
        return size;
    }

    /** The item's HTTP status. */
    public int status(int item) {
        return statuses[item];
    }

    /** The type of the item's error, or empty. */
    public String errorType(int item) {
        return at(types, item);
    }

    /** The reason of the item's error and of its cause, or empty. At most 2,000 characters. */
    public String errorReason(int item) {
        return at(reasons, item);
    }

    /** What the item's answer means. */
    public ItemVerdict verdict(int item) {
        int status = statuses[item];
        if (status == NOT_FOUND && errorType(item).isEmpty()) {
            return ItemVerdict.APPLIED; // the delete of a document that was not there
        }
        return status / 100 == 2 ? ItemVerdict.APPLIED : ItemVerdict.of(status, errorType(item), errorReason(item));
    }

    private static String at(String @Nullable [] texts, int item) {
        String text = texts == null || item >= texts.length ? null : texts[item];
        return text == null ? "" : text;
    }

    /** What the answer to a whole request means, when it is not the answer to a bulk. */
    public static ItemVerdict verdictOf(RawResponse answer) {
        Refusal refusal = Refusal.of(answer.body());
        return ItemVerdict.of(answer.status(), refusal.type(), refusal.reason());
    }

    /** Why a whole request was refused, in the target's words. */
    public static String reasonOf(RawResponse answer) {
        Refusal refusal = Refusal.of(answer.body());
        return refusal.type().isEmpty() ? excerpt(answer.body()) : refusal.type() + ": " + refusal.reason();
    }

    /** Whether a refusal of a whole request names an error, as a cluster does. What stands before one, and answers in its place, does not. */
    public static boolean namesError(RawResponse answer) {
        return !Refusal.of(answer.body()).type().isEmpty();
    }

    /** {@code {"error": {"type", "reason"}}}, or nothing of it. */
    private record Refusal(String type, String reason) {
        static Refusal of(byte[] body) {
            BulkAnswer one = new BulkAnswer(1);
            try (JsonParser json = JSON.createParser(body)) {
                json.nextToken();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean error = json.currentName().equals("error");
                    if (json.nextToken() == JsonToken.START_OBJECT && error) {
                        one.readError(json);
                    } else {
                        json.skipChildren();
                    }
                }
            } catch (IOException notJson) {
                return new Refusal("", ""); // a proxy's page, or nothing: the excerpt will show it
            }
            return new Refusal(one.errorType(0), one.errorReason(0));
        }
    }

    private static String excerpt(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, LONGEST_EXCERPT), StandardCharsets.UTF_8);
        return text.isBlank() ? "nothing" : text.replaceAll("\\s+", " ");
    }
}
