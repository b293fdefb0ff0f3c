package io.sluice.replay.rewrite;

import java.util.Collections;
import java.util.Set;

/**
 * What a request touches that is more than a document.
 *
 * @param everything whether it may touch any index: a template, a wildcard
 * @param indices names at the target, when not everything: of indices, or of aliases that the rules do not know as such
 */
public record Scope(boolean everything, Set<String> indices) {

    /** Any index. */
    public static final Scope ALL = new Scope(true, Set.of());

    public Scope {
        indices = Set.copyOf(indices);
    }

    /** Whether something can be touched by both. */
    public boolean overlaps(Scope other) {
        return everything || other.everything || !Collections.disjoint(indices, other.indices);
    }

    /** Whether an index is in it. */
    public boolean touches(String index) {
        return everything || indices.contains(index);
    }

    /** These indices alone. */
    public static Scope of(Set<String> indices) {
        return new Scope(false, indices);
    }
}
