package io.sluice.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.source.DocumentPage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Says in which fields two documents differ: for people, so only the first few of documents that are not large. */
final class FieldPaths {

    private static final int MOST_PATHS = 20;
    private static final int MOST_BYTES = 1 << 20;
    private static final String TOO_LARGE = "(not looked for: the document is large)";

    private FieldPaths() {}

    /** Paths such as {@code a.b.0}, in order; elements of arrays are named by their place. */
    static List<String> between(byte[] source, byte[] target) throws IOException {
        if (source.length > MOST_BYTES || target.length > MOST_BYTES) {
            return List.of(TOO_LARGE);
        }
        Map<String, String> here = values(source);
        Map<String, String> there = values(target);
        TreeSet<String> all = new TreeSet<>(here.keySet());
        all.addAll(there.keySet());
        List<String> different = new ArrayList<>();
        for (String path : all) {
            if (!here.getOrDefault(path, "").equals(there.getOrDefault(path, ""))) {
                different.add(path);
                if (different.size() == MOST_PATHS) {
                    break;
                }
            }
        }
        return different;
    }

    private static Map<String, String> values(byte[] document) throws IOException {
        Map<String, String> values = new HashMap<>();
        if (document.length > 0) {
            try (JsonParser in = DocumentPage.JSON.createParser(document)) {
                in.nextToken();
                value("", in, values);
            }
        }
        return values;
    }

    private static void value(String path, JsonParser in, Map<String, String> values) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            values.put(path, "{}");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String below = below(path, in.currentName());
                in.nextToken();
                value(below, in, values);
            }
        } else if (in.currentToken() == JsonToken.START_ARRAY) {
            int count = 0;
            while (in.nextToken() != JsonToken.END_ARRAY) {
                value(below(path, String.valueOf(count)), in, values);
                count++;
            }
            values.put(path, "[]");
        } else {
            values.merge(path, in.currentToken() + in.getText(), String::concat);
        }
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
