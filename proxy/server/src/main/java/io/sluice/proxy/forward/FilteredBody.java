package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.sluice.proxy.answer.AnswerFilter;
import io.sluice.proxy.answer.AnswerSink;
import io.sluice.proxy.answer.AskedAnswer;
import io.sluice.proxy.answer.UnreadableAnswerException;
import io.sluice.proxy.http.Chunks;
import io.sluice.proxy.upstream.Lane;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An answer of which the client gets only what it asked for: its head is written when the length of that is known. */
final class FilteredBody implements AnswerSink, AutoCloseable {

    /** Where it goes. */
    interface Output {

        /** Sends bytes, which are taken over; the last ones may have to wait. */
        void deliver(ByteBuf bytes, boolean last);
    }

    private final Lane lane;
    private final HttpResponse head;
    private final boolean mayChunk;
    private final Output output;
    private @Nullable AnswerFilter filter;
    private boolean chunked;
    private boolean endsWithConnection;

    private FilteredBody(Lane lane, HttpResponse head, boolean mayChunk, Output output) {
        this.lane = lane;
        this.head = head;
        this.mayChunk = mayChunk;
        this.output = output;
    }

    /**
     * Begins to filter an answer that has a body.
     *
     * @param mayChunk whether the client knows chunks
     * @return null if it is to be passed on as it is
     */
    static @Nullable FilteredBody of(AskedAnswer asked, Lane lane, HttpResponse head, boolean mayChunk, Output output) {
        FilteredBody body = new FilteredBody(lane, head, mayChunk, output);
        body.filter =
                asked.filter(head.status().code(), head.headers()::getAll, body).orElse(null);
        return body.filter == null ? null : body;
    }

    /** Whether only the end of the connection tells the client where the body ends. */
    boolean endsWithConnection() {
        return endsWithConnection;
    }

    /**
     * Takes the next bytes of the source's body; they stay the caller's.
     *
     * @throws UnreadableAnswerException when they are not what the head says. What the client has must not look whole then
     */
    void take(ByteBuf body, boolean last) throws UnreadableAnswerException {
        AnswerFilter to = filter;
        if (to == null) {
            throw new IllegalStateException("an answer went on after its end");
        }
        if (body.isReadable()) {
            to.append(body.nioBuffer());
        }
        if (last) {
            to.end();
        }
    }

    @Override
    public void begin(long length) {
        chunked = length == UNKNOWN && mayChunk;
        endsWithConnection = length == UNKNOWN && !mayChunk;
        String framing = chunked ? "transfer-encoding: chunked" : endsWithConnection ? "" : "content-length: " + length;
        output.deliver(lane.writer().answer(lane.buffers(), head, framing), false);
    }

    @Override
    public void bytes(ByteBuffer bytes) {
        int length = bytes.remaining();
        ByteBuf copy = lane.buffers().directBuffer(length).writeBytes(bytes);
        if (chunked) {
            output.deliver(Chunks.before(lane.buffers(), length), false);
            output.deliver(copy, false);
            output.deliver(Chunks.after(), false);
        } else {
            output.deliver(copy, false);
        }
    }

    @Override
    public void end() {
        output.deliver(
                chunked ? Chunks.end(lane.buffers(), lane.writer(), EmptyHttpHeaders.INSTANCE) : Unpooled.EMPTY_BUFFER,
                true);
    }

    @Override
    public void close() {
        if (filter != null) {
            filter.close();
            filter = null;
        }
    }
}
