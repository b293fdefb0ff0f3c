package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWatchTest {

    private final Instant now = Instant.now();
    private final Instant moment = now.minusSeconds(5);

    @TempDir
    private Path folder;

    /** It never waits for a replay. */
    private ReplayWatch watch() {
        return new ReplayWatch(new StateFiles(folder.toString()), Duration.ZERO, true);
    }

    private void replay(String state, Instant updated, Instant until) throws IOException {
        replay(state, updated, until, updated);
    }

    private void replay(String state, Instant updated, Instant until, Instant captured) throws IOException {
        new StateFiles(folder.toString())
                .write(
                        "status/replay.json",
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("state", state)
                                .put("updated", updated.toString())
                                .put("captured_until", captured.toString())
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
    void aReplayOfACaptureThatHasEndedIsWaitedForUntilAllOfItIsSettled() throws Exception {
        StateFiles files = new StateFiles(folder.toString());
        replay("running", now, moment.minusSeconds(86_400));
        ObjectNode status = (ObjectNode) files.read("status/replay.json").orElseThrow();

        status.put("capture_ended", true).withObject("/exchanges").put("held", 1);
        files.write("status/replay.json", status.put("due", 0));
        assertThat(watch().awaitPast(moment)).isFalse();
        status.withObject("/exchanges").put("held", 0);
        files.write("status/replay.json", status.put("due", 1));
        assertThat(watch().awaitPast(moment)).isFalse();
        files.write("status/replay.json", status.put("due", 0));
        assertThat(watch().awaitPast(moment)).isTrue();
    }

    @Test
    void whereTheProxiesAreAheadOfTheClockHereSoMustTheReplayBe() throws Exception {
        replay("running", now, moment.plusMillis(4_000), now.plusSeconds(3));
        assertThat(watch().awaitPast(moment)).isFalse();

        replay("running", now, moment.plusMillis(4_001), now.plusSeconds(3));
        assertThat(watch().awaitPast(moment)).isTrue();
    }

    @Test
    void aReplayThatIsPausedHoldsBackWhatItHasNotConfirmed() throws Exception {
        replay("paused", now, moment);

        assertThat(watch().awaitPast(moment)).isFalse();
    }

    @Test
    void aReplayThatIsStartingOrSilentMayWriteAtAnyMoment() throws Exception {
        replay("running", now.minusSeconds(60), moment);
        assertThat(watch().awaitPast(moment)).isFalse();

        new StateFiles(folder.toString())
                .write(
                        "status/replay.json",
                        JsonNodeFactory.instance.objectNode().put("state", "starting"));
        assertThat(watch().awaitPast(moment)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "stopped", "finished"})
    void aReplayThatIsOverIsNotWaitedFor(String state) throws Exception {
        replay(state, now, moment);

        assertThat(watch().awaitPast(moment)).isTrue();
    }

    @Test
    void eachWaitHasItsOwnTime() throws Exception {
        ReplayWatch watch = new ReplayWatch(new StateFiles(folder.toString()), Duration.ofMillis(150), true);
        replay("running", now, moment);
        assertThat(watch.awaitPast(moment)).isFalse();

        long began = System.nanoTime();
        assertThat(watch.awaitPast(moment)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }
}
