package io.sluice.replay.clock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.Rewriting;
import io.sluice.replay.account.Breakdown;
import io.sluice.replay.account.Counts;
import io.sluice.replay.bypass.BypassSight;
import io.sluice.replay.conduct.Conductor.Sight;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusReportTest {

    private static final long MILLI = 1_000_000;
    private static final long TIME = 5_000 * MILLI + 5;
    private static final URI NOWHERE = URI.create("file:///nowhere");

    private final ReplaySpec replay = ReplaySpecs.of(NOWHERE, NOWHERE);
    private final ReplaySpec load = ReplaySpecs.of(NOWHERE, NOWHERE, NOWHERE, Rewriting.load(1));

    /** A load test with one exchange that is not settled. */
    private JsonNode status(long time, long oldest, int due, boolean isReadToEnd) {
        return status(time, oldest, false, due, isReadToEnd);
    }

    private JsonNode status(long time, long oldest, boolean isDeserted, int due, boolean isReadToEnd) {
        Sight sight = sight(1, time, oldest, isDeserted, due, null);
        return new StatusReport().of(sight, Tempo.of(1), 0, 10_000, new Reading(isReadToEnd, false), load);
    }

    private static Sight sight(
            int held, long time, long oldest, boolean isDeserted, int due, @Nullable BypassSight bypass) {
        Counts exchanges = new Counts();
        exchanges.captured(held);
        return new Sight(
                exchanges,
                new Counts(),
                Map.of(),
                new Breakdown(),
                time,
                time,
                oldest,
                isDeserted,
                due,
                0,
                "",
                Map.of("films", "no disk"),
                bypass);
    }

    /** A replay of what was captured up to five seconds before. */
    private boolean isCaughtUp(int held, int due, boolean hasEnded, @Nullable BypassSight bypass) {
        Sight sight = sight(held, TIME, Long.MAX_VALUE, hasEnded, due, bypass);
        JsonNode status = new StatusReport().of(sight, Tempo.of(1), 0, 10_000, new Reading(false, hasEnded), replay);
        assertThat(status.path("capture_ended").asBoolean()).isEqualTo(hasEnded);
        assertThat(status.at("/failed_backfills/films").asText()).isEqualTo("no disk");
        return status.path("caught_up").asBoolean();
    }

    @Test
    void aCaptureThatHasEndedIsCaughtUpWithHoweverLongAgoThatWasWhenAllIsSettledAndNothingWasDoneWithoutIt() {
        BypassSight compared = new BypassSight(
                10_000,
                0,
                0,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                "");

        assertThat(isCaughtUp(0, 0, false, null)).as("more may come").isFalse();
        assertThat(isCaughtUp(0, 0, true, null)).isTrue();
        assertThat(isCaughtUp(1, 0, true, null)).as("one is held").isFalse();
        assertThat(isCaughtUp(0, 1, true, null)).as("one is due").isFalse();
        assertThat(isCaughtUp(0, 0, true, BypassSight.NOTHING))
                .as("the source was not looked at")
                .isFalse();
        assertThat(isCaughtUp(0, 0, true, compared)).isTrue();
        assertThat(isCaughtUp(0, 0, false, compared)).isFalse();
    }

    @Test
    void everyCountIsThereAlsoWhenNothingIsCounted() {
        assertThat(status(TIME, TIME, 0, true).path("exchanges").properties())
                .filteredOn(count -> count.getValue().isNumber())
                .extracting(Map.Entry::getKey)
                .contains(
                        "gaps",
                        "late",
                        "order_uncertain",
                        "malformed",
                        "compromised",
                        "started_in_the_middle",
                        "out_of_order",
                        "after_the_end",
                        "after_the_last",
                        "kept_deletes_failed",
                        "kept_deletes_done_again",
                        "compared_equal");
    }

    @Test
    void aLoadTestDoesNotWaitForWhatTheCaptureNeverPromisedAndNamesIt() {
        JsonNode status = status(TIME, TIME + 1, 0, true);

        assertThat(status.path("done").asBoolean()).isTrue();
        assertThat(status.path("waiting_for").asText())
                .isEqualTo("1 exchanges are not sent: the capture has no heartbeat behind them");
        assertThat(status(TIME, TIME - 3, 0, true).path("done").asBoolean())
                .as("in the millisecond of the promise")
                .isTrue();
        assertThat(status(TIME, TIME + 20 * MILLI, true, 0, true).path("done").asBoolean())
                .as("that comes where all proxies have ended")
                .isFalse();
    }

    @Test
    void aReplayNamesWhatLiesBehindTheEndOfItsCaptureAndNeverCallsThatCaughtUp() {
        Sight sight = sight(1, TIME, TIME + 21 * MILLI, true, 0, null);
        JsonNode ended = new StatusReport().of(sight, Tempo.of(1), 0, 10_000, new Reading(false, true), replay);
        JsonNode goesOn = new StatusReport().of(sight, Tempo.of(1), 0, 10_000, new Reading(false, false), replay);

        assertThat(ended.path("waiting_for").asText())
                .isEqualTo("1 exchanges are not sent: the capture has no heartbeat behind them");
        assertThat(ended.path("caught_up").asBoolean()).isFalse();
        assertThat(goesOn.path("waiting_for").asText()).isEmpty();
    }

    @Test
    void aLoadTestIsNotDoneBeforeWhatIsPromisedIsSettled() {
        assertThat(status(TIME, TIME - MILLI - 1, 0, true).path("done").asBoolean())
                .isFalse();
        assertThat(status(TIME, TIME + 1, 1, true).path("done").asBoolean()).isFalse();
        assertThat(status(TIME, TIME + 1, 0, false).path("done").asBoolean()).isFalse();
        assertThat(status(0, TIME, 0, true).path("done").asBoolean())
                .as("no time is known")
                .isFalse();
    }
}
