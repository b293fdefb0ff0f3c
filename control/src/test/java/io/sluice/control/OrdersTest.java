package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.state.StateDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrdersTest {

    private static final Duration LIMIT = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    private StateDirectory state;
    private Orders orders;

    @BeforeEach
    void open() throws Exception {
        state = StateDirectory.of(folder.toString(), "books");
        orders = new Orders(state, "replay");
    }

    /** @param second from now */
    private static void complete(Path point, long second) throws Exception {
        Files.createDirectories(point);
        Path metadata = Files.writeString(point.resolve("_metadata"), "");
        Files.setLastModifiedTime(metadata, FileTime.from(Instant.now().plusSeconds(second)));
    }

    @Test
    void anOrderIsFollowedWhenTheJobSaysSo() throws Exception {
        long number = state.control("replay").update(order -> order.put("paused", true));

        assertThat(orders.areFollowed(number, LIMIT)).isFalse();
        state.status("replay").update(status -> status.put("applied", number));
        assertThat(orders.areFollowed(number, LIMIT)).isTrue();
    }

    /** A savepoint of before is not that of the stop: checkpoints came since. */
    @Test
    void aJobThatWasToStopIsSavedWhenASavepointIsTheNewestOfAll() throws Exception {
        complete(state.savepoints("replay").resolve("savepoint-0"), -1);
        state.control("replay").update(order -> order.put("stopping", true));
        assertThat(orders.areToStopAndSaved()).as("one that it went on from").isFalse();

        complete(state.savepoints("replay").resolve("savepoint-1"), 1);
        complete(state.checkpoints("replay").resolve("job/chk-7"), 2);
        assertThat(orders.areToStopAndSaved()).isFalse();

        complete(state.savepoints("replay").resolve("savepoint-2"), 3);
        assertThat(orders.areToStopAndSaved()).isTrue();

        orders.goOn();
        assertThat(orders.areToStopAndSaved()).isFalse();
    }

    /** As when the command that stopped it was killed. */
    @Test
    void whoGivesAnotherOrderDoesNotWantItToRest() throws Exception {
        state.control("replay").update(order -> order.put("stopping", true));

        orders.give(order -> order.put("paused", true));

        assertThat(state.control("replay").read().orElseThrow().path("stopping").asBoolean(true))
                .isFalse();
    }
}
