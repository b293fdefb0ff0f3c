package io.sluice.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs one benchmark and prints its figures. */
@Command(mixinStandardHelpOptions = true, showDefaultValues = true)
final class BenchmarkCommand implements Callable<Integer> {

    private final Benchmark benchmark;

    @Option(names = "--json", description = "Print one line of JSON and nothing else on standard output.")
    private boolean json;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description =
                    "What wrote the snapshot: a server that the testkit starts, such as es-6.8.23 or os-2.19.6, or the"
                            + " segment writer of a Lucene from 4.2 to 9, such as lucene-5.5.5.")
    private @Nullable String source;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "How its stored fields are compressed, as index.codec says it: default, best_compression.")
    private String codec = DataSource.DEFAULT_CODEC;

    @Option(names = "--documents", paramLabel = "N", description = "Documents of about 1 KB in the snapshot.")
    private long documents;

    @Option(names = "--shards", paramLabel = "N", description = "Primary shards of its index.")
    private int shards = 1;

    @Option(
            names = "--documents-per-shard",
            paramLabel = "N",
            description = "Instead of --documents: so many for each shard.")
    private long documentsPerShard;

    @Option(
            names = "--large-document",
            paramLabel = "SIZE",
            converter = Megabytes.class,
            description = "One more document of this size among them, such as 95mb.")
    private long largeDocumentBytes;

    @Option(
            names = "--passes",
            paramLabel = "N",
            description = "How often the process under test reads the snapshot in one run; for a small one.")
    private int passes = 1;

    @Option(names = "--slots", paramLabel = "N", description = "The job's parallelism.")
    private int slots = 1;

    @Option(names = "--heap", paramLabel = "MB", description = "Heap of the process under test.")
    private int heapMegabytes = 512;

    @Option(names = "--runs", paramLabel = "N", description = "How often it is repeated; medians are shown.")
    private int runs = 1;

    @Option(
            names = "--max-bulk",
            paramLabel = "SIZE",
            converter = Megabytes.class,
            description = "How large a bulk grows.")
    private long maxBulkBytes = 10 << 20;

    @Option(names = "--in-flight", paramLabel = "N", description = "Unanswered bulks of one slot.")
    private int bulksInFlight = 4;

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description = "Where snapshots are kept between runs (default: ~/.cache/sluice/bench).")
    private @Nullable Path cache;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Let the process under test leave a flight recording there (its cost is in the figures).")
    private @Nullable Path recording;

    @Option(
            names = "--java-options",
            paramLabel = "OPTIONS",
            split = " ",
            description = "More options for the JVM of the process under test, to see what they change.")
    private List<String> javaOptions = List.of();

    @Spec
    private CommandSpec spec;

    BenchmarkCommand(Benchmark benchmark) {
        this.benchmark = benchmark;
    }

    @Override
    public Integer call() throws IOException {
        DataSet data = dataSet();
        if (passes > 1 && !benchmark.canRepeat()) {
            throw new ParameterException(
                    spec.commandLine(), benchmark.name() + " reads the snapshot once: leave --passes out.");
        }
        DataSetStore.Kept kept = DataSetStore.in(cache).get(data);
        try (Scratch scratch = Scratch.make()) {
            List<Figures> measured = benchmark.run(new BenchmarkSetting(
                    kept,
                    slots,
                    heapMegabytes,
                    Math.toIntExact(maxBulkBytes),
                    bulksInFlight,
                    runs,
                    passes,
                    scratch.folder(),
                    allJavaOptions()));
            print(data, measured);
            Report.warnIfBusy(spec.commandLine().getErr(), measured);
        }
        return 0;
    }

    private DataSet dataSet() {
        DataSet usual = benchmark.defaultData();
        long asked = documentsPerShard > 0 ? documentsPerShard * shards : documents;
        try {
            return new DataSet(
                    source == null && codec.equals(DataSource.DEFAULT_CODEC)
                            ? usual.source()
                            : new DataSource(source == null ? usual.source().name() : source, codec),
                    asked > 0 ? asked : usual.documents(),
                    shards,
                    largeDocumentBytes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<String> allJavaOptions() {
        List<String> all = new ArrayList<>(javaOptions);
        if (recording != null) {
            all.add("-XX:StartFlightRecording=settings=profile,filename=" + recording.toAbsolutePath());
            all.add("-Xshare:off"); // the recorder of JDK 17 crashes on classes of an archive
        }
        return all;
    }

    private void print(DataSet data, List<Figures> measured) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Report.json(benchmark.name(), measured));
        } else {
            printTable(out, data, measured);
        }
        out.flush();
    }

    private void printTable(PrintWriter out, DataSet data, List<Figures> measured) {
        out.printf("%s: %s, heap of %d MB%n", benchmark.name(), data, heapMegabytes);
        Report.table(out, measured);
    }

    /** {@code 95mb}, {@code 512kb}, {@code 1000000}. */
    private static final class Megabytes implements ITypeConverter<Long> {

        @Override
        public Long convert(String text) {
            String number = text.toLowerCase(java.util.Locale.ROOT).replaceFirst("[km]b$", "");
            int shift = text.length() == number.length() ? 0 : text.charAt(number.length()) == 'k' ? 10 : 20;
            try {
                return Long.parseLong(number) << shift;
            } catch (NumberFormatException e) {
                throw new TypeConversionException(
                        "'%s' is no size; expected a number, or one with kb or mb behind it".formatted(text));
            }
        }
    }
}
