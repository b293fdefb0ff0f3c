package io.sluice.backfill;

import io.sluice.cluster.BulkBody;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.transform.DocumentRules;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the readers of one job share within one process: the repository, the HTTP client, a scheduler, the
 * rate, and the memory for ranges and bulks. Opened by the first reader that asks, closed by the last that leaves.
 *
 * <p>May be used from any thread.
 */
final class Workplace {

    private static final Map<BackfillSpec, Workplace> OPEN = new HashMap<>();

    /** The part of the heap that bulks may fill, all readers of the process together. */
    private static final long BULK_MEMORY = Runtime.getRuntime().maxMemory() / 8;

    /** A bulk is allowed this much however many readers there are. */
    private static final int SMALLEST_BULK_BYTES = 128 << 10;

    /** What one range takes while it is read, at most: two windows of 1 MB, a chunk, and what was decoded of it; with room to spare. */
    private static final int BYTES_PER_TURN = 32 << 20;

    private static final int FEWEST_TURNS = 4;

    private static final int BODY_CHUNK_BYTES = 64 << 10;

    private final String id = UUID.randomUUID().toString();
    private final BackfillSpec spec;
    private final SnapshotShards shards;
    private final RawHttp http;
    private final ScheduledExecutorService scheduler;
    private final Turns turns =
            new Turns((int) Math.max(FEWEST_TURNS, Runtime.getRuntime().maxMemory() / BYTES_PER_TURN));
    private final Pacer pacer = new Pacer();
    private final Map<String, IndexPlan> indices = new HashMap<>();
    /** As many as were in use at one time; the one used last is used first. */
    private final ConcurrentLinkedDeque<BulkBody> spare = new ConcurrentLinkedDeque<>();

    private volatile int readers;

    private Workplace(BackfillSpec spec) throws IOException {
        this.spec = spec;
        Since since = spec.since();
        shards = SnapshotShards.open(spec.repository(), spec.snapshot(), since == null ? null : since.snapshot());
        http = RawHttps.open(spec.target(), RawHttpOptions.DEFAULT);
        scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "backfill-retries");
            thread.setDaemon(true);
            return thread;
        });
        spec.indices().forEach(index -> indices.put(index.name(), index));
    }

    /** Joins, or opens it. Each call wants one {@link #leave}. */
    static Workplace join(BackfillSpec spec) throws IOException {
        synchronized (OPEN) {
            Workplace place = OPEN.get(spec);
            if (place == null) {
                place = new Workplace(spec);
                OPEN.put(spec, place);
            }
            place.readers++;
            return place;
        }
    }

    void leave() {
        synchronized (OPEN) {
            readers--;
            if (readers > 0) {
                return;
            }
            OPEN.remove(spec);
        }
        scheduler.shutdownNow();
        http.close();
        shards.close();
    }

    /** Tells this place from every other one, also of other processes. */
    String id() {
        return id;
    }

    Turns turns() {
        return turns;
    }

    Pacer pacer() {
        return pacer;
    }

    int readers() {
        return readers;
    }

    IndexPlan index(String name) {
        IndexPlan index = indices.get(name);
        if (index == null) {
            throw new IllegalStateException("a range of an index that is not part of the job: " + name);
        }
        return index;
    }

    SnapshotShards shards() {
        return shards;
    }

    RawHttp http() {
        return http;
    }

    ScheduledExecutorService scheduler() {
        return scheduler;
    }

    DocumentRules rules() {
        return spec.rules();
    }

    int bulksInFlight() {
        return spec.bulksInFlight();
    }

    /** An empty body, if possible one that was used before: who waits for work keeps none from those who have some. */
    BulkBody takeBody() {
        BulkBody used = spare.poll();
        return used == null ? new BulkBody(BODY_CHUNK_BYTES) : used;
    }

    /** Takes back a body that nobody sends any more. */
    void giveBack(BulkBody body) {
        body.clear();
        spare.push(body);
    }

    /** How large a bulk may grow now, in bytes: the user's limit, or this reader's part of the memory. */
    int bulkBytes() {
        long share = BULK_MEMORY / ((long) Math.max(1, readers) * (spec.bulksInFlight() + 1));
        return (int) Math.min(spec.maxBulkBytes(), Math.max(SMALLEST_BULK_BYTES, share));
    }

    long storeBytes() {
        return shards.bytesRead();
    }
}
