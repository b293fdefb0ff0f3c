package io.sluice.replay.conduct;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.replay.Rewriting;
import io.sluice.replay.bypass.Carried;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.state.JobFiles;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which indices of the snapshot are not completely carried yet, by the files in the migration's state: the snapshot's record, what
 * the backfill says of itself, and what it wrote of each index that is complete. Without a record nothing is to be carried; what the
 * snapshot does not hold is complete, and so is what the source has deleted, when no backfill is at it.
 *
 * <p>Belongs to one thread, which it keeps waiting.
 */
final class BackfillLook {

    private static final String RECORD = "snapshot.json";
    /** Of what a backfill says; each sender is told. */
    private static final int LONGEST_REASON = 300;

    private static final String BACKFILL = JobFiles.status(JobFiles.BACKFILL);

    private final StateFiles files;
    private final Rewriting.Maker rewriting;
    private final Set<String> complete = new HashSet<>();
    /** Of which snapshot that is known. */
    private String completeOf = "";

    private Map<String, HeldIndex> open = Map.of();
    private volatile Carried carried = Carried.NOTHING;

    BackfillLook(StateFiles files, Rewriting.Maker rewriting) {
        this.files = files;
        this.rewriting = rewriting;
    }

    /** What a backfill says of itself. Read before what it says is complete: that it is over is its last word. */
    private record Told(String state, JsonNode status) {
        boolean isOver() {
            return state.equals("finished") || state.equals("failed");
        }

        /** Whether it may write to an index from now on. */
        boolean carries(String index) {
            return !isOver() && (!status.has("indices") || !lineOf(index).isMissingNode());
        }

        /** Whether it says that it writes to an index. */
        boolean isAtWorkOn(String index) {
            return !isOver() && !state.isEmpty() && carries(index);
        }

        private JsonNode lineOf(String index) {
            for (JsonNode line : status.path("indices")) {
                if (line.path("name").asText().equals(index)) {
                    return line;
                }
            }
            return JsonNodeFactory.instance.missingNode();
        }

        /** Why an index is not carried by a backfill that is over. */
        String reason(String index) {
            String reason = state.equals("failed")
                    ? status.path("reason").asText("it does not say why")
                    : lineOf(index).path("problem").asText("it ended without this index");
            return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason;
        }
    }

    /** Fails when a file cannot be read; then nothing new is known. */
    OpenBackfills look() throws IOException {
        Optional<JsonNode> json = files.read(RECORD);
        if (json.isEmpty()) {
            carried = Carried.NOTHING;
            return OpenBackfills.NONE;
        }
        SnapshotRecord record = SnapshotRecord.of(json.get());
        if (record.stage() != SnapshotRecord.Stage.TAKEN) {
            return OpenBackfills.UNKNOWN;
        }
        carried = carried(record);
        if (!record.uuid().equals(completeOf)) {
            completeOf = record.uuid();
            complete.clear();
        }
        JsonNode status = files.read(BACKFILL).orElseGet(JsonNodeFactory.instance::objectNode);
        Told told = new Told(status.path("state").asText(""), status);
        Map<String, HeldIndex> found = new HashMap<>();
        Map<String, String> failed = new HashMap<>();
        for (HeldIndex index : record.indices()) {
            Set<String> targets = rewriting.targetNames(index.name());
            if (!targets.isEmpty() && !isComplete(index, record, told) && !isGone(index, told)) {
                targets.forEach(target -> found.put(target, index));
                if (told.isOver()) {
                    targets.forEach(target -> failed.put(target, told.reason(index.name())));
                }
            }
        }
        open = found;
        return found.isEmpty() ? OpenBackfills.NONE : new OpenBackfills(false, found.keySet(), failed, told.state());
    }

    /** What the source calls an index that was {@linkplain #look found} open. */
    Optional<HeldIndex> held(String target) {
        return Optional.ofNullable(open.get(target));
    }

    /** What the snapshot holds, as it was when it was looked at last. May be called from any thread. */
    Carried carried() {
        return carried;
    }

    private static Carried carried(SnapshotRecord record) {
        Map<String, Map<Integer, Long>> numbers = new HashMap<>();
        for (HeldIndex index : record.indices()) {
            Map<Integer, Long> known = new HashMap<>(record.numbers().getOrDefault(index.uuid(), Map.of()));
            known.keySet().retainAll(index.shards());
            numbers.put(index.uuid(), known);
        }
        return new Carried(record.uuid(), !record.marks().isEmpty(), numbers);
    }

    /**
     * Whether all arrived that the snapshot has of an index. What was complete is so until a backfill is at it again, which may have made it
     * anew; and what came of an earlier snapshot says nothing.
     */
    private boolean isComplete(HeldIndex index, SnapshotRecord record, Told told) throws IOException {
        if (told.isAtWorkOn(index.name())) {
            complete.remove(index.uuid());
        }
        if (!complete.contains(index.uuid())) {
            Optional<JsonNode> completion = files.read("complete/" + index.uuid() + ".json");
            String snapshot = completion
                    .map(known -> known.at("/snapshot/uuid").asText(""))
                    .orElse("");
            if (completion.isPresent()
                    && (snapshot.isEmpty() || snapshot.equals(record.uuid()) || snapshot.equals(record.name()))) {
                complete.add(index.uuid());
            }
        }
        return complete.contains(index.uuid());
    }

    private boolean isGone(HeldIndex index, Told told) throws IOException {
        return !told.carries(index.name())
                && files.read(JobFiles.gone(index.uuid())).isPresent();
    }
}
