package io.sluice.capture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for the records of one partition to be safe. Actions run on the thread that made them safe, or on the caller's,
 * and never with the lock held.
 *
 * <p>Thread-safe. As many wait as exchanges are open.
 */
final class Gate {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /**
     * @param stamp of the record that must be safe
     * @param kafkaOnly whether only Kafka's word counts
     * @param refused what to run instead when Kafka fails and writes are refused
     */
    private record Waiter(
            long stamp,
            Runnable action,
            boolean kafkaOnly,
            @Nullable Runnable refused) {}

    /** What a gate goes by. */
    enum Mode {
        /** Kafka acknowledges. */
        KAFKA,
        /** The journal stands in: what it has on the disk is safe. */
        DISK,
        /** The same, and what can be refused is refused. */
        REFUSING,
        /** Nothing waits, but for what only Kafka can say. */
        OPEN
    }

    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::stamp));
    private Mode mode = Mode.KAFKA;
    private long acknowledged;
    private long forced;

    /** Runs an action once the record with this stamp is safe. */
    void whenSafe(long stamp, Runnable action) {
        await(new Waiter(stamp, action, false, null));
    }

    /** Runs an action once Kafka has the record with this stamp, and not sooner. */
    void whenAcknowledged(long stamp, Runnable action) {
        await(new Waiter(stamp, action, true, null));
    }

    /** Runs an action once the record with this stamp is safe, or another if writes are refused before that. */
    void whenSafeOrRefused(long stamp, Runnable action, @Nullable Runnable refused) {
        await(new Waiter(
                stamp, action, false, refused == null ? () -> await(new Waiter(stamp, action, true, null)) : refused));
    }

    private void await(Waiter waiter) {
        Runnable now;
        synchronized (this) {
            now = decide(waiter);
            if (now == null) {
                waiters.add(waiter);
                return;
            }
        }
        run(now);
    }

    /** What to run, or null if the waiter must wait. */
    private @Nullable Runnable decide(Waiter waiter) {
        if (waiter.stamp() <= acknowledged) {
            return waiter.action();
        }
        if (waiter.kafkaOnly() || mode == Mode.KAFKA) {
            return null;
        }
        if (mode == Mode.OPEN) {
            return waiter.action();
        }
        if (mode == Mode.REFUSING && waiter.refused() != null) {
            return waiter.refused();
        }
        return waiter.stamp() <= forced ? waiter.action() : null;
    }

    /** Kafka has everything of this partition up to a stamp. */
    void acknowledged(long stamp) {
        Runnable single = null;
        List<Runnable> more = List.of();
        synchronized (this) {
            acknowledged = Math.max(acknowledged, stamp); // what is sent again is acknowledged again
            Waiter first = waiters.peek();
            if (first == null || first.stamp() > stamp) {
                return;
            }
            single = waiters.remove().action();
            for (Waiter next = waiters.peek(); next != null && next.stamp() <= stamp; next = waiters.peek()) {
                more = more.isEmpty() ? new ArrayList<>() : more;
                more.add(waiters.remove().action());
            }
        }
        run(single);
        more.forEach(Gate::run);
    }

    /** The disk has everything up to a stamp. */
    void forced(long stamp) {
        synchronized (this) {
            forced = stamp;
        }
        decideAgain();
    }

    /** Goes by something else from now on. */
    void mode(Mode next) {
        synchronized (this) {
            mode = next;
        }
        decideAgain();
    }

    private void decideAgain() {
        List<Runnable> now = new ArrayList<>();
        synchronized (this) {
            Iterator<Waiter> all = waiters.iterator();
            while (all.hasNext()) {
                Runnable action = decide(all.next());
                if (action != null) {
                    all.remove();
                    now.add(action);
                }
            }
        }
        now.forEach(Gate::run);
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiters.size();
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("What waited for the capture failed when it was told to go on.", e);
        }
    }
}
