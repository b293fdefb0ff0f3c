package io.sluice.replay.conduct;

import io.sluice.replay.account.AccountReport;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees that time stands in a partition though all of it was read, and says who has to do what. By the clock of who looks: those of proxies
 * may be far behind. Thread-safe.
 */
public final class CaptureStanding {

    /** Proxies promise something many times a second. */
    static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long NANOS_PER_MILLI = 1_000_000;

    private record Since(long time, long nanos) {}

    private final Map<Integer, Since> times = new HashMap<>();
    private Map<Integer, Long> ends = Map.of();
    private @Nullable String failure;
    private long failedNanos;

    /** A partition is at a time. */
    synchronized void heard(AccountReport report, long nanos) {
        Since known = times.get(report.partition());
        if (known == null || known.time() != report.time()) {
            times.put(report.partition(), new Since(report.time(), nanos));
        }
    }

    synchronized void forget() {
        times.clear();
    }

    /**
     * Whether time has stood somewhere for so long that Kafka is to be asked why.
     *
     * @param nanos now, by {@link System#nanoTime}, here and everywhere
     */
    public synchronized boolean isToBeAsked(long nanos) {
        return times.values().stream().anyMatch(since -> nanos - since.nanos() >= SILENT_NANOS);
    }

    /**
     * Kafka has answered.
     *
     * @param found by partition, behind the last record
     */
    public synchronized void asked(Map<Integer, Long> found) {
        ends = Map.copyOf(found);
        failure = null;
    }

    /** It has not. */
    public synchronized void failed(String reason, long nanos) {
        failedNanos = failure == null ? nanos : failedNanos;
        failure = reason;
    }

    /** Why time stands; empty when it does not, or there is more to be read. */
    synchronized String reason(Collection<AccountReport> accounts, long nanos) {
        if (!isToBeAsked(nanos)) {
            return "";
        }
        if (failure != null) {
            return "Kafka does not answer, for %d s now (%s); nothing more is read before it does"
                    .formatted(TimeUnit.NANOSECONDS.toSeconds(nanos - failedNanos), failure);
        }
        TreeSet<UUID> silent = new TreeSet<>();
        long promised = Long.MAX_VALUE;
        for (AccountReport account : accounts) {
            Since since = times.get(account.partition());
            Long end = ends.get(account.partition());
            boolean stands = since != null && nanos - since.nanos() >= SILENT_NANOS;
            if (stands
                    && end != null
                    && account.reached() >= end
                    && !account.waitsFor().isEmpty()) {
                silent.addAll(account.waitsFor());
                promised = Math.min(promised, account.time());
            }
        }
        return silent.isEmpty() ? "" : silent(silent, promised);
    }

    private static String silent(SortedSet<UUID> proxies, long promised) {
        String first = proxies.first().toString();
        String others = proxies.size() == 1 ? "" : " and %d more".formatted(proxies.size() - 1);
        String since = promised == 0 ? "" : " since " + Instant.ofEpochMilli(promised / NANOS_PER_MILLI);
        return "proxy %s%s is silent%s, and nothing of later is replayed before it is heard: start it again, or sluice capture forget %s (sluice capture status has them all)"
                .formatted(first, others, since, first);
    }
}
