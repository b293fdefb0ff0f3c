package io.sluice.capture;

import io.sluice.capture.journal.Journal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees whether Kafka acknowledges, and turns the gates when it does not: one thread, which looks ten times a second.
 *
 * <p>Kafka fails when the oldest record that it has not acknowledged has been the same for a time, or no heartbeat was
 * acknowledged for that long. It works again when nothing old is left, so that no write waits behind a backlog.
 */
final class Watch implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private static final long LOOK_NANOS = 100_000_000;
    private static final long FRESH_NANOS = 500_000_000;

    private final Journal journal;
    private final RecorderSettings settings;
    private final Publisher publisher;
    private final Pulse pulse;
    private final Gate[] gates;
    private final Forcer forcer;
    private final InstantSource clock;
    private final Runnable alsoEachTime;
    private final Thread thread = new Thread(this, "capture-watch");

    private long head = -1;
    private long headSince = System.nanoTime();
    private volatile boolean failing;
    private volatile boolean stopping;

    /**
     * @param clock the one by which the journal stamps: the age of what waits is told by it
     * @param alsoEachTime what else is to be looked at as often
     */
    Watch(
            Journal journal,
            RecorderSettings settings,
            Publisher publisher,
            Pulse pulse,
            Gate[] gates,
            Forcer forcer,
            InstantSource clock,
            Runnable alsoEachTime) {
        this.journal = journal;
        this.settings = settings;
        this.publisher = publisher;
        this.pulse = pulse;
        this.gates = gates;
        this.forcer = forcer;
        this.clock = clock;
        this.alsoEachTime = alsoEachTime;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        while (!stopping) {
            try {
                look(System.nanoTime());
                alsoEachTime.run();
            } catch (RuntimeException e) {
                LOG.error("The watch over the capture failed once; it goes on.", e);
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
    }

    private void look(long now) {
        long position = journal.acknowledged();
        boolean drained = position == journal.tail();
        if (drained || position != head) {
            head = position;
            headSince = now;
        }
        long limit = settings.ackTimeout().toNanos();
        boolean stuck = now - headSince > limit || pulse.silentNanos(now) > limit;
        if (!failing && stuck) {
            fail();
        } else if (failing && !stuck && pulse.silentNanos(now) < FRESH_NANOS && (drained || age() < FRESH_NANOS)) {
            recover();
        }
    }

    private void fail() {
        failing = true;
        LOG.warn(
                "Kafka has acknowledged nothing for {}. Until it does: {}.",
                settings.ackTimeout(),
                switch (settings.onKafkaFailure()) {
                    case SPILL -> "the journal stands in";
                    case REJECT -> "new writes are refused";
                    case FORWARD -> "writes wait for nothing, and the capture is compromised";
                });
        Gate.Mode mode = switch (settings.onKafkaFailure()) {
            case SPILL -> Gate.Mode.DISK;
            case REJECT -> Gate.Mode.REFUSING;
            case FORWARD -> Gate.Mode.OPEN;
        };
        forcer.active(mode != Gate.Mode.OPEN);
        for (Gate gate : gates) {
            gate.mode(mode);
        }
    }

    private void recover() {
        failing = false;
        for (Gate gate : gates) {
            gate.mode(Gate.Mode.KAFKA);
        }
        forcer.active(false);
        LOG.info("Kafka acknowledges again.");
    }

    /** The age of the oldest record that Kafka has not acknowledged, in nanoseconds; 0 if there is none. */
    long age() {
        long oldest = publisher.oldest();
        if (oldest == 0) {
            return 0;
        }
        Instant now = clock.instant();
        return Math.max(0, now.getEpochSecond() * 1_000_000_000L + now.getNano() - oldest);
    }

    boolean failing() {
        return failing;
    }

    /** Why everything may pass uncaptured at this moment. */
    Optional<String> passing() {
        return failing && settings.onKafkaFailure() == OnKafkaFailure.FORWARD
                ? Optional.of("Kafka fails, and writes do not wait for it")
                : Optional.empty();
    }

    void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join(5_000);
    }
}
