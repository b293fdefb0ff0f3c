package io.sluice.replay.conduct;

import io.sluice.replay.account.AccountReport;
import io.sluice.replay.account.Breakdown;
import io.sluice.replay.account.Counts;
import io.sluice.replay.bypass.BypassSight;
import io.sluice.replay.wire.ExchangeRef;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a running job, in the JobMaster's process: told by the coordinators, asked by the clock.
 *
 * <p>Thread-safe. Shared by all who join under the same name, and gone with the last of them.
 */
public final class Conductor {

    private static final Map<String, Conductor> OPEN = new HashMap<>();

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Longer than a savepoint may take. Whoever asked for the rest may not live to end it. */
    private static final long LONGEST_REST_NANOS = TimeUnit.MINUTES.toNanos(2);

    /** Of more, those are forgotten that no barrier has any more. */
    private static final int MOST_STAMPS = 1_000;

    private final String job;
    private final Map<Integer, AccountReport> accounts = new TreeMap<>();
    private final Map<Integer, Breakdown> breakdowns = new TreeMap<>();
    private final Map<Integer, SendLoad> loads = new TreeMap<>();
    /** Accounts of attempts that run now: of one that has failed, more may have been read and settled than in the checkpoint. */
    private final Map<Integer, AccountReport> current = new TreeMap<>();

    /** For stamps that were asked for, the time of each partition when it was seen first that it had handed on all of before. */
    private final TreeMap<Long, Map<Integer, Long>> heard = new TreeMap<>();

    /** Whether what waits for operations on whole indices goes on though the clock stops. */
    private boolean isHeldWithoutClock;

    private Map<String, String> failedBackfills = Map.of();
    /** Where the capture ended, by partition, when that was looked up last, with all proxies gone; null before. */
    private @Nullable Map<Integer, Long> ends;

    private long endsMillis;
    private boolean isFull;
    /** Until when nobody tells tasks anything, by {@link System#nanoTime}; null when they are told. */
    private @Nullable Long restEnd;

