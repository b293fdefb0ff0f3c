package io.sluice.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.util.Arrays;

/** An answer while it arrives. */
final class Answer {

    private static final int FIRST_GUESS = 1024;

    final int status;
    final boolean keepAlive;

    /** As announced, or -1. */
    final long expected;

    private final int bound;
    private byte[] body;
    private int length;

    Answer(HttpResponse head, int bound) {
        this.status = head.status().code();
        this.keepAlive = HttpUtil.isKeepAlive(head);
        this.expected = HttpUtil.getContentLength(head, -1L);
        this.bound = bound;
        // A HEAD's answer announces a length and brings nothing, so an announced length is only a hint.
        this.body = new byte[expected >= 0 ? (int) Math.min(expected, 64 * FIRST_GUESS) : FIRST_GUESS];
    }

    int length() {
        return length;
    }

    /** False when the bound is passed; then nothing more is taken. */
    boolean append(ByteBuf bytes) {
        int more = bytes.readableBytes();
        if (more > bound - length) {
            return false;
        }
        if (more > body.length - length) {
            long grown = Math.max(2L * body.length, (long) length + more);
            if (expected > grown) {
                grown = Math.max(grown, Math.min(expected, bound));
            }
            body = Arrays.copyOf(body, (int) Math.min(grown, bound));
        }
        bytes.readBytes(body, length, more);
        length += more;
        return true;
    }

    RawResponse whole() {
        return new RawResponse(status, length == body.length ? body : Arrays.copyOf(body, length));
    }
}
