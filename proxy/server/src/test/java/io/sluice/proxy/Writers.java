package io.sluice.proxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Clients that write without rest, each write once and with a mark of its own, and take note of the marks whose whole answer
 * they have read. Their log is thus not the proxy's.
 */
final class Writers {

    private static final int LARGE_BYTES = 300_000;
    private static final int PATIENCE_MILLIS = 60_000;

    /** When nobody listens, clients do not take the processor from whoever is about to. */
    private static final long AGAIN_NANOS = 20_000_000;

    /** Of {@link #request}: all of them, or only bulks. */
    static final int ALL_KINDS = 20;

    static final int BULKS = 4;

    private final IntSupplier port;
    private final int kinds;
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong vanished = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** @param port where the proxy is now */
    Writers(IntSupplier port, int kinds) {
        this.port = port;
        this.kinds = kinds;
    }

    void start(int clients, long seed) {
        for (int i = 0; i < clients; i++) {
            String name = "c%d".formatted(i);
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
            Thread thread = new Thread(() -> run(name, random), "writer-" + name);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(String name, RandomGenerator random) {
        for (int number = 0; !stopping; ) {
            try (RawClient client = new RawClient(port.getAsInt())) {
                client.socket().setSoTimeout(PATIENCE_MILLIS);
                while (!stopping) {
                    String mark = name + "-" + number++ + ".";
                    tell(mark, client.ask(request(mark, random.nextInt(kinds))));
                }
            } catch (IOException gone) {
                lost.incrementAndGet(); // nobody knows whether it was written, nor does this client claim it
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    private void tell(String mark, String answer) {
        if (answer.startsWith("HTTP/1.1 20") && !answer.contains("\"errors\":true")) {
            acknowledged.add(mark);
        } else if (!answer.startsWith("HTTP/1.1 5")) {
            wrong.add(mark + " was answered with " + answer);
        }
    }

    /** Small documents, some bulks of which the client wants little told, some in chunks, some large. */
    private static String request(String mark, int kind) {
        String document = "{\"mark\":\"" + mark + "\"";
        String bulk = "{\"index\":{\"_index\":\"load\",\"_id\":\"" + mark + "\"}}\n" + document;
        return switch (kind) {
            case 0 -> sized("/_bulk?filter_path=errors", bulk + ",\"t\":\"" + "x".repeat(LARGE_BYTES) + "\"}\n");
            case 1, 2 -> sized("/_bulk?filter_path=errors", bulk + "}\n");
            case 3 ->
                "POST /_bulk HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(bulk.length()) + "\r\n" + bulk + "\r\n2\r\n}\n\r\n0\r\n\r\n";
            default -> sized("/load/_doc/" + mark, document + "}");
        };
    }

    private static String sized(String target, String body) {
        return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    /** A client that goes away in the middle of a body, or right behind it, without a word. */
    void vanish(RandomGenerator random) throws IOException {
        String mark = "v-" + vanished.incrementAndGet() + ".";
        String request = request(mark, random.nextInt(BULKS));
        int sent = random.nextInt(request.length() / 2, request.length() + 1);
        try (RawClient client = new RawClient(port.getAsInt())) {
            client.socket().setSoLinger(true, 0);
            client.send(request.substring(0, sent));
        }
    }

    /** Waits until so many more writes were acknowledged. */
    void await(int more) throws Exception {
        int before = acknowledged.size();
        Waiting.until(() -> acknowledged.size() >= before + more);
    }

    /** The marks of the writes that were acknowledged. */
    Set<String> acknowledged() {
        return acknowledged;
    }

    /** What no proxy and no source may answer. */
    Queue<String> wrong() {
        return wrong;
    }

    /** Writes whose connection went away under them. */
    long lost() {
        return lost.get();
    }

    void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