    private final CaptureStanding standing = new CaptureStanding();
    private @Nullable BypassSight bypass;
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
        if (report.breakdown() != null) {
            breakdowns.put(report.partition(), report.breakdown());
        }
        current.put(report.partition(), report);
        standing.heard(report, System.nanoTime());
    }

    /** Whether the capture's time stands, and why. */
    public CaptureStanding standing() {
        return standing;
    }

    /** The job goes on from a checkpoint, in which less may be read and settled than was told. */
    synchronized void forgetCurrent() {
        current.clear();
        standing.forget();
    }

    /**
     * Below which stamp every write is settled, but for what sweeps did; 0 when that is not known. A capture that has ended promises
     * nothing any more: when all of it is settled, that is so up to when its end was looked up.
     */
    synchronized long settledBelow(int partitions) {
        return below(partitions, AccountReport::settled);
    }

    /** The same, what sweeps did included. */
    synchronized long sweptBelow(int partitions) {
        return below(partitions, AccountReport::confirmed);
    }

    private long below(int partitions, ToLongFunction<AccountReport> of) {
        if (current.size() < partitions) {
            return 0;
        }
        long settled = current.values().stream().mapToLong(of).min().orElse(0);
        boolean isAll = hasEnded(partitions)
                && current.values().stream()
                        .allMatch(account -> account.exchanges().held() == 0);
        return isAll ? Math.max(settled, endsMillis * NANOS_PER_MILLI) : settled;
    }

    synchronized void heard(SendLoad load) {
        loads.put(load.subtask(), load);
    }

    /**
     * The job is about to be stopped, or is not after all. An event that comes to a task just as that has ended for the savepoint counts
     * as lost to Flink, and the job as failed; so no task is told anything while this is so, and for two minutes at most.
     */
    public synchronized void rest(boolean isWanted) {
        restEnd = isWanted ? System.nanoTime() + LONGEST_REST_NANOS : null;
    }

    /** Whether no task is to be told anything now. */
    public synchronized boolean rests() {
        return restEnd != null && System.nanoTime() - restEnd < 0;
    }

    synchronized void senderLeft(int subtask) {
        loads.remove(subtask);
    }

    /** There is none, or there will be others: as many, or fewer. */
    synchronized void sendersLeft() {
        loads.clear();
        isHeldWithoutClock = false;
    }

    /** What was done to the source without the capture; before the first word nothing is looked at. */
    synchronized void heard(BypassSight sight) {
        bypass = sight;
    }

    /** Whether a sender has more to do than this: the clock stops until it has less. */
    public synchronized boolean isOverloaded(int mostDue, long mostDueBytes) {
        return loads.values().stream().anyMatch(load -> load.due() > mostDue || load.dueBytes() > mostDueBytes);
    }

    /**
     * Whether so much of the capture was read, by the attempts that run now.
     *
     * @param ends by partition, the first offset that need not be read
     */
    public synchronized boolean isReadTo(Map<Integer, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> {
            AccountReport account = current.get(end.getKey());
            return account != null && account.reached() >= end.getValue();
        });
    }

    /** Indices of the target whose backfill failed, each with the reason. */
    synchronized void backfillsFailed(Map<String, String> reasons) {
        failedBackfills = reasons;
    }

    /** Whether nothing more comes in any partition, as all proxies are gone for good, by what was read until now. */
    public synchronized boolean isDeserted(int partitions) {
        return current.size() == partitions && current.values().stream().allMatch(AccountReport::isDeserted);
    }

    /**
     * Where the capture ended at a moment, or later.
     *
     * @param found by partition, behind the last record; without those in which there is none
     */
    public synchronized void endsAt(Map<Integer, Long> found, long millis) {
        ends = Map.copyOf(found);
        endsMillis = millis;
    }

    /** Whether the capture was read to its very end, and all proxies are gone for good. Not if more was read since the end was looked up. */
    public synchronized boolean hasEnded(int partitions) {
        return ends != null && isDeserted(partitions) && isReadTo(ends) && isReadNoFurther(ends);
    }

    private boolean isReadNoFurther(Map<Integer, Long> than) {
        return current.values().stream()
                .allMatch(account -> account.reached() <= than.getOrDefault(account.partition(), Long.MAX_VALUE));
    }

    /** The event time that has come to all senders; the least there is when none of them was heard of. */
    synchronized long passedMillis() {
        return loads.values().stream().mapToLong(SendLoad::passedMillis).min().orElse(Long.MIN_VALUE);
    }

    /** Whether an operation on whole indices will have its turn though the clock stops. */
    synchronized void heldWithoutClock(boolean isSo) {
        isHeldWithoutClock = isSo;
    }

    /**
     * Whether more is held than may be, by all senders together: the clock stops until there is less. What waits for an operation
     * counts only while one of those will have its turn without the clock: it waits for a backfill, the target or the source. All
     * others wait for what lies ahead of the clock, and never come if it stops.
     */
    public synchronized boolean isFull(long mostSteps, long mostBytes) {
        Amount held = Amount.NONE;
        for (SendLoad load : loads.values()) {
            held = held.plus(load.withoutIndex());
            held = isHeldWithoutClock ? held.plus(load.behindCalls()) : held;
        }
        isFull = held.exceeds(new Amount(mostSteps, mostBytes));
        return isFull;
    }

    /**
     * Up to which time the capture was read, at least. Accounts tell what was read ahead of the clock; senders tell what has come to
     * them, which is less, but sooner.
     *
     * @return in milliseconds since 1970; empty while nobody knows
     */
    public synchronized OptionalLong readMillis(int partitions) {
        long told = current.size() < partitions
                ? 0
                : current.values().stream()
                        .mapToLong(AccountReport::readTo)
                        .min()
                        .orElse(0);
        long passed =
                loads.values().stream().mapToLong(SendLoad::passedMillis).min().orElse(0);
        long millis = Math.max(Math.floorDiv(told, NANOS_PER_MILLI), passed);
        return millis > 0 ? OptionalLong.of(millis) : OptionalLong.empty();
    }

    /**
     * From which event time on a sender has heard of every write that began before a stamp. Steps go out before the time that
     * follows them, so what was handed on when a partition was at some time is there when that time has passed. The time when that
     * was so first counts: later ones may never pass, where a capture has ended in one partition before it did in another.
     *
     * @return in milliseconds since 1970; empty while a write is open that began before it
     */
    synchronized OptionalLong heardAllBelow(long stamp, int partitions) {
        if (accounts.size() < partitions) {
            return OptionalLong.empty();
        }
        Map<Integer, Long> times = heard.computeIfAbsent(stamp, fresh -> new HashMap<>());
        for (AccountReport account : accounts.values()) {
            if (account.floor() >= stamp) {
                times.putIfAbsent(account.partition(), account.time());
            } else if (account.ended() >= stamp) {
                // Nothing but the end lets more pass than what was promised.
                times.putIfAbsent(account.partition(), Math.max(account.time(), stamp));
            } else {
                times.remove(account.partition()); // of before a crash
            }
        }
        return times.size() < partitions
                ? OptionalLong.empty()
                : OptionalLong.of(Math.floorDiv(Collections.max(times.values()), NANOS_PER_MILLI));
    }

    /** Which stamps may be asked for again. A time that was forgotten would come out later, and in a capture that has ended never. */
    synchronized void keepHeard(Supplier<Set<Long>> stamps) {
        if (heard.size() > MOST_STAMPS) {
            heard.keySet().retainAll(stamps.get());
        }
    }

    /** What a read may have seen; all of it 0 before all partitions were heard of. */
    synchronized WritesSoFar writesSoFar(int partitions) {
        if (accounts.size() < partitions) {
            return WritesSoFar.NOTHING;
        }
        long confirmed = Long.MAX_VALUE;
        long newest = 0;
        for (AccountReport account : accounts.values()) {
            confirmed = Math.min(confirmed, account.confirmed());
            newest = Math.max(newest, account.newestWrite());
        }
        return new WritesSoFar(confirmed, newest);
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
        long oldest = Long.MAX_VALUE;
        for (AccountReport account : accounts.values()) {
            exchanges.add(account.exchanges());
            items.add(account.items());
            account.noted().forEach((what, count) -> noted.merge(what, count, Long::sum));
            time = Math.min(time, account.readTo());
            confirmed = Math.min(confirmed, account.confirmed());
            oldest = Math.min(oldest, account.oldest());
        }
        Breakdown breakdown = new Breakdown();
        breakdowns.values().forEach(breakdown::add);
        boolean all = accounts.size() == partitions;
        String waitingFor = "";
        int due = 0;
        long retries = 0;
        for (SendLoad load : loads.values()) {
            waitingFor = waitingFor.isEmpty() ? load.waitingFor() : waitingFor;
            due += load.due();
            retries += load.retries();
        }
        if (isFull) {
            waitingFor = "as much waits as replay.held allows: " + waitingFor;
        }
        String stands = standing.reason(current.values(), System.nanoTime());
        waitingFor = waitingFor.isEmpty() || stands.isEmpty() ? waitingFor + stands : waitingFor + "; " + stands;
        return new Sight(
                exchanges,
                items,
                noted,
                breakdown,
                all ? time : 0,
                all ? confirmed : 0,
                oldest,
                isDeserted(partitions),
                due,
                retries,
                waitingFor,
                failedBackfills,
                bypass);
    }

    /**
     * A job at one moment.
     *
     * @param noted gaps, late and malformed records, and the like
     * @param breakdown by route and index; may be a second older than the rest
     * @param time everything stamped below it was read; 0 when not known
     * @param confirmed every write stamped below it is confirmed; 0 when not known
     * @param oldest the stamp of the oldest exchange that is not settled; the last there can be when there is none
     * @param isDeserted whether all proxies are gone for good that wrote what was read
     * @param due steps whose time has come and that are not settled
     * @param retries of the senders that run now
     * @param waitingFor why nothing goes out, or empty
     * @param failedBackfills indices of the target whose backfill failed, each with the reason
     * @param bypass what was done to the source without the capture; null when nobody looks
     */
    public record Sight(
            Counts exchanges,
            Counts items,
            Map<String, Long> noted,
            Breakdown breakdown,
            long time,
            long confirmed,
            long oldest,
            boolean isDeserted,
            int due,
            long retries,
            String waitingFor,
            Map<String, String> failedBackfills,
            @Nullable BypassSight bypass) {
        public Sight {
            noted = Map.copyOf(noted);
            failedBackfills = Map.copyOf(failedBackfills);
        }

        /**
         * Whether all exchanges that are not settled lie where the capture has promised nothing: behind the last heartbeat of a proxy
         * that did not end as it should. Their time never comes, unless another heartbeat does, or the proxy is forgotten. Where all have
         * ended, that of the end itself does come, and is before theirs only where clocks were far apart.
         */
        public boolean isBeyondPromises() {
            long last = isDeserted ? ExchangeRef.lastMilliAtEnd(time) : ExchangeRef.lastMilliBelow(time);
            return time > 0 && Math.floorDiv(oldest, NANOS_PER_MILLI) > last;
        }
    }
}
