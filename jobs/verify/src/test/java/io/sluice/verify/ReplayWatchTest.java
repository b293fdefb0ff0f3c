package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayWatchTest {

    private final Instant now = Instant.now();
    private final Instant moment = now.minusSeconds(5);

    @TempDir
    private Path folder;

    /** Its deadline is over, so that it never waits for a replay. */
    private ReplayWatch watch() {
        return new ReplayWatch(new StateFiles(folder.toString()), now.minus(Duration.ofSeconds(1)));
    }

    private void replay(String state, Instant updated, Instant until) throws IOException {
        new StateFiles(folder.toString())
                .write(
                        "status/replay.json",
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("state", state)
                                .put("updated", updated.toString())
                                .put("replayed_until", until.toString()));
    }

    @Test
    void whereNoReplayIsEverythingThatIsOldHasArrived() throws Exception {
        assertThat(watch().awaitPast(moment)).isTrue();
    }

    @Test
    void aReplayThatIsPastTheMomentHasConfirmedIt() throws Exception {
        replay("running", now, moment.plusMillis(1_001));

        assertThat(watch().awaitPast(moment)).isTrue();
    }

    @Test
    void aReplayThatIsBehindHasNotNorOneThatMayBeByItsClock() throws Exception {
        replay("running", now, moment.plusMillis(1_000));

        assertThat(watch().awaitPast(moment)).isFalse();
    }

    @Test
    void aReplayThatIsPausedHoldsBackWhatItHasNotConfirmed() throws Exception {
        replay("paused", now, moment);

        assertThat(watch().awaitPast(moment)).isFalse();
    }

    @Test
    void aReplayThatIsGoneIsNotWaitedFor() throws Exception {
        replay("running", now.minusSeconds(60), moment);
        assertThat(watch().awaitPast(moment)).isTrue();

        replay("failed", now, moment);
        assertThat(watch().awaitPast(moment)).isTrue();
    }
}
