package io.sluice.replay.conduct;

import io.sluice.replay.account.AccountReport;
import io.sluice.replay.account.Counts;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What is known of a running job, in the JobMaster's process: told by the coordinators, asked by the clock.
 *
 * <p>Thread-safe. Shared by all who join under the same name, and gone with the last of them.
 */
public final class Conductor {

    private static final Map<String, Conductor> OPEN = new HashMap<>();

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String job;
    private final Map<Integer, AccountReport> accounts = new TreeMap<>();
    private final Map<Integer, SendLoad> loads = new TreeMap<>();
    private int members;

    private Conductor(String job) {
        this.job = job;
    }

    /** Joins, or opens it. Each call wants one {@link #leave}. */
    public static Conductor join(String job) {
        synchronized (OPEN) {
            Conductor conductor = OPEN.computeIfAbsent(job, Conductor::new);
            conductor.members++;
            return conductor;
        }
    }

    /** Goes. */
    public void leave() {
        synchronized (OPEN) {
            members--;
            if (members == 0) {
                OPEN.remove(job);
            }
        }
    }

    synchronized void heard(AccountReport report) {
        accounts.put(report.partition(), report);
    }

    synchronized void heard(SendLoad load) {
        loads.put(load.subtask(), load);
    }

    synchronized void senderLeft(int subtask) {
        loads.remove(subtask);
    }

    /** Whether a sender has more to do than this: the clock stops until it has less. */
    public synchronized boolean isOverloaded(int mostDue, long mostDueBytes) {
        return loads.values().stream().anyMatch(load -> load.due() > mostDue || load.dueBytes() > mostDueBytes);
    }

    /** The event time that has come to all senders, in milliseconds since 1970; empty while that is not known of each. */
    public synchronized OptionalLong passedMillis() {
        OptionalLong passed =
                loads.values().stream().mapToLong(SendLoad::passedMillis).min();
        return passed.isPresent() && passed.getAsLong() > 0 ? passed : OptionalLong.empty();
    }

    /**
     * From which event time on a sender has heard of every write that began before a stamp. Steps go out before the time that
     * follows them, so what was handed on when a partition was at some time is there when that time has passed.
     *
     * @return in milliseconds since 1970; empty while a write is open that began before it
     */
    synchronized OptionalLong heardAllBelow(long stamp, int partitions) {
        if (accounts.size() < partitions) {
            return OptionalLong.empty();
        }
        long time = 0;
        for (AccountReport account : accounts.values()) {
            if (account.floor() < stamp) {
                return OptionalLong.empty();
            }
            time = Math.max(time, account.time());
        }
        return OptionalLong.of(Math.floorDiv(time, NANOS_PER_MILLI));
    }

    /**
     * What is known now.
     *
     * @param partitions how many there are: before all were heard of, no time is known
     */
    public synchronized Sight sight(int partitions) {
        Counts exchanges = new Counts();
        Counts items = new Counts();
        Map<String, Long> noted = new TreeMap<>();
        long time = Long.MAX_VALUE;
        long confirmed = Long.MAX_VALUE;
        for (AccountReport account : accounts.values()) {
            exchanges.add(account.exchanges());
            items.add(account.items());
            account.noted().forEach((what, count) -> noted.merge(what, count, Long::sum));
            time = Math.min(time, account.time());
            confirmed = Math.min(confirmed, account.confirmed());
        }
        boolean all = accounts.size() == partitions;
        String waitingFor = "";
        int due = 0;
        long retries = 0;
        for (SendLoad load : loads.values()) {
            waitingFor = waitingFor.isEmpty() ? load.waitingFor() : waitingFor;
            due += load.due();
            retries += load.retries();
        }
        return new Sight(exchanges, items, noted, all ? time : 0, all ? confirmed : 0, due, retries, waitingFor);
    }

    /**
     * A job at one moment.
     *
     * @param noted gaps, late and malformed records, and the like
     * @param time everything stamped below it was read; 0 when not known
     * @param confirmed every write stamped below it is confirmed; 0 when not known
     * @param due steps whose time has come and that are not settled
     * @param retries of the senders that run now
     * @param waitingFor why nothing goes out, or empty
     */
    public record Sight(
            Counts exchanges,
            Counts items,
            Map<String, Long> noted,
            long time,
            long confirmed,
            int due,
            long retries,
            String waitingFor) {
        public Sight {
            noted = Map.copyOf(noted);
        }
    }
}
