package io.sluice.verify;

import org.jspecify.annotations.Nullable;

/**
 * A document in an answer of a cluster.
 *
 * @param type null where it has none, or {@code _doc}
 * @param isFound always of a search
 * @param version −1 where it is not told
 * @param seqNo −1 where it is not told
 * @param high of the {@link CanonicalHash} of its source
 * @param low of the same
 * @param from where its source begins in the answer; that and {@code to} are 0 when it has none
 * @param to where its source ends
 * @param error the type of the error that stands in its place; empty when there is none
 */
record Hit(
        String index,
        @Nullable String type,
        String id,
        @Nullable String routing,
        boolean isFound,
        long version,
        long seqNo,
        long high,
        long low,
        int from,
        int to,
        String error) {

    boolean hasSource() {
        return to > from;
    }
}
