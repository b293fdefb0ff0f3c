package io.sluice.foreign;

import com.google.protobuf.ByteString;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Fragment;
import java.io.IOException;

/** Makes the fragments of a request or of an answer: one for what came at one time, more when that is large. */
final class PartWriter {

    /** As large as fragments of our own proxies are. */
    static final int MOST_BODY = 512 << 10;

    /** Takes a fragment that lacks what it shares with all of its exchange. */
    interface Sink {
        void fragment(Fragment.Builder fragment) throws IOException;
    }

    private final Sink sink;
    private ByteString head = ByteString.EMPTY;
    private ByteString body = ByteString.EMPTY;
    private int next;
    private boolean ended;

    PartWriter(Sink sink) {
        this.sink = sink;
    }

    boolean isEnded() {
        return ended;
    }

    void head(ByteString bytes) {
        head = bytes;
    }

    void body(ByteString bytes) throws IOException {
        body = body.concat(bytes);
        if (body.size() >= MOST_BODY) {
            flush();
        }
    }

    /** Hands on what came so far. */
    void flush() throws IOException {
        if (!head.isEmpty() || !body.isEmpty()) {
            write(Fragment.newBuilder());
        }
    }

    void end(ByteString trailers) throws IOException {
        write(Fragment.newBuilder().setTrailers(trailers).setLast(true));
        ended = true;
    }

    /** Ends it before its end, if it did not end. */
    void cut(Cut why) throws IOException {
        if (!ended) {
            flush();
            write(Fragment.newBuilder().setLast(true).setCut(why));
            ended = true;
        }
    }

    private void write(Fragment.Builder fragment) throws IOException {
        sink.fragment(fragment.setFragment(next++).setHead(head).setBody(body));
        head = ByteString.EMPTY;
        body = ByteString.EMPTY;
    }
}
