package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.sluice.proxy.upstream.SourceConnection;
import io.sluice.proxy.upstream.SourceFailure;
import io.sluice.proxy.upstream.SourceListener;
import org.jspecify.annotations.Nullable;

/**
 * A source's connection between two requests of the one client that it belongs to. Nothing is to come over it.
 *
 * <p>It is the connection that Negotiate and NTLM authenticate, not each request: two clients must never share one.
 */
final class PinnedConnection implements SourceListener {

    private final SourceConnection connection;
    private final Runnable closed;

    PinnedConnection(SourceConnection connection, Runnable closed) {
        this.connection = connection;
        this.closed = closed;
        connection.handOver(this);
        connection.read();
    }

    /** Whether a request authenticates the connection that it comes over. */
    static boolean isWantedBy(HttpRequest request) {
        String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        return authorization != null
                && (authorization.regionMatches(true, 0, "Negotiate ", 0, 10)
                        || authorization.regionMatches(true, 0, "NTLM ", 0, 5));
    }

    SourceConnection take() {
        return connection;
    }

    private void end() {
        connection.close();
        closed.run();
    }

    @Override
    public void answer(HttpResponse head) {
        end();
    }

    @Override
    public void content(HttpContent content) {
        content.release();
    }

    @Override
    public void raw(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public void closed(@Nullable SourceFailure failure) {
        closed.run();
    }

    @Override
    public void connected(SourceConnection other) {}

    @Override
    public void unreachable(SourceFailure failure) {}

    @Override
    public void readComplete() {}

    @Override
    public void writabilityChanged() {}
}
