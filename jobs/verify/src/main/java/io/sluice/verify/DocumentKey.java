package io.sluice.verify;

import org.jspecify.annotations.Nullable;

/**
 * What makes a document one and the same on both sides.
 *
 * @param index at the target
 * @param id at the target
 * @param routing null for none
 */
record DocumentKey(String index, String id, @Nullable String routing) {

    /** As Flink's key. No index has this character in its name. */
    private static final char END = '\0';

    String text() {
        return routing == null ? index + END + END + id : index + END + '=' + routing.length() + END + routing + id;
    }

    static DocumentKey of(String text) {
        int end = text.indexOf(END);
        int second = text.indexOf(END, end + 1);
        String index = text.substring(0, end);
        if (second == end + 1) {
            return new DocumentKey(index, text.substring(second + 1), null);
        }
        int routing = second + 1 + Integer.parseInt(text.substring(end + 2, second));
        return new DocumentKey(index, text.substring(routing), text.substring(second + 1, routing));
    }
}
