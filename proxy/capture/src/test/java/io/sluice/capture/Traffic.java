package io.sluice.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Clients and a source around a recorder: each client is a thread that sends one request after the other, as a proxy would
 * record it, and takes note of every write whose answer it got. Between two requests a client rests for a moment, or what
 * a test must read back would grow with the speed of the machine.
 */
final class Traffic {

    private static final ByteBuffer HEAD =
            ByteBuffer.wrap("POST /index/_doc HTTP/1.1\r\nHost: source:9200\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    private static final ByteBuffer ANSWER_HEAD = ByteBuffer.wrap(
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n".getBytes(StandardCharsets.UTF_8));

    private static final long REST_NANOS = 5_000_000;

    private final Recorder recorder;
    private final Consumer<String> acknowledged;
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean stopping;

    /**
     * @param acknowledged told the body of each write whose answer the client got
     */
    Traffic(Recorder recorder, Consumer<String> acknowledged) {
        this.recorder = recorder;
        this.acknowledged = acknowledged;
    }

    /** Lets clients send writes until {@link #stop}, each with a body that nobody else sends. */
    void start(int clients, String name) {
        for (int i = 0; i < clients; i++) {
            String client = name + "-" + i;
            Thread thread = new Thread(() -> run(client), client);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(String client) {
        ConnectionRecorder connection = recorder.connection("127.0.0.1:1");
        for (int number = 0; !stopping; number++) {
            String body = client + "-" + number;
            if (recorder.admission() == Admission.ADMITTED && write(connection, body, true)) {
                acknowledged.accept(body);
                done.incrementAndGet();
            } else {
                refused.incrementAndGet();
            }
            LockSupport.parkNanos(this, REST_NANOS);
        }
        connection.close();
    }

    /**
     * One write, in two pieces each way.
     *
     * @param patient whether to wait for the capture as long as it takes, or until {@link #stop}
     */
    private boolean write(ConnectionRecorder connection, String body, boolean patient) {
        ExchangeRecorder exchange = connection.exchange(true, false);
        if (!exchange.request(HEAD, bytes(body.substring(0, 3)), false)
                || !exchange.requestBody(bytes(body.substring(3)), ExchangeRecorder.NOTHING, true)) {
            exchange.cut(CutReason.REFUSED_BY_PROXY);
            return false;
        }
        if (!await(exchange::whenForwardable, patient)) {
            return false;
        }
        exchange.answer(ANSWER_HEAD, bytes("answer to "), false);
        exchange.answerBody(bytes(body), ExchangeRecorder.NOTHING, true);
        return await(exchange::whenAnswerable, patient) && await(exchange::whenCompletable, patient);
    }

    private boolean await(Consumer<Runnable> gate, boolean patient) {
        CountDownLatch open = new CountDownLatch(1);
        gate.accept(open::countDown);
        try {
            while (!open.await(20, TimeUnit.MILLISECONDS)) {
                if (!patient || stopping) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One write whose answer waits as long as it takes. */
    static boolean write(Recorder recorder, String body) {
        Traffic traffic = new Traffic(recorder, ignored -> {});
        ConnectionRecorder connection = recorder.connection("127.0.0.1:1");
        boolean written = traffic.write(connection, body, true);
        connection.close();
        return written;
    }

    /** One read, which waits for nothing. */
    static void read(Recorder recorder, String body) {
        ConnectionRecorder connection = recorder.connection("127.0.0.1:1");
        ExchangeRecorder exchange = connection.exchange(false, false);
        exchange.request(HEAD, bytes(body), true);
        exchange.answer(ANSWER_HEAD, bytes("answer to " + body), true);
        connection.close();
    }

    static ByteBuffer head() {
        return HEAD.duplicate();
    }

    static ByteBuffer answerHead() {
        return ANSWER_HEAD.duplicate();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    long done() {
        return done.get();
    }

    long refused() {
        return refused.get();
    }

    /** Ends all clients. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
