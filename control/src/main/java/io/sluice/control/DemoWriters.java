package io.sluice.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that write through the proxy until they are told to stop: single documents and bulks, under ids of theirs and of the
 * server's, over documents that are there, with updates, deletions, conditions, and an index that is made by its first write.
 */
final class DemoWriters implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final int DOCUMENTS = 500;
    private static final String OWN = "visits";
    private static final String LINES = "application/x-ndjson";

    /** Between two requests of one client, at most. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(60);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final URI proxy;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final List<CompletableFuture<Void>> clients = new ArrayList<>();

    private DemoWriters(URI proxy) {
        this.proxy = proxy;
    }

    /** The indices of the source, from now on. */
    static List<String> indices() {
        List<String> all = new ArrayList<>(SampleData.INDICES);
        all.add(OWN);
        return all;
    }

    static DemoWriters start(URI proxy, long seed) {
        DemoWriters writers = new DemoWriters(proxy);
        for (int i = 0; i < CLIENTS; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            writers.clients.add(CompletableFuture.runAsync(() -> writers.write(random), task -> {
                Thread thread = new Thread(task, "demo-client");
                thread.setDaemon(true);
                thread.start();
            }));
        }
        return writers;
    }

    private void write(SplittableRandom random) {
        try {
            while (!stop.get()) {
                writeOne(random);
                LockSupport.parkNanos(random.nextLong(PAUSE_NANOS));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeOne(SplittableRandom random) throws IOException {
        String document = "/" + OWN + "/_doc/" + random.nextInt(DOCUMENTS);
        switch (random.nextInt(7)) {
            case 0 -> send("POST", "/" + OWN + "/_doc", "application/json", visit(random));
            case 1 -> send("DELETE", document, "application/json", "");
            case 2 -> send("PUT", document + "?op_type=create", "application/json", visit(random));
            case 3 ->
                send(
                        "POST",
                        "/" + OWN + "/_update/" + random.nextInt(DOCUMENTS),
                        "application/json",
                        "{\"script\":{\"source\":\"ctx._source.pages += 1\"},\"upsert\":" + visit(random) + "}");
            case 4 -> send("POST", "/_bulk", LINES, bulk(random));
            default -> send("PUT", document, "application/json", visit(random));
        }
    }

    private static String visit(SplittableRandom random) {
        return "{\"pages\":%d,\"from\":\"%x\"}".formatted(random.nextInt(100), random.nextLong());
    }

    /** Over several indices, and over what the snapshot holds. */
    private static String bulk(SplittableRandom random) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            lines.append("{\"index\":{\"_index\":\"books\",\"_id\":\"%d\"}}\n{\"title\":\"%x\"}\n"
                    .formatted(random.nextInt(DOCUMENTS), random.nextLong()));
            lines.append("{\"create\":{\"_index\":\"%s\"}}\n%s\n".formatted(OWN, visit(random)));
            lines.append("{\"delete\":{\"_index\":\"%s\",\"_id\":\"%d\"}}\n".formatted(OWN, random.nextInt(DOCUMENTS)));
        }
        return lines.toString();
    }

    /** That a condition does not hold, or that there is nothing to delete, is no failure. */
    private void send(String method, String path, String type, String body) throws IOException {
        long begin = System.nanoTime();
        Answer answer = Servers.call(proxy, method, path, type, body.getBytes(StandardCharsets.UTF_8));
        long nanos = System.nanoTime() - begin;
        longestNanos.accumulateAndGet(nanos, Math::max);
        sent.incrementAndGet();
        if (!answer.isOk() && answer.status() != 404 && answer.status() != 409) {
            failed.incrementAndGet();
        }
    }

    /**
     * Returns when they have sent so many more.
     *
     * @throws IOException when one of them gave up
     */
    void await(int more) throws IOException {
        long wanted = sent.get() + more;
        while (sent.get() < wanted) {
            for (CompletableFuture<Void> client : clients) {
                if (client.isCompletedExceptionally()) {
                    Throwable cause = client.handle((ended, failure) -> failure).join();
                    throw new IOException("a client of the demo gave up: " + cause.getMessage(), cause);
                }
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    long sent() {
        return sent.get();
    }

    /** Those that got no answer, or another than what such a request is answered with. */
    long failed() {
        return failed.get();
    }

    void describe(ObjectNode document, DemoReads reads) {
        document.putObject("requests")
                .put("sent", sent.get() + reads.sent())
                .put("writes", sent.get())
                .put("reads", reads.sent())
                .put("failed", failed.get() + reads.failed())
                .put(
                        "longest_wait_ms",
                        Math.max(reads.longestMillis(), TimeUnit.NANOSECONDS.toMillis(longestNanos.get())));
    }

    /** Returns when each has ended. */
    @Override
    public void close() {
        stop.set(true);
        clients.forEach(client -> client.exceptionally(failure -> null).join());
    }
}
