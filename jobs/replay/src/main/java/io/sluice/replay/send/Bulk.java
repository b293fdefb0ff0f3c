package io.sluice.replay.send;

import com.google.protobuf.ByteString;
import io.sluice.cluster.BulkBody;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes that leave together.
 *
 * @param steps in the order in which they are in the body
 * @param sentNanos when, by {@link System#nanoTime}
 */
record Bulk(BulkBody body, List<Pending> steps, long sentNanos) {

    private static final byte[] NOTHING = new byte[0];

    /** Puts a write at the end of a body. */
    static void add(Step.Write write, BulkBody body) {
        byte[] id = write.id().getBytes(StandardCharsets.UTF_8);
        byte[] routing = write.routing() == null ? NOTHING : write.routing().getBytes(StandardCharsets.UTF_8);
        int routingLength = write.routing() == null ? -1 : routing.length;
        body.into(write.index().getBytes(StandardCharsets.UTF_8));
        ByteString source = write.source();
        if (source == null) {
            body.delete(id, id.length, routing, routingLength, write.fence());
        } else if (source.size() < BulkBody.REFERENCED_BYTES) {
            Slice bytes = Slice.of(source);
            body.index(
                    id,
                    id.length,
                    routing,
                    routingLength,
                    write.fence(),
                    bytes.array(),
                    bytes.offset(),
                    bytes.length());
        } else {
            byte[] bytes = source.toByteArray(); // becomes part of the body, which changes it
            body.index(id, id.length, routing, routingLength, write.fence(), bytes, 0, bytes.length);
        }
    }
}
