package io.sluice.capture;

import java.nio.ByteBuffer;

/**
 * Records one request and its answer, piece by piece. Used by one thread at a time; callbacks come from any thread, or
 * before the method that takes them returns.
 *
 * <p>Every buffer is copied before the method returns, and its position is left alone. A piece larger than a record is
 * divided. A part ends with {@code last}, or with {@link #cut}; what is appended after that is a mistake of the caller.
 */
public interface ExchangeRecorder {

    /** No bytes. */
    ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /**
     * Begins the request.
     *
     * @param head start line and header lines with the blank line at their end, credentials already redacted
     * @param body the first bytes of the body that are there already, or {@link #NOTHING}
     * @param last whether the request ends here
     * @return whether it is recorded. If not (no room in the journal), a write must not be passed on
     */
    boolean request(ByteBuffer head, ByteBuffer body, boolean last);

    /**
     * Goes on with the request's body.
     *
     * @param trailers header lines without a blank line, or {@link #NOTHING}; only with {@code last}
     * @return whether it is recorded. If not, the end of a write must not be passed on
     */
    boolean requestBody(ByteBuffer body, ByteBuffer trailers, boolean last);

    /** Begins the answer. What cannot be recorded is counted, and the capture says of itself that it is compromised. */
    void answer(ByteBuffer head, ByteBuffer body, boolean last);

    /** Goes on with the answer's body. */
    void answerBody(ByteBuffer body, ByteBuffer trailers, boolean last);

    /** Ends every part that is not at its end yet, and says why. */
    void cut(CutReason reason);

    /**
     * Runs an action once the end of the request may go to the source: at once, or, with {@code before-forward}, when Kafka
     * has all of it. Called after the request's last bytes were appended, once.
     */
    void whenForwardable(Runnable action);

    /**
     * The same, for a caller who can still refuse the request: with {@code before-forward}, when Kafka fails and writes are
     * refused, the second action is run instead. The request is in the journal then, and will reach Kafka: {@link #cut} it.
     */
    default void whenForwardable(Runnable action, Runnable refused) {
        whenForwardable(action);
    }

    /**
     * Runs an action once the answer's bytes, but for the last, may go to the client. Called once, at any time after the
     * request ended. A read's answer may always go.
     */
    void whenAnswerable(Runnable action);

    /**
     * Runs an action once the answer's last bytes may go to the client: later than {@link #whenAnswerable} only with {@code
     * before-response-full}. Called once, after the answer's last bytes were appended.
     */
    void whenCompletable(Runnable action);
}
