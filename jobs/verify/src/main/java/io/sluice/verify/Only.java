package io.sluice.verify;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which documents of the plan's indices are compared.
 *
 * @param documents by index of the target, their ids there; all of an index that is not named
 */
record Only(Map<String, Set<String>> documents) implements Serializable {

    private static final long serialVersionUID = 1L;

    static final Only ALL = new Only(Map.of());

    Only {
        documents = Map.copyOf(documents);
    }

    boolean isAll() {
        return documents.isEmpty();
    }

    boolean has(String index, String id) {
        Set<String> ids = of(index);
        return ids == null || ids.contains(id);
    }

    /** Null for all. */
    @Nullable
    Set<String> of(String index) {
        return documents.get(index);
    }
}
