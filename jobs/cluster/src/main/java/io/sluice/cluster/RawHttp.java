package io.sluice.cluster;

import java.util.concurrent.CompletableFuture;

/**
 * An asynchronous HTTP/1.1 client that moves bytes. It never retries, follows no redirect and changes
 * nothing but the headers that credentials need.
 *
 * <p>May be called from any thread. Futures complete on an I/O thread: what follows must not block.
 */
public interface RawHttp extends AutoCloseable {

    /**
     * Sends one request over a pooled connection.
     *
     * @return the answer of any status; or an {@link ClusterUnreachableException} that says whether any
     *     byte of the request can have reached the cluster
     */
    CompletableFuture<RawResponse> send(RawRequest request);

    /** Closes all connections; what is in flight fails. */
    @Override
    void close();
}
