package io.sluice.source;

import org.jspecify.annotations.Nullable;

/**
 * Where a document lies at the source.
 *
 * @param type null where it has none
 */
record Place(
        String index,
        @Nullable String type,
        String id,
        @Nullable String routing) {

    /** What its shard is chosen by. */
    String spreadBy() {
        return routing == null ? id : routing;
    }
}
