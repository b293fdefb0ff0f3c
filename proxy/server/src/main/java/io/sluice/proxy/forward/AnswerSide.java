package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.sluice.proxy.answer.AskedAnswer;
import io.sluice.proxy.answer.UnreadableAnswerException;
import io.sluice.proxy.http.Chunks;
import io.sluice.proxy.upstream.Lane;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer to the client: recorded, then written, or held until the capture says that it may go. While something
 * is held the source is not read, so that is never more than one read gave.
 */
final class AnswerSide {

    private final Lane lane;
    private final HttpRequest request;
    private final ClientConnection client;
    private final ExchangeCapture capture;
    private final @Nullable AskedAnswer asked;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(0);
    private @Nullable FilteredBody filtered;
    private @Nullable HttpResponse head;
    private boolean headPending;
    private boolean chunked;
    private boolean endsWithConnection;
    private boolean ended;
    private boolean answerable;
    private boolean completable;
    private boolean deaf;
    private int lastPieces;

    /**
     * Waits for an answer.
     *
     * @param asked what the client wants of it; null: all
     */
    AnswerSide(ClientConnection client, HttpRequest request, ExchangeCapture capture, @Nullable AskedAnswer asked) {
        this.lane = client.lane();
        this.request = request;
        this.client = client;
        this.capture = capture;
        this.asked = asked;
    }

    boolean isBegun() {
        return head != null;
    }

    /** Whether the source has sent all of it. */
    boolean isEnded() {
        return ended;
    }

    /** Whether the client may have its beginning. */
    boolean isAnswerable() {
        return answerable;
    }

    /** Whether the client has all of it, or wants none. */
    boolean isDelivered() {
        return ended && (deaf || (held.isEmpty() && answerable && completable));
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    boolean isDeaf() {
        return deaf;
    }

    boolean isEndedByConnection() {
        return endsWithConnection;
    }

    /** Whether the source's connection can be used again. */
    boolean keepsSource() {
        return head != null && !endsWithConnection && HttpUtil.isKeepAlive(head) && HttpUtil.isKeepAlive(request);
    }

    /** Whether the client's can. One that speaks HTTP/1.0 must be told so. */
    boolean keepsClient() {
        boolean ends = filtered != null && filtered.endsWithConnection();
        return keepsSource() && !ends && (HttpVersion.HTTP_1_1.equals(request.protocolVersion()) || saysKeepAlive());
    }

    private boolean saysKeepAlive() {
        return head != null && head.headers().containsValue(HttpHeaderNames.CONNECTION, "keep-alive", true);
    }

    /** An interim answer: passed on at once, unless the client cannot know what it is. */
    void interim(HttpResponse interim) {
        if (!deaf && HttpVersion.HTTP_1_1.equals(request.protocolVersion())) {
            client.write(lane.writer().answer(lane.buffers(), interim));
        }
    }

    void begin(HttpResponse answer) {
        head = answer;
        headPending = true;
        int status = answer.status().code();
        boolean empty = request.method().name().equals("HEAD") || status < 200 || status == 204 || status == 304;
        chunked = !empty && HttpUtil.isTransferEncodingChunked(answer);
        endsWithConnection = !empty && !chunked && !answer.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
        if (asked != null && !empty) {
            boolean mayChunk = HttpVersion.HTTP_1_1.equals(request.protocolVersion());
            filtered = FilteredBody.of(asked, lane, answer, mayChunk, this::deliver);
        }
    }

    /** A head that came without anything behind it goes on alone. */
    void readComplete() throws UnreadableAnswerException {
        if (headPending) {
            take(Unpooled.EMPTY_BUFFER, null, false);
        }
    }

    /**
     * Records and sends the next piece.
     *
     * @param body is taken over
     * @throws UnreadableAnswerException when the client cannot get what it asked for of it. It is recorded all the same
     */
    void take(ByteBuf body, @Nullable HttpHeaders trailers, boolean last) throws UnreadableAnswerException {
        ended = last;
        ByteBuf bytes = record(body, trailers, last);
        if (filtered != null) {
            takeFiltered(filtered, bytes, body, last);
            return;
        }
        if (bytes != null) {
            deliver(bytes, last && !chunked && !body.isReadable());
        }
        deliverBody(body, trailers, last);
    }

    /** The head's bytes, when this is the first piece. */
    private @Nullable ByteBuf record(ByteBuf body, @Nullable HttpHeaders trailers, boolean last) {
        HttpResponse answer = head;
        if (!headPending || answer == null) {
            capture.answerBody(body, trailers, last);
            return null;
        }
        headPending = false;
        boolean withTrailers = trailers != null && !trailers.isEmpty();
        ByteBuf bytes = lane.writer().answer(lane.buffers(), answer);
        capture.answer(answer, bytes, body, last && !withTrailers);
        if (withTrailers) {
            capture.answerBody(Unpooled.EMPTY_BUFFER, trailers, last);
        }
        return bytes;
    }

    private void takeFiltered(FilteredBody to, @Nullable ByteBuf unused, ByteBuf body, boolean last)
            throws UnreadableAnswerException {
        try {
            if (!deaf) {
                to.take(body, last);
            }
        } finally {
            body.release();
            if (unused != null) {
                unused.release();
            }
        }
    }

    private void deliverBody(ByteBuf body, @Nullable HttpHeaders trailers, boolean last) {
        if (!body.isReadable()) {
            body.release();
        } else if (chunked) {
            deliver(Chunks.before(lane.buffers(), body.readableBytes()), false);
            deliver(body, false);
            deliver(Chunks.after(), false);
        } else {
            deliver(body, last);
        }
        if (last && chunked) {
            HttpHeaders lines = trailers == null ? EmptyHttpHeaders.INSTANCE : trailers;
            deliver(Chunks.end(lane.buffers(), lane.writer(), lines), true);
        }
    }

    private void deliver(ByteBuf bytes, boolean last) {
        if (deaf) {
            bytes.release();
        } else if (held.isEmpty() && answerable && (completable || !last)) {
            client.write(bytes);
        } else {
            held.add(bytes);
            lastPieces += last ? 1 : 0;
        }
    }

    /** From now on all but the last bytes may go. */
    void mayBegin() {
        answerable = true;
        drain();
    }

    /** From now on the last bytes may go too. */
    void mayEnd() {
        completable = true;
        drain();
    }

    private void drain() {
        int kept = completable ? 0 : lastPieces;
        while (answerable && held.size() > kept) {
            client.write(held.remove());
        }
    }

    /** The client is gone: what comes is only recorded. */
    void goDeaf() {
        deaf = true;
        discard();
    }

    void discard() {
        if (filtered != null) {
            filtered.close();
        }
        for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
            bytes.release();
        }
    }
}
