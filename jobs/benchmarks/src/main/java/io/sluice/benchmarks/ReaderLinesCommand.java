package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the {@code reader} benchmark on segments of every line, one after the other, and sets them side by side. */
@Command(
        name = ReaderLinesCommand.NAME,
        description = "Measures how it goes: " + ReaderLinesCommand.DESCRIPTION + ".",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class ReaderLinesCommand implements Callable<Integer> {

    static final String NAME = "reader-lines";
    static final String DESCRIPTION = "the reader on segments of Lucene 4 to 10, side by side";

    private static final String CPU = "cpu_us_per_item_steady";
    private static final String NEEDED = "read_per_needed";

    @Option(names = "--json", description = "Print one line of JSON and nothing else on standard output.")
    private boolean json;

    @Option(names = "--documents", paramLabel = "N", description = "Documents of about 1 KB in each snapshot.")
    private long documents = 300_000;

    @Option(names = "--passes", paramLabel = "N", description = "How often each is read in one run.")
    private int passes = 4;

    @Option(names = "--runs", paramLabel = "N", description = "How often each is repeated; medians are shown.")
    private int runs = 3;

    @Option(names = "--heap", paramLabel = "MB", description = "Heap of the process under test.")
    private int heapMegabytes = 512;

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description = "Where snapshots are kept between runs (default: ~/.cache/sluice/bench).")
    private @Nullable Path cache;

    @Spec
    private CommandSpec spec;

    private final Benchmark reader;

    /** @param reader what is run on each line */
    ReaderLinesCommand(Benchmark reader) {
        this.reader = reader;
    }

    @Override
    public Integer call() throws IOException {
        Map<SegmentLine, Figures> measured = new LinkedHashMap<>();
        for (SegmentLine line : SegmentLine.ALL) {
            DataSetStore.Kept data = DataSetStore.in(cache).get(new DataSet(line.source(), documents, 1, 0));
            try (Scratch scratch = Scratch.make()) {
                measured.put(
                        line,
                        Figures.medianOf(reader.run(new BenchmarkSetting(
                                data, 1, heapMegabytes, 10 << 20, 1, runs, passes, scratch.folder(), List.of()))));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(measured));
        } else {
            print(out, measured);
        }
        out.flush();
        return 0;
    }

    private static double ratio(Map<SegmentLine, Figures> measured, SegmentLine line, Figures figures) {
        Figures nine = measured.getOrDefault(line.ofLucene9(), figures);
        return figures.get(CPU) / nine.get(CPU);
    }

    private void print(PrintWriter out, Map<SegmentLine, Figures> measured) {
        out.printf(
                "%s: %,d documents read %d times, median of %d runs, heap of %d MB%n",
                NAME, documents, passes, runs, heapMegabytes);
        out.printf(
                "%-8s%-12s%-32s%10s%10s%10s%14s%13s%13s%n",
                "lucene", "compressed", "by", "us/doc", "steady", "MB/s", "to lucene 9", "read/needed", "other cores");
        measured.forEach((line, figures) -> out.printf(
                "%-8d%-12s%-32s%10.2f%10.2f%10.0f%14.2f%13.3f%13.2f%n",
                line.lucene(),
                line.compression(),
                line.source(),
                figures.get("cpu_us_per_item"),
                figures.get(CPU),
                figures.get("mb_per_second"),
                ratio(measured, line, figures),
                figures.get(NEEDED),
                figures.get("other_cores")));
        out.printf(
                "%nEach is held against Lucene 9 with the same compression, Zstandard against LZ4: docs/benchmarks.md%n");
    }

    /** The figures of every benchmark over all lines, and those of each. */
    private ObjectNode json(Map<SegmentLine, Figures> measured) {
        double items = sum(measured, "items");
        double seconds = sum(measured, "seconds");
        Figures all = Figures.none()
                .with("items", items)
                .with("seconds", seconds)
                .with("items_per_second", items / seconds)
                .with("mb_per_second", mean(measured, "mb_per_second"))
                .with("cpu_us_per_item", mean(measured, "cpu_us_per_item"))
                .with("peak_rss_mb", most(measured, "peak_rss_mb"))
                .with("heap_mb", heapMegabytes)
                .with("store_bytes_read", sum(measured, "store_bytes_read"));
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("name", NAME);
        line.setAll(all.json());
        ArrayNode lines = line.putArray("lines");
        measured.forEach((each, figures) -> {
            ObjectNode one = lines.addObject();
            one.put("lucene", each.lucene())
                    .put("compression", each.compression().name())
                    .put("source", each.source().name())
                    .put("codec", each.source().codec());
            one.setAll(figures.with("ratio_to_lucene9", ratio(measured, each, figures))
                    .json());
        });
        return line;
    }

    private static double sum(Map<SegmentLine, Figures> measured, String name) {
        return measured.values().stream()
                .mapToDouble(figures -> figures.get(name))
                .sum();
    }

    private static double mean(Map<SegmentLine, Figures> measured, String name) {
        return sum(measured, name) / measured.size();
    }

    private static double most(Map<SegmentLine, Figures> measured, String name) {
        return measured.values().stream()
                .mapToDouble(figures -> figures.get(name))
                .max()
                .orElse(0);
    }
}
