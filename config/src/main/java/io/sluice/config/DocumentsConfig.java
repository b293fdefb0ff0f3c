package io.sluice.config;

import java.util.List;

/**
 * What becomes of documents on their way, in backfill and replay alike.
 *
 * @param drop paths of fields that the target does not get; {@code *} stands for any characters
 */
public record DocumentsConfig(List<String> drop) {

    private static final ValueType<String> PATH =
            ValueType.text("the path of a field such as author.name, or a pattern with *", "path", "\\S(.*\\S)?");

    public DocumentsConfig {
        drop = List.copyOf(drop);
    }

    static DocumentsConfig read(Fields in) {
        DocumentsConfig documents = new DocumentsConfig(in.list("drop", PATH, List.of()));
        if (documents.drop.contains("*")) {
            in.problem("drop", "takes every field away with *. Name what is not wanted.");
        }
        return documents;
    }
}
