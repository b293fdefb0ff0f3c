package io.sluice.capture;

import io.sluice.capture.journal.Cursor;
import io.sluice.capture.journal.Journal;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the journal into Kafka, in order, and sends the heartbeats: one thread.
 *
 * <p>Entries are handed to Kafka's producer in groups. Behind a small group the next one follows as soon as nothing is in
 * flight; the larger a group was, the longer it keeps the next one back, {@link #PACE_NANOS} at most, so that what comes
 * meanwhile shares a request. So a lone write waits for nothing, and under load there are few requests, which cost more
 * than records do.
 *
 * <p>When a send fails, the producer is replaced and everything from the lowest unacknowledged entry on is sent again.
 */
final class Publisher implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    static final long BEAT_NANOS = 100_000_000;
    static final long PACE_NANOS = 700_000;
    static final long PACE_NANOS_EACH = 50_000;
    static final long MOST_BYTES_IN_FLIGHT = 8 << 20;

    private static final int MOST_IN_FLIGHT = 20_000;
    private static final long REFUSED_NANOS = 20_000_000;
    private static final long FIRST_BACKOFF_NANOS = 100_000_000;
    private static final long LONGEST_BACKOFF_NANOS = 2_000_000_000;
    private static final int APPEND = 1;
    private static final int DRAINED = 2;
    private static final int SPACE = 4;
    private static final int ANYTHING = APPEND | DRAINED | SPACE;

    private final Journal journal;
    private final String topic;
    private final Gate[] gates;
    private final Pulse pulse;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Thread thread;
    private final AtomicInteger waitsFor = new AtomicInteger();
    private final AtomicLong acknowledgedRecords = new AtomicLong();
    private final AtomicLong restarts = new AtomicLong();

    private @Nullable Session session;
    private Cursor cursor;
    private long nextBeat = System.nanoTime();
    private long handedOver = System.nanoTime() - PACE_NANOS;
    private long keptBack;
    private long backoff = FIRST_BACKOFF_NANOS;
    private long quietUntil;
    private volatile int inFlight;
    private volatile long oldest;
    private volatile boolean beating;
    private volatile boolean eager;
    private volatile boolean stopping;

    Publisher(Journal journal, String topic, Gate[] gates, Pulse pulse, Supplier<Producer<byte[], byte[]>> producers) {
        this.journal = journal;
        this.topic = topic;
        this.gates = gates;
        this.pulse = pulse;
        this.producers = producers;
        this.cursor = journal.read(journal.acknowledged());
        this.thread = new Thread(this, "capture-publisher");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Something was appended. Called by any thread, often: wakes the publisher only if it has nothing else to do. */
    void appended() {
        wake(APPEND);
    }

    private void wake(int reason) {
        int waits = waitsFor.get();
        if ((waits & reason) != 0 && waitsFor.compareAndSet(waits, 0)) {
            LockSupport.unpark(thread);
        }
    }

    /** From now on heartbeats are sent, or not. */
    void beating(boolean on) {
        beating = on;
    }

    /** From now on acknowledgements are taken note of as soon as they come: somebody waits for the last one. */
    void eager() {
        eager = true;
        wake(ANYTHING);
    }

    /** Nobody waits for the last acknowledgement any more. */
    void calm() {
        eager = false;
    }

    @Override
    public void run() {
        while (!stopping) {
            try {
                turn();
            } catch (RuntimeException | InternalError e) {
                // The edge of the thread: whatever it was, going back and beginning again is right. InternalError is
                // the JVM's word for a page of a mapped file that cannot be read.
                abandon(e);
            }
        }
        if (session != null) {
            session.settle(journal.acknowledged());
            session.close(Duration.ofMillis(500));
        }
    }

    private void turn() {
        Session current = session;
        if (current == null) {
            current = begin();
            session = current;
        }
        Exception failure = current.failure();
        if (failure != null) {
            abandon(failure);
            return;
        }
        settle(current);
        boolean refused = false;
        if (System.nanoTime() - nextBeat >= 0) {
            nextBeat = System.nanoTime() + BEAT_NANOS;
            beat(current);
        }
        if (cursor.peek() && mayHandOver(current)) {
            refused = !handOver(current);
        }
        rest(current, refused);
    }

    private Session begin() {
        pulse.begin();
        return new Session(producers.get(), topic, gates, acknowledgedRecords, this::acknowledged);
    }

    /** Told on the producer's thread, after each acknowledgement and after a failure. */
    private void acknowledged(int left, long leftBytes) {
        if (left == 0) {
            wake(DRAINED);
        }
        if (leftBytes < MOST_BYTES_IN_FLIGHT / 2 && left < MOST_IN_FLIGHT / 2) {
            wake(SPACE);
        }
    }

    private void settle(Session current) {
        long position = current.settle(journal.acknowledged());
        if (position != journal.acknowledged()) {
            journal.acknowledge(position);
            backoff = FIRST_BACKOFF_NANOS;
        }
        long first = current.oldest();
        oldest = first != 0 || !cursor.peek() ? first : cursor.stamp();
        inFlight = current.inFlight();
    }

    /** No heartbeat until everything that may have been lost with a session was acknowledged. */
    private void beat(Session current) {
        if (!beating || journal.acknowledged() < quietUntil) {
            return;
        }
        long unread = cursor.peek() ? cursor.stamp() : journal.stampIfDrained(cursor.position());
        if (unread == Journal.NO_ROOM) {
            cursor.peek();
            unread = cursor.stamp();
        }
        long[] lowest = new long[gates.length];
        Arrays.fill(lowest, unread);
        current.lowest(lowest);
        pulse.beat(current, lowest);
    }

    private boolean mayHandOver(Session current) {
        return hasSpace(current) && pace(current) <= System.nanoTime() - handedOver;
    }

    /** For how long after the last group there is no other. */
    private long pace(Session current) {
        return current.inFlight() == 0 ? keptBack : PACE_NANOS;
    }

    private static boolean hasSpace(Session current) {
        return current.bytesInFlight() < MOST_BYTES_IN_FLIGHT && current.inFlight() < MOST_IN_FLIGHT;
    }

    /** Hands over what there is, and returns whether the producer took it. */
    private boolean handOver(Session current) {
        handedOver = System.nanoTime();
        keptBack = 0;
        while (cursor.peek() && hasSpace(current)) {
            if (!current.send(cursor.partition(), cursor.stamp(), cursor.end(), cursor.key(), cursor.record())) {
                return false;
            }
            cursor.next();
            keptBack = Math.min(keptBack + PACE_NANOS_EACH, PACE_NANOS);
        }
        return true;
    }

    /** Waits for whatever comes first: an entry, an acknowledgement, the end of the pace, the next heartbeat. */
    private void rest(Session current, boolean refused) {
        long now = System.nanoTime();
        long wait = nextBeat - now;
        int reasons = eager ? DRAINED : 0;
        if (refused) {
            wait = Math.min(wait, REFUSED_NANOS);
        } else if (cursor.peek() && !hasSpace(current)) {
            reasons |= SPACE;
        } else if (now - handedOver < pace(current)) {
            boolean mayEndSooner = now - handedOver >= keptBack;
            reasons |= mayEndSooner ? DRAINED : 0; // whoever appends meanwhile need not wake us
            wait = Math.min(wait, (mayEndSooner ? PACE_NANOS : keptBack) - (now - handedOver));
        } else {
            reasons |= APPEND;
        }
        if (wait <= 0) {
            return;
        }
        waitsFor.set(reasons);
        boolean missed = (!refused && cursor.peek() && ((reasons & APPEND) != 0 || mayHandOver(current)))
                || current.failure() != null
                || stopping;
        if (!missed) {
            LockSupport.parkNanos(this, wait);
        }
        waitsFor.set(0);
    }

    /** Goes back to the lowest unacknowledged entry, to begin again with a new producer. */
    private void abandon(Throwable cause) {
        Session failed = session;
        session = null;
        if (failed != null) {
            restarts.incrementAndGet();
            LOG.warn(
                    "A record could not be sent to topic {}; everything Kafka has not acknowledged is sent again.",
                    topic,
                    cause);
            failed.close(Duration.ZERO);
            settle(failed);
        } else {
            LOG.warn("Kafka's producer cannot be made: {}", cause.getMessage());
        }
        quietUntil = Math.max(quietUntil, cursor.position());
        cursor = journal.read(journal.acknowledged());
        long until = System.nanoTime() + backoff;
        backoff = Math.min(2 * backoff, LONGEST_BACKOFF_NANOS);
        for (long left = until - System.nanoTime(); left > 0 && !stopping; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Ends the thread; what is in the journal stays there. */
    void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join(5_000);
    }

    /** The stamp of the oldest entry that Kafka did not acknowledge, as of the publisher's last turn, or 0. */
    long oldest() {
        return oldest;
    }

    int inFlight() {
        return inFlight;
    }

    long acknowledgedRecords() {
        return acknowledgedRecords.get();
    }

    long restarts() {
        return restarts.get();
    }
}
