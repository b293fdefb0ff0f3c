package io.sluice.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.topic.BrokerDisk;
import io.sluice.capture.topic.TopicShape;
import io.sluice.capture.topic.TopicSurvey;
import io.sluice.control.console.Numbers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether Kafka keeps the capture until replay has read it. Nothing is guessed: what is not known is not warned of.
 *
 * @param retention how long the topic keeps a record; null: for ever
 * @param backfill how long the backfill takes, when that is known
 * @param traffic bytes per second that are captured; null: not known
 * @param room bytes of capture that the brokers' disks can take, all copies reckoned with, what is there included; null: not known
 */
record CaptureHeadroom(
        @Nullable Duration retention,
        Optional<BackfillForecast> backfill,
        @Nullable Long traffic,
        @Nullable Long room) {

    /** Replay begins when the backfill is done, and must go over all of it once more. */
    private static final int TIMES_BACKFILL = 2;

    /** Shorter ones tell nothing of what is usual. */
    private static final Duration LEAST_MEASURED = Duration.ofSeconds(60);

    static CaptureHeadroom of(
            TopicShape shape, List<BrokerDisk> disks, @Nullable Long traffic, Optional<BackfillForecast> backfill) {
        String millis = shape.setting("retention.ms");
        Duration retention = millis.isEmpty() || millis.equals("-1") ? null : Duration.ofMillis(Long.parseLong(millis));
        return new CaptureHeadroom(retention, backfill, traffic, room(shape.copies(), disks));
    }

    /** With the traffic that the topic itself shows. */
    static CaptureHeadroom measured(TopicShape shape, List<BrokerDisk> disks, TopicSurvey survey) {
        Instant first = survey.first();
        Instant last = survey.last();
        Long traffic = null;
        if (first != null && last != null && !disks.isEmpty()) {
            Duration time = Duration.between(first, last);
            long bytes = disks.stream().mapToLong(BrokerDisk::topic).sum() / Math.max(1, shape.copies());
            traffic = time.compareTo(LEAST_MEASURED) < 0 ? null : bytes / time.toSeconds();
        }
        return of(shape, disks, traffic, Optional.empty());
    }

    /** The broker with the least room bounds all: partitions are spread evenly. */
    private static @Nullable Long room(int copies, List<BrokerDisk> disks) {
        if (disks.isEmpty() || disks.stream().anyMatch(disk -> disk.usable() < 0)) {
            return null;
        }
        long least = disks.stream()
                .mapToLong(disk -> disk.usable() + disk.topic())
                .min()
                .orElse(0);
        return least / Math.max(1, copies) * disks.size();
    }

    private Optional<Duration> needed() {
        return backfill.map(forecast -> forecast.duration().multipliedBy(TIMES_BACKFILL));
    }

    /** What will not do, and what to do about it. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        needed().ifPresent(needed -> {
            if (retention != null && retention.compareTo(needed) < 0) {
                warnings.add(
                        "Kafka keeps a record for %s, but the backfill takes about %s (%s), and replay then needs as long again. Set capture.retention to at least %s, in the topic too."
                                .formatted(
                                        Numbers.duration(retention),
                                        Numbers.duration(needed.dividedBy(TIMES_BACKFILL)),
                                        backfill.map(BackfillForecast::basis).orElse(""),
                                        hours(needed)));
            }
        });
        if (traffic != null && traffic > 0 && room != null) {
            Duration until = Duration.ofSeconds(room / traffic);
            Duration wanted = retention == null ? needed().orElse(Duration.ZERO) : retention;
            if (until.compareTo(wanted) < 0) {
                warnings.add(
                        "the brokers' disks hold %s of capture, which at %s/s is full after %s: they shall keep %s. Give them room, or keep less."
                                .formatted(
                                        Numbers.bytes(room),
                                        Numbers.bytes(traffic),
                                        Numbers.duration(until),
                                        Numbers.duration(wanted)));
            }
        }
        return warnings;
    }

    /** What is known, in one line for people; empty when nothing is. */
    String line() {
        if (room == null) {
            return "";
        }
        String disks = "room for " + Numbers.bytes(room) + " of capture on the brokers' disks";
        if (retention == null) {
            return disks;
        }
        return disks + ": up to " + Numbers.bytes(room / Math.max(1, retention.toSeconds())) + "/s for "
                + Numbers.duration(retention);
    }

    private static String hours(Duration duration) {
        return duration.toHours() + 1 + "h";
    }

    void describe(ObjectNode document) {
        ObjectNode headroom = document.putObject("headroom");
        put(headroom, "retention_seconds", retention == null ? null : retention.toSeconds());
        put(
                headroom,
                "backfill_seconds",
                backfill.map(forecast -> forecast.duration().toSeconds()).orElse(null));
        put(headroom, "bytes_per_second", traffic);
        put(headroom, "room_bytes", room);
        warnings().forEach(document.withArray("warnings")::add);
    }

    private static void put(ObjectNode to, String name, @Nullable Long value) {
        if (value == null) {
            to.putNull(name);
        } else {
            to.put(name, value);
        }
    }
}
