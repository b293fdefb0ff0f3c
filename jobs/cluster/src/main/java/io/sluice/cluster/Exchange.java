package io.sluice.cluster;

import io.netty.handler.codec.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request as it goes over the wire, and who waits for its answer.
 *
 * @param what for messages: {@code POST /books/_bulk}, without the query
 */
record Exchange(
        String what,
        HttpRequest head,
        List<ByteBuffer> body,
        long length,
        Duration timeout,
        CompletableFuture<RawResponse> answer) {

    void fail(String message, @Nullable Throwable cause, boolean mayHaveArrived) {
        answer.completeExceptionally(new ClusterUnreachableException(message, cause, mayHaveArrived));
    }
}
