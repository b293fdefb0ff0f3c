package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.benchmarks.jmh.MicroBenchmarks;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the micro benchmarks and prints what each operation takes. */
@Command(
        name = JmhCommand.NAME,
        description = "Measures how it goes: " + JmhCommand.DESCRIPTION + ".",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class JmhCommand implements Callable<Integer> {

    static final String NAME = "jmh";
    static final String DESCRIPTION =
            "decoding ids, cleaning line breaks, reading chunks, rewriting captured exchanges, each alone";

    @Option(names = "--json", description = "Print one line of JSON and nothing else on standard output.")
    private boolean json;

    @Option(names = "--only", paramLabel = "PART", description = "Only those with this in their name, as a pattern.")
    private String only = "";

    @Option(names = "--seconds", paramLabel = "N", description = "How long each of 3 + 5 iterations takes.")
    private int seconds = 1;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<MicroBenchmarks.Figure> figures;
        try {
            figures = MicroBenchmarks.run(only, seconds);
        } catch (RunnerException e) {
            throw new IOException("Cannot run the micro benchmarks: " + e.getMessage(), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(figures));
        } else {
            out.printf("%-40s%14s%14s%12s%n", "", "ns", "+-", "MB/s");
            for (MicroBenchmarks.Figure figure : figures) {
                String rate = figure.bytes() == 0 ? "" : "%,.0f".formatted(figure.megabytesPerSecond());
                out.printf("%-40s%14.1f%14.1f%12s%n", figure.name(), figure.nanos(), figure.error(), rate);
            }
            out.printf("%nWhat one operation is: docs/benchmarks.md%n");
        }
        out.flush();
        return 0;
    }

    private static ObjectNode json(List<MicroBenchmarks.Figure> figures) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("name", NAME);
        ArrayNode each = line.putArray("benchmarks");
        for (MicroBenchmarks.Figure figure : figures) {
            Figures shown =
                    Figures.none().with("ns_per_operation", figure.nanos()).with("ns_error", figure.error());
            if (figure.bytes() > 0) {
                shown = shown.with("mb_per_second", figure.megabytesPerSecond());
            }
            each.addObject().put("name", figure.name()).setAll(shown.json());
        }
        return line;
    }
}
