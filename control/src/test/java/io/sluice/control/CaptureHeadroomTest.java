package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.topic.BrokerDisk;
import io.sluice.capture.topic.TopicShape;
import io.sluice.capture.topic.TopicSurvey;
import io.sluice.config.Rate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CaptureHeadroomTest {

    private static final long GB = 1L << 30;
    private static final Optional<BackfillForecast> TEN_HOURS =
            Optional.of(new BackfillForecast(Duration.ofHours(10), "a guess"));

    private static TopicShape shape(int copies, Duration retention) {
        return new TopicShape(16, copies, Map.of("retention.ms", String.valueOf(retention.toMillis())));
    }

    private static List<BrokerDisk> disks(long... usable) {
        return java.util.stream.LongStream.of(usable)
                .mapToObj(bytes -> new BrokerDisk(1, bytes, 100 * GB, 0))
                .toList();
    }

    @Test
    void warnsWhenRecordsAreGoneBeforeReplayHasReadThem() {
        CaptureHeadroom headroom = CaptureHeadroom.of(shape(3, Duration.ofHours(19)), List.of(), null, TEN_HOURS);

        assertThat(headroom.warnings())
                .singleElement()
                .asString()
                .startsWith("Kafka keeps a record for 19h 0m, but the backfill takes about 10h 0m (a guess)")
                .endsWith("Set capture.retention to at least 21h, in the topic too.");
    }

    @Test
    void isContentWithTwiceTheBackfillOrWithoutKnowingIt() {
        assertThat(CaptureHeadroom.of(shape(3, Duration.ofHours(20)), List.of(), null, TEN_HOURS)
                        .warnings())
                .isEmpty();
        assertThat(CaptureHeadroom.of(shape(3, Duration.ofMillis(-1)), List.of(), null, TEN_HOURS)
                        .warnings())
                .isEmpty();
        assertThat(CaptureHeadroom.of(shape(3, Duration.ofMinutes(1)), List.of(), null, Optional.empty())
                        .warnings())
                .isEmpty();
    }

    @Test
    void reckonsWithAllCopiesAndTheFullestBroker() {
        // Three brokers, three copies: every broker has everything, and the third has 12 GB.
        CaptureHeadroom headroom = CaptureHeadroom.of(
                shape(3, Duration.ofDays(1)), disks(90 * GB, 90 * GB, 12 * GB), GB / 3600, TEN_HOURS);

        assertThat(headroom.room()).isEqualTo(12 * GB);
        assertThat(headroom.warnings())
                .containsExactly(
                        "the brokers' disks hold 12.0gb of capture, which at 291.3kb/s is full after 12h 0m: they shall keep 24h 0m. Give them room, or keep less.");
        assertThat(CaptureHeadroom.of(shape(1, Duration.ofDays(1)), disks(90 * GB, 12 * GB), null, TEN_HOURS)
                        .room())
                .isEqualTo(24 * GB);
    }

    @Test
    void saysWhatTheDisksCanTake() {
        assertThat(CaptureHeadroom.of(shape(1, Duration.ofDays(1)), disks(24 * GB), null, Optional.empty())
                        .line())
                .isEqualTo("room for 24.0gb of capture on the brokers' disks: up to 291.3kb/s for 24h 0m");
        assertThat(CaptureHeadroom.of(shape(1, Duration.ofDays(1)), disks(-1), null, Optional.empty())
                        .line())
                .isEmpty();
    }

    @Test
    void measuresTheTrafficOfATopicThatHasSome() {
        Instant first = Instant.parse("2026-11-29T10:00:00Z");
        TopicSurvey survey =
                new TopicSurvey(10, first, first.plusSeconds(100), null, List.of(), List.of(), List.of(), null);
        List<BrokerDisk> disks = List.of(new BrokerDisk(1, GB, 2 * GB, 3_000), new BrokerDisk(2, GB, 2 * GB, 3_000));

        assertThat(CaptureHeadroom.measured(shape(2, Duration.ofDays(1)), disks, survey)
                        .traffic())
                .isEqualTo(30);
    }

    @Test
    void forecastsTheBackfillByItsRate() {
        BackfillForecast limited = BackfillForecast.of(100 * GB, new Rate.Bytes(GB / 100), 4);
        BackfillForecast unlimited = BackfillForecast.of(20 * GB, Rate.UNLIMITED, 4);

        assertThat(limited.duration()).isBetween(Duration.ofSeconds(10_000), Duration.ofSeconds(10_002));
        assertThat(limited.basis()).isEqualTo("100.0gb of snapshot at the configured 10.2mb/s");
        assertThat(unlimited.duration()).isEqualTo(Duration.ofSeconds(1025));
        assertThat(unlimited.basis()).isEqualTo("20.0gb of snapshot at a careful 20.0mb/s");
    }
}
