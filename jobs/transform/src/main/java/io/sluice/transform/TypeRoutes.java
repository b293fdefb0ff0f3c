package io.sluice.transform;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the documents of one index go by their mapping type, and under which ids: the same for a document of a snapshot
 * and for a request that is replayed.
 *
 * @param targets the target index of each type, in the order of the mapping; empty where all go to one
 * @param prefixesIds whether a document's id on the target is its type, {@code #}, and its id
 */
public record TypeRoutes(Map<String, String> targets, boolean prefixesIds) implements Serializable {

    /** All types go to one index, under their ids. */
    public static final TypeRoutes NONE = new TypeRoutes(Map.of(), false);

    public TypeRoutes {
        targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
    }

    /** Whether types go to indices of their own. */
    public boolean isSplit() {
        return !targets.isEmpty();
    }

    /** Whether two documents of different types never meet, though they have one id. */
    public boolean keepApart() {
        return isSplit() || prefixesIds;
    }

    /**
     * The target index of a type's documents.
     *
     * @param whole what the index is called where it is not split
     * @return null for a type that the index does not have
     */
    public @Nullable String target(@Nullable String type, String whole) {
        return isSplit() ? targets.get(type) : whole;
    }

    /** The id on the target. */
    public String id(@Nullable String type, String id) {
        return prefixesIds && type != null ? type + "#" + id : id;
    }

    /** The id at the source of a document with this one on the target. */
    public String sourceId(@Nullable String type, String id) {
        return prefixesIds && type != null ? id.substring(type.length() + 1) : id;
    }
}
