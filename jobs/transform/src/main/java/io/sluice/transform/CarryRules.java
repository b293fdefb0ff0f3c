package io.sluice.transform;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** By which rules indices and documents are carried from the source to the target: the same for all that write or compare. */
public interface CarryRules extends Serializable {

    /** Which indices are carried, and what they are called on the target. */
    IndexNames names();

    /** Kinds of fences; the first whose pattern fits an index counts. */
    List<FenceRule> fences();

    /** The kind for all other indices. */
    FenceKind fence();

    /** Of the types of each index of the source that has several; see {@link TypeRoutes}. */
    Map<String, TypeRoutes> routes();

    /** Fields of documents that are not carried, as {@link FieldCut} knows them. */
    List<String> drop();

    /** Whether indices that are made have {@code dynamic: strict} where they had {@code true}, until the cutover. */
    boolean strict();

    /** A kind of fence for the indices that fit a pattern, as {@link IndexNames#matches} has it. */
    record FenceRule(String pattern, FenceKind kind) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /** The kind of fence of an index of the source. */
    default FenceKind fenceOf(String index) {
        for (FenceRule rule : fences()) {
            if (IndexNames.matches(rule.pattern(), index)) {
                return rule.kind();
            }
        }
        return fence();
    }

    /** Where the documents of an index of the source go by their types. */
    default TypeRoutes routesOf(String index) {
        return routes().getOrDefault(index, TypeRoutes.NONE);
    }
}
