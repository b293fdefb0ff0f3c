package io.sluice.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One client connection, which goes into one partition. */
final class JournalConnection implements ConnectionRecorder {

    private final Appender appender;
    private final Spread spread;
    private final long id;
    private final int partition;
    private final ByteBuffer client;
    private long exchanges;
    private boolean closed;

    JournalConnection(Appender appender, Spread spread, long id, String client) {
        this.appender = appender;
        this.spread = spread;
        this.id = id;
        this.partition = spread.enter();
        this.client = ByteBuffer.wrap(client.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public ExchangeRecorder exchange(boolean write, boolean answerStripped) {
        return new JournalExchange(appender, this, ++exchanges, write, answerStripped);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            spread.leave(partition);
        }
    }

    int partition() {
        return partition;
    }

    ByteBuffer client() {
        return client;
    }
}
