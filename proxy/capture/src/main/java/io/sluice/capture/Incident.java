package io.sluice.capture;

import io.sluice.capture.journal.Journal;
import io.sluice.capture.journal.Uncaptured;
import io.sluice.capture.wire.Compromised;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A time from which something may be missing in the capture: told to the readers when it begins, if there is room, and with
 * its end and its counts when it is over. Remembered by the journal until then, over restarts.
 *
 * <p>Used by the watch's thread.
 */
final class Incident {

    /** For how long nothing more must be missed before it is over. */
    private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();

    private final Journal journal;
    private final Appender appender;
    private final Predicate<Compromised> tell;

    private Uncaptured now = Uncaptured.NONE;
    private long writesBefore;
    private long readsBefore;
    private boolean told;
    private String reason = "";
    private long lastNanos;
    private long stampBefore;
    private volatile boolean open;

    /**
     * @param tell appends to every partition, and answers whether there was room
     */
    Incident(Journal journal, Appender appender, Predicate<Compromised> tell) {
        this.journal = journal;
        this.appender = appender;
        this.tell = tell;
        this.stampBefore = journal.lastStamp();
    }

    /** Tells what an earlier run could not tell any more. */
    void tellRemembered() {
        Uncaptured left = journal.remembered();
        if (left.since() != 0
                && tell.test(compromised(left, "the proxy stopped before it could say more")
                        .setUntil(journal.lastStamp())
                        .build())) {
            journal.remember(Uncaptured.NONE);
        }
    }

    /**
     * Looks for what was missed since the last time.
     *
     * @param passing why everything may pass uncaptured at this moment, or empty
     */
    void look(Optional<String> passing, long nanoTime) {
        long writes = appender.uncapturedWrites.sum();
        long reads = appender.uncapturedReads.sum();
        boolean more = writes - writesBefore != now.writes() || reads - readsBefore != now.reads();
        if (more || passing.isPresent()) {
            lastNanos = nanoTime;
            reason = passing.orElse("the journal has no room");
            long since = now.since() == 0 ? Math.max(1, stampBefore) : now.since();
            now = new Uncaptured(since, writes - writesBefore, reads - readsBefore);
            journal.remember(now);
            open = true;
        }
        if (now.since() != 0 && !told) {
            told = tell.test(compromised(now, reason).build());
        }
        if (now.since() != 0 && nanoTime - lastNanos > QUIET_NANOS) {
            end(writes, reads);
        }
        stampBefore = journal.lastStamp();
    }

    private void end(long writes, long reads) {
        Compromised last =
                compromised(now, reason).setUntil(journal.lastStamp()).build();
        if (tell.test(last)) {
            now = Uncaptured.NONE;
            writesBefore = writes;
            readsBefore = reads;
            told = false;
            journal.remember(now);
            open = false;
        }
    }

    private static Compromised.Builder compromised(Uncaptured uncaptured, String reason) {
        return Compromised.newBuilder()
                .setSince(uncaptured.since())
                .setReason(reason)
                .setWrites(uncaptured.writes())
                .setReads(uncaptured.reads());
    }

    /** Ends it now, whatever else: the proxy stops. */
    void close() {
        if (now.since() != 0) {
            end(appender.uncapturedWrites.sum(), appender.uncapturedReads.sum());
        }
    }

    boolean isOpen() {
        return open;
    }

    String reason() {
        return reason;
    }
}
