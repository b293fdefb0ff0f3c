package io.sluice.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.verify.Mending.Difference;
import org.jspecify.annotations.Nullable;

/** The lines of the files of differences, and those that only the {@link Account} sees. */
final class Outcome {

    static final String VERDICT = "verdict";
    static final String INDEX = "index";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Outcome() {}

    /**
     * A document that differs.
     *
     * @param trouble why it was not mended; empty when it was, null when nobody tried
     */
    static String of(Difference difference, @Nullable String trouble) {
        Seen source = difference.suspect().before().source();
        ObjectNode line = line(difference.verdict(), difference.suspect().key(), source);
        if (!difference.paths().isEmpty()) {
            difference.paths().forEach(line.putArray("paths")::add);
        }
        if (trouble != null) {
            line.put(Account.REPAIRED, trouble.isEmpty());
            if (!trouble.isEmpty()) {
                line.put("reason", trouble);
            }
        } else if (!difference.rule().isEmpty()) {
            line.put("reason", difference.rule());
        }
        return line.toString();
    }

    /** The line of a document that was about to be mended, when it turns out to be. */
    static String repaired(String line) {
        try {
            return ((ObjectNode) JSON.readTree(line))
                    .put(Account.REPAIRED, true)
                    .toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line of another build: " + line, e);
        }
    }

    /**
     * A document that changed whenever it was looked at, or could not be looked at.
     *
     * @param trouble why not; empty when it could
     */
    static String notSettled(DocumentKey key, @Nullable Seen source, String trouble) {
        ObjectNode line = line(Account.NOT_SETTLED, key, source);
        if (!trouble.isEmpty()) {
            line.put("reason", trouble);
        }
        return line.toString();
    }

    private static ObjectNode line(String verdict, DocumentKey key, @Nullable Seen source) {
        ObjectNode line = JsonNodeFactory.instance
                .objectNode()
                .put(VERDICT, verdict)
                .put(INDEX, key.index())
                .put("id", key.id());
        if (key.routing() != null) {
            line.put("routing", key.routing());
        }
        if (source != null) {
            line.put("source_index", source.index());
        }
        return line;
    }

    /** How many were equal when they were looked at again. */
    static String equalAgain(long count) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(Account.EQUAL_AGAIN, count)
                .toString();
    }

    /** Whether a line is about a document, and so for the files. */
    static boolean isOfDocument(String line) {
        return line.startsWith("{\"" + VERDICT + "\"");
    }
}
