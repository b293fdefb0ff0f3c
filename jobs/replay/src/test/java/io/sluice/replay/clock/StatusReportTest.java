package io.sluice.replay.clock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.Rewriting;
import io.sluice.replay.account.Breakdown;
import io.sluice.replay.account.Counts;
import io.sluice.replay.conduct.Conductor.Sight;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusReportTest {

    private static final long MILLI = 1_000_000;
    private static final long TIME = 5_000 * MILLI + 5;
    private static final URI NOWHERE = URI.create("file:///nowhere");

    private final ReplaySpec load = ReplaySpecs.of(NOWHERE, NOWHERE, NOWHERE, Rewriting.load(1));

    /** A load test with one exchange that is not settled. */
    private JsonNode status(long time, long oldest, int due, boolean isReadToEnd) {
        Counts exchanges = new Counts();
        exchanges.captured(1);
        Sight sight = new Sight(exchanges, new Counts(), Map.of(), new Breakdown(), time, time, oldest, due, 0, "", null);
        return new StatusReport().of(sight, Tempo.of(1), 0, 10_000, isReadToEnd, load);
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
