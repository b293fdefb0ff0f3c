package io.sluice.replay;

import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.CutReason;
import io.sluice.capture.ExchangeRecorder;
import io.sluice.capture.Recorder;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client of a source whose requests and answers are recorded as a proxy records them. Used by one thread. */
final class CapturedClient implements AutoCloseable {

    private final URI source;
    private final ConnectionRecorder connection;

    CapturedClient(Recorder recorder, URI source, int number) {
        this.source = source;
        this.connection = recorder.connection("127.0.0.1:" + number);
    }

    /** Sends a write, and returns its answer. */
    Answer write(String method, String path, String body) throws IOException {
        return send(true, method, path, body);
    }

    /** Sends a write that the source does, and whose answer is lost. */
    void writeWithoutAnswer(String method, String path, String body) throws IOException {
        ExchangeRecorder exchange = begin(true, method, path, body);
        Servers.succeed(source, method, path, body);
        exchange.cut(CutReason.SOURCE_LEFT);
    }

    /** Sends a read, and returns its answer. */
    Answer read(String method, String path, String body) throws IOException {
        return send(false, method, path, body);
    }

    private Answer send(boolean isWrite, String method, String path, String body) throws IOException {
        ExchangeRecorder exchange = begin(isWrite, method, path, body);
        Answer answer = Servers.call(source, method, path, body);
        exchange.answer(bytes("HTTP/1.1 %d OK\r\n\r\n".formatted(answer.status())), bytes(answer.body()), true);
        return answer;
    }

    private ExchangeRecorder begin(boolean isWrite, String method, String path, String body) {
        ExchangeRecorder exchange = connection.exchange(isWrite, false);
        exchange.request(bytes("%s %s HTTP/1.1\r\nHost: source\r\n\r\n".formatted(method, path)), bytes(body), true);
        return exchange;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        connection.close();
    }
}
