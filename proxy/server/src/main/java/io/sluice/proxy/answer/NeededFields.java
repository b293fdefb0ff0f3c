package io.sluice.proxy.answer;

import io.sluice.capture.route.Answer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The fields of an answer that a replay reads, under the names of all versions. */
final class NeededFields {

    private static final List<String> OF_A_DOCUMENT =
            List.of("_index", "_id", "_version", "_seq_no", "_primary_term", "result", "created", "found");
    private static final List<String> OF_AN_ITEM = List.of("status", "error.type", "error.reason");
    private static final List<String> OPERATIONS = List.of("index", "create", "update", "delete");

    private static final Map<Answer, List<List<String>>> PATHS = new EnumMap<>(Answer.class);

    static {
        PATHS.put(Answer.NONE, List.of());
        PATHS.put(Answer.DOCUMENT, paths(OF_A_DOCUMENT));
        PATHS.put(Answer.BULK, ofEachItem());
        PATHS.put(Answer.BULK_STREAM, ofEachItem());
        PATHS.put(
                Answer.BY_QUERY,
                paths(List.of(
                        "task",
                        "timed_out",
                        "total",
                        "created",
                        "updated",
                        "deleted",
                        "noops",
                        "version_conflicts",
                        "failures.index",
                        "failures.id",
                        "failures.status",
                        "failures.cause.type",
                        "_indices._all.deleted",
                        "_indices._all.failed")));
        PATHS.put(Answer.ROLLOVER, paths(List.of("old_index", "new_index", "rolled_over", "dry_run", "acknowledged")));
        PATHS.put(Answer.INDEX, paths(List.of("acknowledged", "index")));
    }

    private NeededFields() {}

    /** Paths of single values. */
    static List<List<String>> of(Answer answer) {
        return PATHS.getOrDefault(answer, List.of());
    }

    private static List<List<String>> ofEachItem() {
        List<String> paths = new ArrayList<>();
        for (String operation : OPERATIONS) {
            OF_A_DOCUMENT.forEach(field -> paths.add("items." + operation + "." + field));
            OF_AN_ITEM.forEach(field -> paths.add("items." + operation + "." + field));
        }
        return paths(paths);
    }

    private static List<List<String>> paths(List<String> dotted) {
        return dotted.stream().map(path -> List.of(path.split("\\.", -1))).toList();
    }
}
