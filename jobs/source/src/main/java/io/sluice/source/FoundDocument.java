package io.sluice.source;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A document as a cluster answers it.
 *
 * @param index a concrete one
 * @param type null where it has none, or {@code _doc}
 * @param isFound always of a search
 * @param seqNo −1 where it tells none
 * @param primaryTerm of the operation that made it; −1 where it tells none
 * @param version −1 where it tells none
 * @param source its bytes as they stand in the answer; null when there is none
 * @param error the type of the error that stands in its place; empty when there is none
 */
public record FoundDocument(
        String index,
        @Nullable String type,
        String id,
        @Nullable String routing,
        boolean isFound,
        long seqNo,
        long primaryTerm,
        long version,
        @Nullable ByteString source,
        String error) {

    Place place() {
        return new Place(index, type, id, routing);
    }
}
