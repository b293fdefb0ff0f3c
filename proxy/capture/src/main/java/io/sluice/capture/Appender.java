package io.sluice.capture;

import io.sluice.capture.journal.Draft;
import io.sluice.capture.journal.Journal;
import io.sluice.capture.journal.Room;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where exchanges append their fragments, and where it is noted what could not be appended.
 *
 * <p>Thread-safe.
 */
final class Appender {

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    private static final int MOST_OWED = 10_000;

    private final Journal journal;
    private final Envelope envelope;
    private final RecorderSettings settings;
    private final Gate[] gates;
    private final Runnable appended;
    private final OpenExchanges[] open;
    private final Queue<BooleanSupplier> owed = new ArrayDeque<>();
    private boolean hasDropped;

    final LongAdder records = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder reads = new LongAdder();
    final LongAdder uncapturedWrites = new LongAdder();
    final LongAdder uncapturedReads = new LongAdder();
    final LongAdder refusedWrites = new LongAdder();

    /**
     * @param appended told after each append, without a lock
     */
    Appender(Journal journal, Envelope envelope, RecorderSettings settings, Gate[] gates, Runnable appended) {
        this.journal = journal;
        this.envelope = envelope;
        this.settings = settings;
        this.gates = gates;
        this.appended = appended;
        this.open = new OpenExchanges[settings.partitions()];
        for (int i = 0; i < open.length; i++) {
            open[i] = new OpenExchanges();
        }
    }

    /** Appends, and returns the stamp, or {@link Journal#NO_ROOM}. */
    long append(int partition, Draft draft, Room room) {
        long stamp = journal.append(partition, draft, room);
        if (stamp != Journal.NO_ROOM) {
            records.increment();
            appended.run();
        }
        return stamp;
    }

    /** Counts an exchange that passes although it, or a part of it, is not captured. Noted over restarts before it passes. */
    void uncaptured(boolean write) {
        (write ? uncapturedWrites : uncapturedReads).increment();
        journal.noteUncaptured();
    }

    /** Keeps something to be appended as soon as there is room: the end of a part that has none. */
    void owe(BooleanSupplier append) {
        synchronized (owed) {
            if (owed.size() < MOST_OWED) {
                owed.add(append);
            } else if (!hasDropped) {
                hasDropped = true;
                LOG.error(
                        "More than {} exchanges ended while the journal had no room. Readers see further ones as open until this proxy is started again.",
                        MOST_OWED);
            }
        }
    }

    /** Appends what is owed, as far as there is room. */
    void settleDebts() {
        for (BooleanSupplier next = firstOwed(); next != null && next.getAsBoolean(); next = firstOwed()) {
            synchronized (owed) {
                owed.remove();
            }
        }
    }

    private @Nullable BooleanSupplier firstOwed() {
        synchronized (owed) {
            return owed.peek();
        }
    }

    Envelope envelope() {
        return envelope;
    }

    Durability durability() {
        return settings.durability();
    }

    int recordBytes() {
        return settings.recordBytes();
    }

    Gate gate(int partition) {
        return gates[partition];
    }

    /** The exchanges of a partition that are open. Only with the journal's lock held. */
    OpenExchanges open(int partition) {
        return open[partition];
    }
}
