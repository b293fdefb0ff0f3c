package io.sluice.replay.conduct;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.replay.Rewriting;
import io.sluice.replay.bypass.Carried;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which indices of the snapshot are not completely carried yet, by the files in the migration's state: the snapshot's record, and
 * what the backfill wrote of each index that is complete. Without a record nothing is to be carried; what the snapshot does not
 * hold is complete.
 *
 * <p>Belongs to one thread, which it keeps waiting.
 */
final class BackfillLook {

    private static final String RECORD = "snapshot.json";

    private final StateFiles files;
    private final Rewriting.Maker rewriting;
    private final Set<String> complete = new HashSet<>();
    private volatile Carried carried = Carried.NOTHING;

    BackfillLook(StateFiles files, Rewriting.Maker rewriting) {
        this.files = files;
        this.rewriting = rewriting;
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
        Set<String> open = new HashSet<>();
        for (HeldIndex index : record.indices()) {
            String target = rewriting.targetName(index.name());
            if (target != null && !isComplete(index)) {
                open.add(target);
            }
        }
        return new OpenBackfills(false, open);
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
        return new Carried(!record.marks().isEmpty(), numbers);
    }

    private boolean isComplete(HeldIndex index) throws IOException {
        if (!complete.contains(index.uuid())
                && files.read("complete/" + index.uuid() + ".json").isPresent()) {
            complete.add(index.uuid());
        }
        return complete.contains(index.uuid());
    }
}
