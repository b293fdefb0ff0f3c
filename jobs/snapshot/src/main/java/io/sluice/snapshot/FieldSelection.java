package io.sluice.snapshot;

import java.util.Set;

/**
 * The fields that somebody wants to know of documents beside id, routing and source, by their Lucene names.
 *
 * @param stored whose stored values
 * @param columns whose doc values
 */
public record FieldSelection(Set<String> stored, Set<String> columns) {

    /** None. */
    public static final FieldSelection NONE = new FieldSelection(Set.of(), Set.of());

    public FieldSelection {
        stored = Set.copyOf(stored);
        columns = Set.copyOf(columns);
    }

    /** Whether it selects none. */
    public boolean isEmpty() {
        return stored.isEmpty() && columns.isEmpty();
    }
}
