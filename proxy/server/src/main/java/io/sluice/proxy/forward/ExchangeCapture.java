package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.CutReason;
import io.sluice.capture.ExchangeRecorder;
import io.sluice.proxy.answer.QuotedCredentials;
import io.sluice.proxy.upstream.Lane;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hands an exchange to the capture: heads without secrets, answers without heads that hold some, bodies without transfer
 * coding. Buffers stay their owner's.
 *
 * <p>A read that cannot be recorded goes on without; of a write it is told.
 */
final class ExchangeCapture {

    /** Of an exchange that nobody records. */
    static final ExchangeCapture OFF = new ExchangeCapture();

    private static final int FIRST_ERROR = 400;

    private final @Nullable ConnectionRecorder connection;
    private final @Nullable Lane lane;
    private final boolean write;
    private final boolean stripped;
    private final boolean keepSecrets;
    private @Nullable ExchangeRecorder recorder;
    private @Nullable QuotedCredentials quoted;
    private boolean requestOver;
    private boolean answerOver;

    private ExchangeCapture() {
        this.connection = null;
        this.lane = null;
        this.write = false;
        this.stripped = false;
        this.keepSecrets = true;
    }

    /** Records nothing yet: an exchange begins with its request's head. */
    ExchangeCapture(ConnectionRecorder connection, Lane lane, boolean write, boolean stripped, boolean keepSecrets) {
        this.connection = connection;
        this.lane = lane;
        this.write = write;
        this.stripped = stripped;
        this.keepSecrets = keepSecrets;
    }

    boolean isOn() {
        return connection != null;
    }

    /**
     * The request's head and first bytes.
     *
     * @param asSent the head as it goes to the source, if that is what the client sent
     * @return whether it is recorded
     */
    boolean request(HttpRequest head, @Nullable ByteBuf asSent, ByteBuf body, boolean last) {
        if (connection == null || lane == null) {
            return true;
        }
        ExchangeRecorder begun = connection.exchange(write, stripped);
        recorder = begun;
        ByteBuf own = keepSecrets ? null : lane.writer().redacted(lane.buffers(), head);
        if (own == null && asSent == null) {
            own = lane.writer().request(lane.buffers(), head);
        }
        try {
            requestOver = last;
            ByteBuf shown = own != null ? own : asSent;
            return begun.request(bytes(shown), bytes(body), last);
        } finally {
            release(own);
        }
    }

    /** More of the request's body. */
    boolean requestBody(ByteBuf body, @Nullable HttpHeaders trailers, boolean last) {
        if (recorder == null) {
            return true;
        }
        ByteBuf lines = lines(trailers);
        try {
            requestOver = last;
            return recorder.requestBody(bytes(body), bytes(lines), last);
        } finally {
            release(lines);
        }
    }

    /** The answer's head, as it goes to the client, and first bytes. */
    void answer(HttpResponse head, ByteBuf asSent, ByteBuf body, boolean last) {
        if (recorder == null || lane == null) {
            return;
        }
        ByteBuf own = keepSecrets ? null : lane.writer().redacted(lane.buffers(), head);
        if (!keepSecrets && (write || head.status().code() >= FIRST_ERROR)) {
            quoted = QuotedCredentials.of(head.headers()::getAll).orElse(null);
        }
        try {
            recorder.answer(bytes(own != null ? own : asSent), answered(body, last), last);
        } finally {
            release(own);
        }
    }

    private ByteBuffer answered(ByteBuf body, boolean last) {
        answerOver = last;
        return quoted == null ? bytes(body) : quoted.hide(body, last);
    }

    /** More of the answer's body. */
    void answerBody(ByteBuf body, @Nullable HttpHeaders trailers, boolean last) {
        if (recorder == null) {
            return;
        }
        ByteBuf lines = lines(trailers);
        try {
            recorder.answerBody(answered(body, last), bytes(lines), last);
        } finally {
            release(lines);
        }
    }

    /** Ends what has not ended. */
    void cut(CutReason reason) {
        if (recorder != null && !(requestOver && answerOver)) {
            requestOver = true;
            answerOver = true;
            recorder.cut(reason);
        }
        if (quoted != null) {
            quoted.close();
        }
    }

    void whenForwardable(Runnable action, Runnable refused) {
        if (recorder == null) {
            action.run();
        } else {
            recorder.whenForwardable(action, refused);
        }
    }

    void whenAnswerable(Runnable action) {
        if (recorder == null) {
            action.run();
        } else {
            recorder.whenAnswerable(action);
        }
    }

    void whenCompletable(Runnable action) {
        if (recorder == null) {
            action.run();
        } else {
            recorder.whenCompletable(action);
        }
    }

    private @Nullable ByteBuf lines(@Nullable HttpHeaders trailers) {
        return trailers == null || trailers.isEmpty() || lane == null
                ? null
                : lane.writer().trailers(lane.buffers(), trailers, keepSecrets);
    }

    private static ByteBuffer bytes(@Nullable ByteBuf buffer) {
        return buffer == null || !buffer.isReadable() ? ExchangeRecorder.NOTHING : buffer.nioBuffer();
    }

    private static void release(@Nullable ByteBuf own) {
        if (own != null) {
            own.release();
        }
    }
}
