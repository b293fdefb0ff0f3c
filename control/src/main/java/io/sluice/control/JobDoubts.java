package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.state.JobFiles;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What backfill and replay are not sure of, by their status files: what no line of a failure file or outcome file tells.
 *
 * @param indices of which any document may be missing or wrong, named as on either side
 * @param unnamed how much there is, by rule, that may have changed any document
 */
record JobDoubts(Set<String> indices, SortedMap<String, Long> unnamed) {

    private static final String BACKFILL_NOT_STARTED = "backfill_not_started";

    /**
     * What is counted of a capture of which something was lost or came in another order, and what cannot be told by exchange. What was begun in the
     * middle is none of it: its exchange is judged like any other.
     */
    private static final List<String> UNNAMED = List.of(
            "gaps",
            "malformed",
            "compromised",
            "late",
            "order_uncertain",
            "out_of_order",
            "after_the_end",
            "after_the_last",
            "kept_deletes_failed");

    /** Of {@code not_captured}: indices that differ until somebody, or the replay itself, has mended them. */
    private static final List<String> NOT_CAPTURED = List.of("by_hand", "closing", "unclosed");

    /** @param isToBeCarried whether the migration has a snapshot, which a backfill ought to have carried */
    static JobDoubts of(StateDirectory state, boolean isToBeCarried) throws StateException {
        JobDoubts doubts = new JobDoubts(new TreeSet<>(), new TreeMap<>());
        JsonNode backfill = state.status(JobFiles.BACKFILL).read().orElse(null);
        if (backfill != null) {
            doubts.takeBackfill(backfill);
        } else if (isToBeCarried) {
            doubts.unnamed.put(BACKFILL_NOT_STARTED, 1L);
        }
        doubts.takeReplay(
                state.status(JobFiles.REPLAY).read().map(JsonNode.class::cast).orElse(MissingNode.getInstance()));
        return doubts;
    }

    private void takeBackfill(JsonNode status) {
        Set<String> failed = new TreeSet<>();
        status.path("failed_shards")
                .forEach(shard -> failed.add(shard.path("index").asText()));
        indices.addAll(failed); // one that no line is about, too
        for (JsonNode line : status.path("indices")) {
            String name = line.path("name").asText();
            if (failed.contains(name) || !line.path("complete").asBoolean()) {
                indices.add(name);
                line.path("targets").forEach(target -> indices.add(target.asText()));
                if (line.has("target")) {
                    indices.add(line.path("target").asText());
                }
            }
        }
    }

    private void takeReplay(JsonNode status) {
        status.path("failed_backfills").fieldNames().forEachRemaining(indices::add);
        NOT_CAPTURED.forEach(
                kind -> status.path("not_captured").path(kind).fieldNames().forEachRemaining(indices::add));
        for (String rule : UNNAMED) {
            long count = status.path("exchanges").path(rule).asLong();
            if (count > 0) {
                unnamed.put(rule, count);
            }
        }
    }
}
