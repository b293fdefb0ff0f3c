package io.sluice.control;

import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.TopicStart;
import io.sluice.control.console.Output;
import io.sluice.replay.assemble.SavedPositions;
import io.sluice.replay.mark.SnapshotRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Where in the topic a replay begins or goes on, by partition. Nothing that it needs may be gone: that is refused before a job starts.
 *
 * @param marked the snapshot whose marks say from when on the capture is needed; empty: all that there is of it
 */
record ReplayPositions(KafkaAccess access, int partitions, Optional<SnapshotRecord> marked) {

    /** Of a replay that begins. */
    Map<Integer, Long> atBegin(Output output) throws IOException, CommandException {
        Optional<Instant> from = neededFrom();
        if (from.isPresent()) {
            if (TopicStart.oldest(access).isEmpty()) {
                throw CommandException.failed(
                        "Topic %s has no records, but had those of the marks of the snapshot: they are past retention, or the topic was made anew. Take a new snapshot, and raise capture.retention before."
                                .formatted(access.topic()),
                        null);
            }
            return TopicStart.since(access, from.get());
        }
        Map<Integer, Long> beginnings = TopicStart.beginnings(access);
        if (beginnings.values().stream().anyMatch(offset -> offset > 0)) {
            output.warning(
                    "topic %s does not have its first records any more (the oldest is of %s): what was captured before is not replayed"
                            .formatted(
                                    access.topic(),
                                    TopicStart.oldest(access)
                                            .map(Instant::toString)
                                            .orElse("no time")));
        }
        return beginnings;
    }

    /** Of a replay that goes on from a checkpoint or savepoint. What lies before that it does not need, whatever the marks say. */
    Map<Integer, Long> goingOn(Path restorePoint, Output output) throws IOException, CommandException {
        Map<Integer, Long> saved = SavedPositions.of(restorePoint);
        TopicStart.refuseGone(access, saved);
        if (saved.size() == partitions) {
            return saved;
        }
        Map<Integer, Long> offsets = new HashMap<>(atBegin(output)); // it was stopped before it had begun to read all
        offsets.putAll(saved);
        return offsets;
    }

    /** From when on the capture is replayed. If it is empty, what comes is younger than any time. */
    Instant begin() throws IOException {
        Optional<Instant> from = neededFrom();
        return from.isPresent() ? from.get() : TopicStart.oldest(access).orElse(Instant.MAX);
    }

    private Optional<Instant> neededFrom() {
        OptionalLong from = marked.map(SnapshotRecord::readFrom).orElse(OptionalLong.empty());
        return from.isEmpty()
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(from.getAsLong())));
    }
}
