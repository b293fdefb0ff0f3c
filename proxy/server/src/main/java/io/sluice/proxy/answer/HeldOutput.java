package io.sluice.proxy.answer;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Holds the beginning of a body back, so that the length of a short one can be told in front of it. */
final class HeldOutput extends OutputStream {

    private final AnswerSink sink;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean begun;
    private boolean ended;

    HeldOutput(AnswerSink sink) {
        this.sink = sink;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        if (ended || length == 0) {
            return;
        }
        if (!begun && held.size() + length <= AnswerFilter.HELD_BYTES) {
            held.write(bytes, from, length);
            return;
        }
        if (!begun) {
            begin(AnswerSink.UNKNOWN);
        }
        sink.bytes(ByteBuffer.wrap(bytes, from, length));
    }

    private void begin(long length) {
        begun = true;
        sink.begin(length);
        if (held.size() > 0) {
            sink.bytes(ByteBuffer.wrap(held.toByteArray()));
            held.reset();
        }
    }

    /** Takes back what was held. */
    void forget() {
        held.reset();
    }

    /** Ends the body; nothing may follow. */
    void end() {
        if (!begun) {
            begin(held.size());
        }
        ended = true;
        sink.end();
    }

    /** From now on nothing more comes out. */
    void discard() {
        ended = true;
    }
}
