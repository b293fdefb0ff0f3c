package io.sluice.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Whoever uses a connection to a source now. Called on the lane's event loop. Buffers are the listener's to release.
 */
public interface SourceListener {

    /** A connection was made; it is the listener's until it is given back or closed. */
    void connected(SourceConnection connection);

    /** None could be made. */
    void unreachable(SourceFailure failure);

    /** The head of an answer came, an interim one (1xx) included. It may be invalid. */
    void answer(HttpResponse head);

    /** More of the answer's body came. */
    void content(HttpContent content);

    /** Bytes came that are no HTTP any more. */
    void raw(ByteBuf bytes);

    /** What came with one read was told. */
    void readComplete();

    /** The connection has room again for what is to be sent, or none. */
    void writabilityChanged();

    /**
     * The connection is over; it needs not be closed.
     *
     * @param failure why, if it did not just end
     */
    void closed(@Nullable SourceFailure failure);
}
