package io.sluice.cluster;

import java.io.IOException;

/** Opens {@link RawHttp} clients. */
public final class RawHttps {

    private RawHttps() {}

    /**
     * A client of one endpoint, with its own I/O threads and its own pool of keep-alive connections. It
     * connects when there is something to send.
     *
     * <p>Bodies go to the socket piece by piece, as it takes them: a body of any size costs at most some
     * hundred KB of direct memory per connection, and direct buffers are not copied at all. An answer that
     * comes before the request is wholly sent is delivered, and the connection closed. A pooled connection
     * that is known to be closed is not used; one that turns out to be closed fails the request, which is
     * not sent again.
     *
     * @throws IOException if a file of the TLS settings cannot be used
     * @throws IllegalArgumentException if the endpoint is no {@code http} or {@code https} URL, or carries a password
     */
    public static RawHttp open(ClusterAddress address, RawHttpOptions options) throws IOException {
        RequestHeaders headers = address.credentials() instanceof Credentials.SigV4 sigV4
                ? new SigV4Headers(address.endpoint(), sigV4)
                : new FixedHeaders(address.credentials());
        return NettyHttp.open(address, options, headers);
    }
}
