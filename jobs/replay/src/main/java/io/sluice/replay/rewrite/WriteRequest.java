package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** A write to one document, as it was asked for: alone, or as an item of a bulk. */
final class WriteRequest {

    /** What it does. */
    enum Action {
        INDEX,
        CREATE,
        UPDATE,
        DELETE
    }

    Action action = Action.INDEX;

    /** Of an index, an alias or a data stream. */
    @Nullable
    String index;

    @Nullable
    String type;

    @Nullable
    String id;

    @Nullable
    String routing;

    /** Of a document of old; the routing when there is none. */
    @Nullable
    String parent;

    @Nullable
    String pipeline;

    /** As it was sent; null of a delete, and when it was not captured. */
    @Nullable
    ByteString source;

    /** Whether an item of a bulk names a sequence number or a primary term on which it depends. */
    boolean isConditional;

    /** Whether more than the source was not captured: what is not here may have been there. */
    boolean isLost;

    @Nullable
    String effectiveRouting() {
        return routing != null ? routing : parent;
    }

    boolean hasPipeline() {
        return pipeline != null && !pipeline.isEmpty() && !pipeline.equals("_none");
    }
}
