package io.sluice.proxy.answer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keeps what a filter gives. */
final class CollectedAnswer implements AnswerSink {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean begun;
    private long length;
    private boolean ended;

    @Override
    public void begin(long length) {
        if (begun) {
            throw new IllegalStateException("It has begun.");
        }
        begun = true;
        this.length = length;
    }

    @Override
    public void bytes(ByteBuffer bytes) {
        if (!begun || ended) {
            throw new IllegalStateException("It has not begun, or is at its end.");
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        body.writeBytes(copy);
    }

    @Override
    public void end() {
        if (!begun || ended) {
            throw new IllegalStateException("It has not begun, or is at its end.");
        }
        ended = true;
        if (length != UNKNOWN && length != body.size()) {
            throw new IllegalStateException(length + " bytes were told, " + body.size() + " came.");
        }
    }

    long length() {
        return length;
    }

    boolean ended() {
        return ended;
    }

    byte[] body() {
        return body.toByteArray();
    }

    int size() {
        return body.size();
    }

    String text() {
        return body.toString(StandardCharsets.UTF_8);
    }
}
