package io.sluice.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.state.JobFiles;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Waits until what was written to the source before a moment is at the target as well, as far as a replay is under way: by what it
 * says of itself in the state folder. Where there is none, for a moment, in which what is on its way arrives.
 *
 * <p>There is one unless it says that it is over. One that is starting, or silent as while it starts anew after a failure, may write at
 * any moment.
 */
final class ReplayWatch {

    private static final long LOOK_MILLIS = 100;

    private static final Set<String> OVER = Set.of("finished", "stopped", "failed");

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** The replay's time is that of the proxies' clocks, which may be ahead of this one by so much more than is seen. */
    private static final Duration SKEW = Duration.ofSeconds(1);

    private final StateFiles files;
    private final Duration longest;
    private final boolean counts;

    /**
     * A watch.
     *
     * @param longest that is waited at a time, whatever is so by then
     * @param counts whether the replay brings what the target is to have; else it is not waited for
     */
    ReplayWatch(StateFiles files, Duration longest, boolean counts) {
        this.files = files;
        this.longest = longest;
        this.counts = counts;
    }

    /** Whether everything before the moment was replayed; false when that took too long. */
    boolean awaitPast(Instant moment) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(longest);
        while (true) {
            Optional<JsonNode> status = files.read(JobFiles.status(JobFiles.REPLAY));
            if (!counts || status.isEmpty() || isOver(status.get())) {
                return await(moment.plus(PAUSE));
            }
            if (time(status.get(), "replayed_until").isAfter(moment.plus(ahead(status.get())))) {
                return true;
            }
            if (!Instant.now().isBefore(deadline)) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** Also of one that has done everything of a capture that has ended: its time stands still. */
    private static boolean isOver(JsonNode status) {
        return OVER.contains(status.path("state").asText())
                || (status.path("capture_ended").asBoolean()
                        && status.at("/exchanges/held").asLong() == 0
                        && status.path("due").asLong() == 0);
    }

    /** How far the proxies' clocks may be ahead: what they have captured is not later than now, by theirs. */
    private static Duration ahead(JsonNode status) {
        Duration seen = Duration.between(time(status, "updated"), time(status, "captured_until"));
        return seen.isNegative() ? SKEW : seen.plus(SKEW);
    }

    private static boolean await(Instant end) throws InterruptedException {
        long millis = Duration.between(Instant.now(), end).toMillis();
        if (millis > 0) {
            TimeUnit.MILLISECONDS.sleep(millis);
        }
        return true;
    }

    private static Instant time(JsonNode status, String field) {
        try {
            return Instant.parse(status.path(field).asText());
        } catch (DateTimeParseException nothingYet) {
            return Instant.EPOCH;
        }
    }
}
