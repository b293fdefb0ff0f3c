package io.sluice.config;

import java.time.Duration;

/**
 * How captured traffic is sent to the target.
 *
 * @param parallelism how many subtasks send
 * @param speed captured seconds for each second
 * @param catchUp how many times faster than that it goes while it is behind the present
 * @param delay between the capture of a request and its sending, at the live edge
 * @param copies how many times everything is sent, each copy at the same time as the others; only to test a target
 * @param reads which part of the reads is sent, 0 to 1
 * @param outcomes which exchanges are written down
 * @param askSource the most documents that are asked of the source
 * @param held the most bytes that may wait
 */
public record ReplayConfig(
        int parallelism,
        double speed,
        double catchUp,
        Duration delay,
        Mode mode,
        int copies,
        double reads,
        Outcomes outcomes,
        Rate askSource,
        ByteSize held) {

    /** What a replay is for. */
    public enum Mode {
        /** The target becomes as the source is. */
        MIRROR,
        /** Everything is sent as it was captured, to test the target. */
        LOAD
    }

    /** Which exchanges get a line in the outcome files. */
    public enum Outcomes {
        /** Every one. */
        ALL,
        /** Those that somebody may want to look at. */
        NOTABLE,
        /** None. */
        NONE
    }

    private static final int MOST_COPIES = 1000;
    private static final ByteSize HELD_LEAST = ByteSize.parse("16mb");
    private static final ByteSize HELD_MOST = ByteSize.parse("100tb");

    static ReplayConfig read(Fields in) {
        return new ReplayConfig(
                in.value("parallelism", ValueType.integer(1, MigrationConfig.MAX_PARALLELISM), 4),
                in.value("speed", ValueType.decimal(0.01, 1000), 1.0),
                in.value("catch_up", ValueType.decimal(1, 200), 4.0),
                in.value("delay", ValueType.duration(Duration.ofHours(1)), Duration.ofMillis(500), "500ms"),
                in.value("mode", ValueType.choice(Mode.values(), '-'), Mode.MIRROR, "mirror"),
                in.value("copies", ValueType.integer(1, MOST_COPIES), 1),
                in.value("reads", ValueType.decimal(0, 1), 1.0),
                in.value("outcomes", ValueType.choice(Outcomes.values(), '-'), Outcomes.NOTABLE, "notable"),
                in.section("ask_source", fields -> fields.value("rate", ValueType.RATE, Rate.UNLIMITED)),
                in.value("held", ValueType.size(HELD_LEAST, HELD_MOST), ByteSize.parse("10gb")));
    }
}
