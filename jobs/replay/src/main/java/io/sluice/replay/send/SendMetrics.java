package io.sluice.replay.send;

import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What a sender shows as metrics, in the group {@code sluice.replay}. Reporters read what the task's thread has {@linkplain #show shown}. */
final class SendMetrics {

    /**
     * All numbers at one moment.
     *
     * @param sentBytes of bulks
     */
    record Shown(long sent, long sentReads, long sentBytes, long due, long waiting, long retries) {}

    private volatile Shown shown = new Shown(0, 0, 0, 0, 0, 0);

    SendMetrics(MetricGroup operator) {
        MetricGroup group = operator.addGroup("sluice").addGroup("replay");
        gauge(group, "sent", () -> shown.sent());
        gauge(group, "sent_reads", () -> shown.sentReads());
        gauge(group, "sent_bytes", () -> shown.sentBytes());
        gauge(group, "due", () -> shown.due());
        gauge(group, "waiting", () -> shown.waiting());
        gauge(group, "retries", () -> shown.retries());
    }

    private static void gauge(MetricGroup group, String name, LongSupplier number) {
        Gauge<Long> gauge = number::getAsLong;
        group.gauge(name, gauge);
    }

    void show(Shown now) {
        shown = now;
    }
}
