package io.sluice.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.state.JobFiles;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits until what was written to the source before a moment is at the target as well, as far as a replay is under way: by what it
 * says of itself in the state folder. Where there is none, for a moment, in which what is on its way arrives.
 */
final class ReplayWatch {

    private static final long LOOK_MILLIS = 100;

    /** A replay tells how it is doing several times in a second; one that was silent for so long is gone. */
    private static final Duration SILENT = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** The replay's time is that of the proxies' clocks, which may be ahead of this one by so much. */
    private static final Duration SKEW = Duration.ofSeconds(1);

    private final StateFiles files;
    private final Instant deadline;

    /** @param deadline when waiting is over, whatever is so by then */
    ReplayWatch(StateFiles files, Instant deadline) {
        this.files = files;
        this.deadline = deadline;
    }

    /** Whether everything before the moment was replayed; false when the deadline came first. */
    boolean awaitPast(Instant moment) throws IOException, InterruptedException {
        while (true) {
            Optional<JsonNode> status = files.read(JobFiles.status(JobFiles.REPLAY));
            Instant now = Instant.now();
            if (status.isEmpty() || !isAlive(status.get(), now)) {
                return await(moment.plus(PAUSE));
            }
            if (time(status.get(), "replayed_until").isAfter(moment.plus(SKEW))) {
                return true;
            }
            if (now.isAfter(deadline)) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static boolean await(Instant end) throws InterruptedException {
        long millis = Duration.between(Instant.now(), end).toMillis();
        if (millis > 0) {
            TimeUnit.MILLISECONDS.sleep(millis);
        }
        return true;
    }

    private static boolean isAlive(JsonNode status, Instant now) {
        String state = status.path("state").asText();
        return (state.equals("running") || state.equals("paused"))
                && time(status, "updated").isAfter(now.minus(SILENT));
    }

    private static Instant time(JsonNode status, String field) {
        try {
            return Instant.parse(status.path(field).asText());
        } catch (DateTimeParseException nothingYet) {
            return Instant.EPOCH;
        }
    }
}
