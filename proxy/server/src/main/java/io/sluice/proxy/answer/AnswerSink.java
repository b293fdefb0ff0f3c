package io.sluice.proxy.answer;

import java.nio.ByteBuffer;

/** Takes a filtered answer's body: {@link #begin} once, then bytes, then {@link #end}. */
public interface AnswerSink {

    /** A length that is not known yet: the body is to be sent in chunks. */
    long UNKNOWN = -1;

    /**
     * The body begins.
     *
     * @param length in bytes, as the source's own {@code Content-Length} would be; {@link #UNKNOWN} for a body that is
     *     longer than {@link AnswerFilter#HELD_BYTES}
     */
    void begin(long length);

    /** The body goes on. The buffer is used again once the method has returned. */
    void bytes(ByteBuffer bytes);

    /** The body is whole. */
    void end();
}
