package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.sluice.proxy.upstream.Lane;
import io.sluice.proxy.upstream.SourceConnection;
import io.sluice.proxy.upstream.SourceFailure;
import io.sluice.proxy.upstream.SourceListener;
import io.sluice.proxy.upstream.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * The connection under one exchange: gets one, asks it for more when there is room, and gives it back or up.
 *
 * <p>Another connection is tried only as long as nothing was written, or once for a read that is nothing but a head and was
 * sent over a connection that had been idle: the source may have closed that one at the same moment.
 */
final class SourceLink implements SourceListener {

    private final Exchange exchange;
    private final ClientConnection client;
    private final Lane lane;
    private final Upstream upstream;
    private @Nullable SourceConnection source;
    private boolean reused;
    private boolean paused;
    private boolean over;
    private int attempts;

    SourceLink(Exchange exchange, ClientConnection client, Upstream upstream) {
        this.exchange = exchange;
        this.client = client;
        this.lane = client.lane();
        this.upstream = upstream;
    }

    /** Gets a connection: the client's own, an idle one, or one that is made now. */
    void connect() {
        SourceConnection taken = client.takePinned();
        if (taken != null) {
            taken.handOver(this);
        } else {
            taken = upstream.pool(lane).take(this);
        }
        if (taken != null) {
            begin(taken);
        }
    }

    private void begin(SourceConnection connection) {
        source = connection;
        reused = !connection.isFresh();
        exchange.linked(connection);
    }

    boolean isWritable() {
        return source != null && source.isWritable();
    }

    /** Whether the connection ended otherwise than by being closed. */
    boolean isBroken() {
        return source != null && source.isBroken();
    }

    /** Whether the connection had been used before, so that it may have been about to be closed. */
    boolean wasReused() {
        return reused;
    }

    /** Asks for more if the answer rests and there is room for it. */
    void resume(boolean hasRoom) {
        if (paused && hasRoom && source != null) {
            paused = false;
            source.read();
        }
    }

    /**
     * The answer has ended.
     *
     * @param reusable whether another exchange may follow on the connection
     */
    void giveBack(boolean reusable) {
        SourceConnection used = source;
        source = null;
        if (used == null) {
            return;
        }
        if (!reusable) {
            used.close();
        } else if (client.isPinned()) {
            client.keep(used);
        } else {
            used.release();
        }
    }

    /** Closes the connection, which is in the midst of something, and hears of no other. */
    void close() {
        over = true;
        SourceConnection used = source;
        source = null;
        if (used != null) {
            used.close();
        }
    }

    // ---- bytes that are no HTTP

    void passRaw() {
        if (source != null) {
            source.passRaw();
        }
    }

    void write(ByteBuf bytes) {
        if (source != null) {
            source.write(bytes);
        } else {
            bytes.release();
        }
    }

    void flush() {
        if (source != null) {
            source.flush();
        }
    }

    void sendNoMore() {
        if (source != null) {
            source.shutdownOutput();
        }
    }

    // ---- from the connection

    @Override
    public void connected(SourceConnection connection) {
        if (over) {
            connection.release();
            return;
        }
        begin(connection);
        exchange.flushRequest();
        client.readMore();
    }

    @Override
    public void unreachable(SourceFailure failure) {
        attempts++;
        if (over) {
            return;
        }
        if (attempts < upstream.nodes().size()) {
            connect(); // the node that failed is marked, so another one is taken
            exchange.flushRequest();
        } else {
            exchange.fail(failure);
        }
    }

    @Override
    public void answer(HttpResponse head) {
        exchange.answer(head);
    }

    @Override
    public void content(HttpContent content) {
        exchange.answerContent(content);
    }

    @Override
    public void raw(ByteBuf bytes) {
        if (over) {
            bytes.release();
        } else {
            client.write(bytes);
        }
    }

    @Override
    public void readComplete() {
        paused = true;
        exchange.answerReadComplete();
    }

    @Override
    public void writabilityChanged() {
        if (!over) {
            client.readMore();
        }
    }

    @Override
    public void closed(@Nullable SourceFailure failure) {
        source = null;
        if (!over) {
            exchange.sourceClosed(failure);
        }
    }
}
