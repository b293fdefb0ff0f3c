package io.sluice.capture;

import io.sluice.capture.journal.Journal;
import io.sluice.capture.journal.Uncaptured;
import io.sluice.capture.wire.Compromised;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A time from which something may be missing in the capture: told to the readers when it begins, if there is room, and with
 * its end and its counts when it is over. Remembered by the journal until then, over restarts: from the moment of the loss, so that
 * a proxy that is killed before the next look tells of it, too; the counts are those of the last look.
 *
 * <p>Used by the watch's thread, and by the one that closes when that has ended.
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
        } else if (left.since() != 0) {
            now = left;
            writesBefore = -left.writes();
            readsBefore = -left.reads();
            open = true;
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
            reason = passing.orElse("the journal had no room, or a head was longer than a record may be");
            long since = now.since() == 0 ? begin() : now.since();
            now = new Uncaptured(since, writes - writesBefore, reads - readsBefore);
            journal.remember(now);
            open = true;
        }
        if (now.since() != 0 && !told) {
            told = tell.test(compromised(now, reason).build());
        }
        if (now.since() != 0 && nanoTime - lastNanos > QUIET_NANOS) {
            end();
        }
        stampBefore = journal.lastStamp();
    }

    /** What was missed first was noted then and there; what may pass without being missed began after the last look. */
    private long begin() {
        long noted = journal.remembered().since();
        return noted == 0 ? Math.max(1, stampBefore) : Math.min(noted, Math.max(1, stampBefore));
    }

    private void end() {
        Compromised last =
                compromised(now, reason).setUntil(journal.lastStamp()).build();
        if (tell.test(last)) {
            writesBefore += now.writes();
            readsBefore += now.reads();
            now = Uncaptured.NONE;
            told = false;
            journal.remember(now);
            open = false;
            if (appender.uncapturedWrites.sum() != writesBefore || appender.uncapturedReads.sum() != readsBefore) {
                journal.noteUncaptured(); // missed meanwhile, and noted as part of what is over
            }
        }
    }

    private static Compromised.Builder compromised(Uncaptured uncaptured, String reason) {
        return Compromised.newBuilder()
                .setSince(uncaptured.since())
                .setReason(reason)
                .setWrites(uncaptured.writes())
                .setReads(uncaptured.reads());
    }

    /** Looks for the last time, and ends what there is: the proxy stops. */
    void close() {
        look(Optional.empty(), System.nanoTime());
        if (now.since() != 0) {
            end();
        }
    }

    boolean isOpen() {
        return open;
    }

    String reason() {
        return reason;
    }
}
