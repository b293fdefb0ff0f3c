package io.sluice.cluster;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Says who we are, in the headers of one request. May be called from any thread. */
interface RequestHeaders extends AutoCloseable {

    /**
     * The headers to add. Never waits; what takes time is done elsewhere.
     *
     * @param path with its query, as it goes over the wire
     * @param body as it goes over the wire
     */
    CompletableFuture<Map<String, String>> of(String method, String path, List<ByteBuffer> body);

    @Override
    default void close() {}
}
