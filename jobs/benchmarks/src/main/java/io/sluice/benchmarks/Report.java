package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;

/** How the runs of a benchmark are shown: each of them, and their medians. */
final class Report {

    /** Above it, somebody else's work is part of every figure. */
    private static final double BUSY_CORES = 0.1;

    private Report() {}

    /** One object for programs. */
    static ObjectNode json(String name, List<Figures> runs) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("name", name);
        line.setAll(Figures.medianOf(runs).json());
        ArrayNode each = line.putArray("runs");
        runs.forEach(run -> each.add(run.json()));
        return line;
    }

    /** A table for people. */
    static void table(PrintWriter out, List<Figures> runs) {
        Figures median = Figures.medianOf(runs);
        if (runs.size() > 1) {
            out.printf("%-32s", "");
            for (int run = 1; run <= runs.size(); run++) {
                out.printf("%16s", "run " + run);
            }
            out.printf("%16s%n", "median");
        }
        for (String name : median.names()) {
            out.printf("%-32s", name);
            if (runs.size() > 1) {
                runs.forEach(run -> out.printf("%16s", run.text(name)));
            }
            out.printf("%16s%n", median.text(name));
        }
        out.printf("%nWhat the figures mean, and others to compare them with: docs/benchmarks.md%n");
        if (runs.size() == 1) {
            out.printf("Next: --runs 3 shows how much of it is noise.%n");
        }
    }

    /** Says so when somebody else's work is part of the figures. */
    static void warnIfBusy(PrintWriter err, List<Figures> runs) {
        for (int run = 0; run < runs.size(); run++) {
            double others = runs.get(run).get("other_cores");
            if (others > BUSY_CORES) {
                err.printf(
                        "bench: other work used %.1f cores during run %d. Repeat it on an idle machine.%n",
                        others, run + 1);
            }
        }
    }
}
