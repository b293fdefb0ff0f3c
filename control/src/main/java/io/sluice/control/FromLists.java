package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.state.JobFiles;
import io.sluice.verify.Listed;
import java.io.IOException;
import java.util.Set;
import java.util.SortedMap;

/**
 * What {@code verify --from-lists} goes by, and what it cannot compare of it.
 *
 * @param listed documents and indices that can be compared
 * @param requests how many do not name all indices of which they may have changed something
 * @param unlisted how many the replay counts as failed or unknown beyond those that its outcome files tell of
 * @param rules how much there is besides that names neither a document nor an index, by rule
 */
record FromLists(Listed listed, long requests, long unlisted, SortedMap<String, Long> rules) {

    private static final String REQUESTS = "requests_without_index";
    private static final String UNLISTED = "requests_not_listed";
    private static final String RULES = "lists_not_compared";

    /** @param isToBeCarried whether the migration has a snapshot, which a backfill ought to have carried */
    static FromLists read(StateDirectory state, boolean isToBeCarried) throws IOException, StateException {
        ListedDocuments lists = ListedDocuments.read(state);
        JobDoubts doubts = JobDoubts.of(state, isToBeCarried);
        doubts.indices().forEach(lists::addWhole);
        return new FromLists(lists.listed(), lists.unnamed(), unlisted(state, lists), doubts.unnamed());
    }

    /** Files of the last minute are not finished, and {@code replay.outcomes} may keep them from being written. */
    private static long unlisted(StateDirectory state, ListedDocuments lists) throws StateException {
        JsonNode exchanges = state.status(JobFiles.REPLAY)
                .read()
                .map(status -> status.path("exchanges"))
                .orElse(MissingNode.getInstance());
        long counted =
                exchanges.path("failed").asLong() + exchanges.path("unknown").asLong();
        return Math.max(0, counted - lists.exchanges());
    }

    /** Whether nothing is named, be there anything that ought to be or not. */
    boolean isNothingNamed() {
        return listed.documents().isEmpty() && listed.whole().isEmpty();
    }

    /** Whether they name all that they are about. */
    boolean isWhole() {
        return requests + unlisted == 0 && rules.isEmpty();
    }

    /** Says in a report what it goes by. Of what is not compared nobody knows whether it is equal. */
    void putInto(ObjectNode report, Set<String> unresolved) {
        report.put("from_lists", true).put(REQUESTS, requests).put(UNLISTED, unlisted);
        ArrayNode told = report.putArray(RULES);
        rules.forEach((rule, count) -> told.addObject().put("rule", rule).put("count", count));
        unresolved.forEach(report.putArray("names_unresolved")::add);
        boolean saysAll = isWhole() && unresolved.isEmpty();
        if (!saysAll && VerifyReport.isEqual(report)) {
            report.put("verdict", VerifyReport.INCOMPLETE);
        }
    }

    /** Tells what a report says that could not be compared, and what would compare it. */
    static void warn(JsonNode report, Output output) {
        long requests = report.path(REQUESTS).asLong();
        if (requests > 0) {
            output.warning(
                    "%d requests that failed, or of which nobody knows, do not name all of their indices: verify without --from-lists covers them"
                            .formatted(requests));
        }
        long unlisted = report.path(UNLISTED).asLong();
        if (unlisted > 0) {
            output.warning(
                    "the replay counts %d requests as failed or unknown that its outcome files do not tell of: verify again in a minute, or without --from-lists"
                            .formatted(unlisted));
        }
        for (JsonNode rule : report.path(RULES)) {
            output.warning(
                    "not compared, by rule %s (%s): nothing says which documents it is about. Verify without --from-lists covers them"
                            .formatted(
                                    rule.path("rule").asText(),
                                    Numbers.grouped(rule.path("count").asLong())));
        }
        if (requests + unlisted > 0 || !report.path(RULES).isEmpty()) {
            output.hint("sluice verify");
        }
    }
}
