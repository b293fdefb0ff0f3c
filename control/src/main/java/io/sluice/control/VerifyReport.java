package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;
import java.util.List;

/** Shows the report of a verification to people, and judges it. docs/verify.md explains every field. */
final class VerifyReport {

    private static final List<String> COUNTS = List.of(
            "source", "target", "equal", "missing", "extra", "different", "not_settled", "not_compared", "repaired");

    private static final int SHOWN_PATHS = 3;

    /** A verdict: nothing differs, and all was compared that ought to be. */
    static final String EQUAL = "equal";

    /** A verdict: nothing differs, and not all was compared that ought to be. */
    static final String INCOMPLETE = "incomplete";

    private VerifyReport() {}

    static void print(JsonNode report, Output output) {
        Table table = new Table(
                "index",
                "source",
                "target",
                "equal",
                "missing",
                "extra",
                "different",
                "not settled",
                "not compared",
                "repaired");
        for (JsonNode index : report.path("indices")) {
            row(table, index.path("name").asText(), index);
        }
        row(table, "all", report.path("documents"));
        output.table(table);
        printAlone(report, output);
        for (JsonNode index : report.path("indices")) {
            for (JsonNode example : index.path("examples")) {
                output.line(example(example));
            }
        }
        output.line("files: " + report.path("files").asText());
        output.line(verdict(report));
    }

    private static void printAlone(JsonNode report, Output output) {
        for (JsonNode index : report.path("missing_indices")) {
            output.line("%s is not on the target: %s documents are missing"
                    .formatted(
                            index.path("name").asText(),
                            Numbers.grouped(index.path("documents").asLong())));
        }
        for (JsonNode index : report.path("extra_indices")) {
            output.line("%s is on the target only: %s documents are extra"
                    .formatted(
                            index.path("name").asText(),
                            Numbers.grouped(index.path("documents").asLong())));
        }
        for (JsonNode index : report.path("not_compared_indices")) {
            output.line("%s was not compared, by rule %s"
                    .formatted(index.path("name").asText(), index.path("rule").asText()));
        }
        for (JsonNode name : report.path("changed_indices")) {
            output.line("%s was made anew while it was read".formatted(name.asText()));
        }
        if (report.has("snapshot")) {
            output.line("compared with snapshot " + report.path("snapshot").asText());
        }
        JsonNode unchanged = report.at("/documents/unchanged");
        if (unchanged.isNumber()) {
            output.line(
                    "%s documents of the source were not written since they were found equal, and read without their sources"
                            .formatted(Numbers.grouped(unchanged.asLong())));
        }
        for (JsonNode name : report.at("/since/read_whole")) {
            output.line("%s was read whole: no point is known up to which it was found equal".formatted(name.asText()));
        }
        for (JsonNode name : report.path("names_unresolved")) {
            output.line("%s is in the lists, and stands for nothing on either side".formatted(name.asText()));
        }
    }

    private static void row(Table table, String name, JsonNode counts) {
        Object[] cells = new Object[COUNTS.size() + 1];
        cells[0] = name;
        for (int i = 0; i < COUNTS.size(); i++) {
            cells[i + 1] = counts.path(COUNTS.get(i)).asLong();
        }
        table.row(cells);
    }

    private static String example(JsonNode example) {
        StringBuilder line = new StringBuilder("%s: %s id %s"
                .formatted(
                        words(example.path("verdict").asText()),
                        example.path("index").asText(),
                        example.path("id").asText()));
        if (example.has("routing")) {
            line.append(", routing ").append(example.path("routing").asText());
        }
        JsonNode paths = example.path("paths");
        for (int i = 0; i < Math.min(SHOWN_PATHS, paths.size()); i++) {
            line.append(i == 0 ? ", in " : ", ").append(paths.get(i).asText());
        }
        if (paths.size() > SHOWN_PATHS) {
            line.append(", …");
        }
        if (example.path("repaired").asBoolean()) {
            line.append(", repaired");
        }
        return example.has("reason")
                ? line.append(" (")
                        .append(example.path("reason").asText())
                        .append(')')
                        .toString()
                : line.toString();
    }

    static String words(String name) {
        return name.replace('_', ' ');
    }

    static boolean isEqual(JsonNode report) {
        return report.path("verdict").asText().equals(EQUAL);
    }

    /** Whether something could be repaired. */
    static boolean isDifferent(JsonNode report) {
        return report.path("verdict").asText().equals("different");
    }

    private static String verdict(JsonNode report) {
        boolean isPart = report.path("sample").asDouble(1) < 1
                || report.path("from_lists").asBoolean()
                || !report.path("not_compared_indices").isEmpty();
        if (isEqual(report)) {
            return EQUAL + (isPart ? ", as far as it was compared" : "");
        }
        return report.path("verdict").asText().equals(INCOMPLETE)
                ? INCOMPLETE + ": nothing differs, and not all could be compared that ought to be"
                : "different";
    }
}
