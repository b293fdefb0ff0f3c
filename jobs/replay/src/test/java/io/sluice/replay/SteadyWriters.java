package io.sluice.replay;

import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.ExchangeRecorder;
import io.sluice.capture.Recorder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that write at a steady rate, each on a connection of its own and documents of its own, and a source that answers at once:
 * their exchanges are recorded as a proxy does it. Everything is known by its sequence number.
 */
final class SteadyWriters implements AutoCloseable {

    /** How many writes a second, all clients together. */
    static final int PER_SECOND = 200;

    private static final int CLIENTS = 4;
    private static final int DOCUMENTS_OF_EACH = 5;
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1) * CLIENTS / PER_SECOND;

    /**
     * A write.
     *
     * @param millis it was captured then or later, in milliseconds since 1970
     * @param untilMillis and not after this; while the writer is at it, without end
     */
    record Sent(long millis, long untilMillis, String document) {}

    private final Map<Long, Sent> sent = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isOver;

    private SteadyWriters() {}

    static SteadyWriters start(Recorder recorder, String index) {
        SteadyWriters writers = new SteadyWriters();
        for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            Thread thread = new Thread(() -> writers.write(recorder, index, number), "writer-" + client);
            writers.threads.add(thread);
            thread.start();
        }
        return writers;
    }

    private void write(Recorder recorder, String index, int client) {
        ConnectionRecorder connection = recorder.connection("127.0.0.1:" + client);
        long due = System.nanoTime();
        for (int i = 0; !isOver; i++) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            due += EVERY_NANOS;
            write(connection, index, client + "-" + i % DOCUMENTS_OF_EACH);
        }
        connection.close();
    }

    /** Records one write of a document. */
    private void write(ConnectionRecorder connection, String index, String id) {
        long number = numbers.incrementAndGet();
        String document = index + "/" + id;
        long millis = System.currentTimeMillis();
        sent.put(number, new Sent(millis, Long.MAX_VALUE, document));
        record(
                connection,
                "PUT /%s/_doc/%s".formatted(index, id),
                "{\"number\":%d}".formatted(number),
                "{\"_index\":\"%s\",\"_id\":\"%s\",\"_version\":1,\"result\":\"updated\",\"_seq_no\":%d,\"_primary_term\":1}"
                        .formatted(index, id, number));
        sent.put(number, new Sent(millis, System.currentTimeMillis(), document));
    }

    /** Records an exchange that is answered with 200. */
    static void record(ConnectionRecorder connection, String line, String body, String answer) {
        ExchangeRecorder exchange = connection.exchange(true, false);
        exchange.request(
                bytes("%s HTTP/1.1\r\nHost: source\r\nContent-Type: application/json\r\n\r\n".formatted(line)),
                bytes(body),
                true);
        exchange.answer(bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"), bytes(answer), true);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The numbers of what was written so far. */
    Set<Long> numbers() {
        return Set.copyOf(sent.keySet());
    }

    /** What was written under a number. */
    Sent sent(long number) {
        return Objects.requireNonNull(sent.get(number), "nobody wrote that");
    }

    /** They write no more. */
    void stop() {
        isOver = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a writer ended", e);
            }
        }
    }

    @Override
    public void close() {
        stop();
    }
}
