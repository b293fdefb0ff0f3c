package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.sluice.proxy.http.Chunks;
import io.sluice.proxy.upstream.Lane;
import io.sluice.proxy.upstream.SourceConnection;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request to the source: recorded, then written. What may not go yet (no connection, or the end of a write that
 * Kafka must have first) waits here; as the client is not read meanwhile, that is never more than one read gave.
 */
final class RequestSide {

    private final Lane lane;
    private final HttpRequest request;
    private final HttpRequest toSend;
    private final ExchangeCapture capture;
    private final boolean chunked;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);
    private @Nullable SourceConnection source;
    private int held;
    private boolean begun;
    private boolean ended;
    private boolean forwardable;
    private boolean hadBody;
    private boolean dirty;

    /**
     * Begins nothing yet.
     *
     * @param toSend the request with the head that the source gets
     */
    RequestSide(Lane lane, HttpRequest request, HttpRequest toSend, ExchangeCapture capture) {
        this.lane = lane;
        this.request = request;
        this.toSend = toSend;
        this.capture = capture;
        this.chunked = HttpUtil.isTransferEncodingChunked(request);
    }

    boolean isBegun() {
        return begun;
    }

    /** Whether the client has sent all of it. */
    boolean isEnded() {
        return ended;
    }

    /** Whether the source was sent all of it, as far as the connection is concerned. */
    boolean isSent() {
        return ended && waiting.isEmpty() && source != null;
    }

    /** Whether it can be sent again, as there is nothing but its head. */
    boolean isRepeatable() {
        return ended && !hadBody;
    }

    boolean takesMore() {
        return waiting.isEmpty() && (source == null ? !begun : source.isWritable());
    }

    /**
     * Records and sends the next piece.
     *
     * @param body is taken over
     * @param trailers only with the last piece
     * @param onlyRecorded whether it may go only when it is recorded
     * @return false when it may not go
     */
    boolean take(ByteBuf body, @Nullable HttpHeaders trailers, boolean last, boolean onlyRecorded) {
        hadBody |= body.isReadable();
        boolean withTrailers = trailers != null && !trailers.isEmpty();
        boolean recorded;
        if (begun) {
            recorded = capture.requestBody(body, trailers, last) || !onlyRecorded;
        } else {
            begun = true;
            ByteBuf head = lane.writer().request(lane.buffers(), toSend);
            recorded = capture.request(request, toSend == request ? head : null, body, last && !withTrailers)
                    && (!withTrailers || capture.requestBody(Unpooled.EMPTY_BUFFER, trailers, true));
            recorded |= !onlyRecorded;
            if (recorded) {
                heldIfLast(last && !chunked && !body.isReadable());
                send(head);
            } else {
                head.release();
            }
        }
        ended = last;
        if (recorded) {
            sendBody(body, trailers, last);
        } else {
            body.release();
        }
        return recorded;
    }

    private void heldIfLast(boolean last) {
        if (last && !forwardable) {
            held++;
        }
    }

    private void sendBody(ByteBuf body, @Nullable HttpHeaders trailers, boolean last) {
        if (!body.isReadable()) {
            body.release();
        } else if (chunked) {
            send(Chunks.before(lane.buffers(), body.readableBytes()));
            send(body);
            send(Chunks.after());
        } else {
            heldIfLast(last);
            send(body);
        }
        if (last && chunked) {
            heldIfLast(true);
            send(Chunks.end(lane.buffers(), lane.writer(), trailers == null ? EmptyHttpHeaders.INSTANCE : trailers));
        }
    }

    private void send(ByteBuf bytes) {
        if (source == null || held > 0 || !waiting.isEmpty()) {
            waiting.add(bytes);
        } else {
            write(source, bytes);
        }
    }

    private void write(SourceConnection to, ByteBuf bytes) {
        dirty = true;
        to.write(bytes);
    }

    /** From now on the end may go. */
    void forward() {
        forwardable = true;
        held = 0;
        drain();
    }

    /** From now on there is a connection. */
    void connected(SourceConnection connection) {
        source = connection;
        drain();
    }

    /** Sends the head again, over another connection. */
    void repeat(SourceConnection connection) {
        source = connection;
        write(connection, lane.writer().request(lane.buffers(), toSend));
    }

    private void drain() {
        SourceConnection to = source;
        while (to != null && waiting.size() > held) {
            write(to, waiting.remove());
        }
    }

    void flush() {
        if (dirty && source != null) {
            dirty = false;
            source.flush();
        }
    }

    /** Throws away what waits. */
    void discard() {
        for (ByteBuf bytes = waiting.poll(); bytes != null; bytes = waiting.poll()) {
            bytes.release();
        }
        source = null;
    }
}
