package io.sluice.replay.rewrite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies of reads that name indices and types themselves. */
final class ReadBodies {

    private static final ByteString LINE_END = ByteString.copyFromUtf8("\n");

    private final RewriteRules rules;
    private final Indices indices;

    ReadBodies(RewriteRules rules, Indices indices) {
        this.rules = rules;
        this.indices = indices;
    }

    /** Of {@code _mget}: documents without their types, of indices as the target calls them. Null when it is no such body. */
    @Nullable
    ByteString documents(ByteString body) {
        ObjectNode tree = Trees.object(body);
        if (tree == null) {
            return null;
        }
        for (JsonNode document : tree.path("docs")) {
            if (document instanceof ObjectNode named) {
                named.remove("_type");
                rename(named, "_index");
            }
        }
        return Trees.bytes(tree);
    }

    /** Of {@code _msearch}: each second line is a search and stays as it is. Null when it is no such body. */
    @Nullable
    ByteString searches(ByteString body) {
        ByteString made = ByteString.EMPTY;
        boolean isHeader = true;
        for (int from = 0; from < body.size(); ) {
            int end = lineEnd(body, from);
            ByteString line = body.substring(from, end);
            if (isHeader) {
                // An empty line stands for a header that says nothing.
                ObjectNode header = Trees.object(isBlank(line) ? ByteString.EMPTY : line);
                if (header == null) {
                    return null;
                }
                header.remove(List.of("type", "types"));
                rename(header, "index");
                rename(header, "indices");
                line = Trees.bytes(header);
            }
            made = made.concat(line).concat(LINE_END);
            isHeader = !isHeader;
            from = end + 1;
        }
        return made;
    }

    private static int lineEnd(ByteString body, int from) {
        int end = from;
        while (end < body.size() && body.byteAt(end) != '\n') {
            end++;
        }
        return end;
    }

    private static boolean isBlank(ByteString line) {
        for (int i = 0; i < line.size(); i++) {
            if (line.byteAt(i) > ' ') {
                return false;
            }
        }
        return true;
    }

    /** Aliases and patterns stay as they are. */
    private void rename(ObjectNode object, String key) {
        JsonNode names = object.path(key);
        if (names.isTextual()) {
            object.put(key, renamed(names.asText()));
        } else if (names.isArray()) {
            ArrayNode renamed = object.putArray(key);
            names.forEach(name -> renamed.add(renamed(name.asText())));
        }
    }

    private String renamed(String expression) {
        if (rules.names().rename().isEmpty()) {
            return expression;
        }
        String[] names = expression.split(",", -1);
        for (int i = 0; i < names.length; i++) {
            boolean isIndex = !names[i].contains("*")
                    && (!rules.aliases().contains(names[i])
                            || indices.of(names[i]).isStream());
            names[i] = isIndex ? indices.of(names[i]).target() : names[i];
        }
        return String.join(",", names);
    }
}
