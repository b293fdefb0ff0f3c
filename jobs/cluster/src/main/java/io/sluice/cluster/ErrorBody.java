package io.sluice.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The body of an answer that was not a success:
 *
 * <pre>
 *   {"error": {"type": "…", "reason": "…", "caused_by": {…}}, "status": n}    most errors
 *   {"error": "…", "status": n}                             no such route
 *   {"message": "…"} or {"Message": "…"}                    AWS
 *   anything else                                           a proxy, a security plugin: its beginning is the reason
 * </pre>
 */
record ErrorBody(String type, String reason) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_REASON = 2_000;
    private static final int LONGEST_EXCERPT = 200;

    static ErrorBody of(byte[] body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (IOException notJson) {
            return new ErrorBody("", excerpt(body));
        }
        JsonNode error = json.path("error");
        if (error.isObject()) {
            return new ErrorBody(error.path("type").asText(), cut(reason(error), LONGEST_REASON));
        }
        for (String field : new String[] {"error", "message", "Message"}) {
            if (json.path(field).isTextual()) {
                return new ErrorBody("", cut(json.path(field).asText(), LONGEST_REASON));
            }
        }
        return new ErrorBody("", excerpt(body));
    }

    /** With that of the first cause, which often is the only one that tells what to do. */
    private static String reason(JsonNode error) {
        String reason = error.path("reason").asText();
        JsonNode cause = error;
        while (cause.path("caused_by").path("reason").isTextual()) {
            cause = cause.path("caused_by");
        }
        String first = cause.path("reason").asText();
        return reason.contains(first) ? reason : reason + ": " + first;
    }

    /** The beginning of a body, on one line. */
    static String excerpt(byte[] body) {
        // A character takes at most four bytes; what is cut inside one is replaced.
        String text = new String(body, 0, Math.min(body.length, 4 * LONGEST_EXCERPT), StandardCharsets.UTF_8);
        return cut(text, LONGEST_EXCERPT);
    }

    /** As the middle of a sentence: empty, or beginning with a space. */
    String told() {
        if (type.isEmpty() && reason.isEmpty()) {
            return "";
        }
        return type.isEmpty() || reason.isEmpty() ? " " + type + reason : " " + type + ": " + reason;
    }

    private static String cut(String text, int longest) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= longest ? line : line.substring(0, longest) + "…";
    }
}
