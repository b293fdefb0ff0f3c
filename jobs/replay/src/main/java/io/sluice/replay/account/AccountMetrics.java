package io.sluice.replay.account;

import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a subtask's account shows as metrics, in the group {@code sluice.replay}. Reporters read what the task's thread has
 * {@linkplain #show shown}.
 */
final class AccountMetrics {

    private static final double MILLIS_PER_SECOND = 1_000;

    /** All numbers at one moment. Nobody changes it. */
    private record Shown(Counts exchanges, Tally results, double lagSeconds) {}

    private volatile Shown shown = new Shown(new Counts(), new Tally(), 0);

    AccountMetrics(MetricGroup operator) {
        MetricGroup group = operator.addGroup("sluice").addGroup("replay");
        for (Verdict verdict : Verdict.values()) {
            Gauge<Long> settled = () -> shown.exchanges().settled(verdict);
            group.gauge(verdict.name().toLowerCase(Locale.ROOT), settled);
        }
        for (Result result : Result.values()) {
            if (result.isComparison()) {
                Gauge<Long> compared = () -> shown.results().of(result);
                group.gauge("compared_" + result.word(), compared);
            }
        }
        Gauge<Long> held = () -> shown.exchanges().held();
        group.gauge("held", held);
        Gauge<Double> lag = () -> shown.lagSeconds();
        group.gauge("lag_seconds", lag);
    }

    /** The lag is that of the partition that is furthest behind; 0 while none is known. */
    void show(Collection<PartitionAccount> accounts, long nowMillis) {
        Counts exchanges = new Counts();
        Tally results = new Tally();
        long confirmed = Long.MAX_VALUE;
        for (PartitionAccount account : accounts) {
            account.addTo(exchanges, results);
            confirmed = account.confirmed() > 0 ? Math.min(confirmed, account.confirmed()) : confirmed;
        }
        double lag = confirmed == Long.MAX_VALUE
                ? 0
                : (nowMillis - TimeUnit.NANOSECONDS.toMillis(confirmed)) / MILLIS_PER_SECOND;
        shown = new Shown(exchanges, results, lag);
    }
}
