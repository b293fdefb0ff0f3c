package io.sluice.capture;

import io.sluice.capture.journal.Journal;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the journal through to the disk while it stands in for Kafka, and opens the gates for what is there: one thread,
 * which serves with one call to the disk everybody who came during the last one.
 */
final class Forcer implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Forcer.class);

    private final Journal journal;
    private final Gate[] gates;
    private final Thread thread = new Thread(this, "capture-force");
    private volatile boolean active;
    private volatile boolean stopping;
    private volatile boolean parked;

    Forcer(Journal journal, Gate[] gates) {
        this.journal = journal;
        this.gates = gates;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Begins or ends to stand in for Kafka. */
    void active(boolean on) {
        active = on;
        LockSupport.unpark(thread);
    }

    /** Something was appended. Called by any thread, often. */
    void appended() {
        if (parked && active) {
            parked = false;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        long forced = -1;
        while (!stopping) {
            long tail = journal.tail();
            if (!active || tail == forced || journal.broken() != null) {
                rest(forced);
                continue;
            }
            long stamp = journal.lastStamp();
            try {
                journal.force();
                forced = tail;
                for (Gate gate : gates) {
                    gate.forced(stamp);
                }
            } catch (IOException | RuntimeException | InternalError e) {
                // InternalError is the JVM's word for a page of a mapped file that cannot be written.
                LOG.error("The journal stands in for Kafka but cannot be written through to the disk.", e);
                forced = tail;
            }
        }
    }

    private void rest(long forced) {
        parked = true;
        if (!stopping && (!active || journal.tail() == forced || journal.broken() != null)) {
            LockSupport.park(this);
        }
        parked = false;
    }

    void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join(5_000);
    }
}
