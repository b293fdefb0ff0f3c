package io.sluice.replay.rewrite;

import io.sluice.transform.IndexNames;
import java.io.Serializable;
import java.util.Set;

/**
 * What is known of the source's ingest pipelines.
 *
 * @param indices names of indices, or patterns, with a default or final one
 * @param maySetRouting whether any of all pipelines could give a document another routing than its request did
 */
public record Pipelines(Set<String> indices, boolean maySetRouting) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** There are none. */
    public static final Pipelines NONE = new Pipelines(Set.of(), false);

    public Pipelines {
        indices = Set.copyOf(indices);
    }

    /** Whether an index has one of its own. */
    boolean changes(String index) {
        return indices.stream().anyMatch(pattern -> IndexNames.matches(pattern, index));
    }
}
