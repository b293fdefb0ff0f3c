package io.sluice.config;

import java.util.List;

/**
 * A key that the parser asks for: the truth that the reference page and the schema are held against.
 *
 * @param path {@code backfill.bulk.max_bytes}; {@code []} stands for an item of a list, {@code <name>} for a free name
 * @param type what may stand there, in words
 * @param byDefault the default as it would be written; empty when there is none; or {@link #REQUIRED}
 * @param words the words that are allowed, when only words are
 */
record Key(String path, String type, String byDefault, List<String> words) {

    /** Stands in place of a default. */
    static final String REQUIRED = "required";
}
