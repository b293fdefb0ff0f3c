package io.sluice.source;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What makes the target have a document as the source has it: an index or a delete, fenced as {@code external_gte}.
 *
 * @param index at the target
 * @param sourceIndex the concrete index at the source
 * @param type the mapping type at the source; null where it has none, or one that is as good as none
 * @param id at the target: with {@link io.sluice.transform.TypeRoutes#sourceId} that at the source
 * @param fence the source's own sequence number or version; −1 for an index whose writes go without
 * @param source JSON as it is to be sent; null for a delete
 */
public record FencedWrite(
        String index,
        String sourceIndex,
        @Nullable String type,
        String id,
        @Nullable String routing,
        long fence,
        @Nullable ByteString source) {

    /** Takes away, under the same fence, what this would write. */
    public FencedWrite delete() {
        return new FencedWrite(index, sourceIndex, type, id, routing, fence, null);
    }
}
