package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.testkit.BulkSinkProcess;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the replay job: from a real Kafka into a process that swallows bulks over HTTP on the loopback address. */
@Command(mixinStandardHelpOptions = true, showDefaultValues = true)
final class ReplayCommand implements Callable<Integer> {

    private static final int SINK_THREADS = 1;
    private static final int LOOK_EVERY_MILLIS = 20;

    private final ReplayBenchmark benchmark;

    @Option(names = "--json", description = "Print one line of JSON and nothing else on standard output.")
    private boolean json;

    @Option(names = "--documents", paramLabel = "N", description = "Documents of about 1 KB in the capture.")
    private long documents;

    @Option(names = "--slots", paramLabel = "N", description = "The job's parallelism.")
    private int slots = 1;

    @Option(names = "--heap", paramLabel = "MB", description = "Heap of the process under test.")
    private int heapMegabytes = 512;

    @Option(names = "--runs", paramLabel = "N", description = "How often the same capture is replayed.")
    private int runs = 1;

    @Option(names = "--speed", paramLabel = "X", description = "The replay's speed: a factor, or max.")
    private String speed = "max";

    @Option(names = "--one-by-one", description = "Send each write by itself instead of many in a bulk.")
    private boolean oneByOne;

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

    ReplayCommand(ReplayBenchmark benchmark) {
        this.benchmark = benchmark;
        this.documents = benchmark.documents();
    }

    @Override
    public Integer call() throws IOException {
        List<Figures> measured = new ArrayList<>();
        try (Scratch scratch = Scratch.make();
                ReplayCapture capture =
                        ReplayCapture.record(documents, benchmark.documentsPerRequest(), scratch.folder())) {
            for (int run = 0; run < runs; run++) {
                try (BulkSinkProcess sink = BulkSinkProcess.start(SINK_THREADS)) {
                    Servers.succeed(sink.endpoint(), "PUT", "/" + ReplayCapture.INDEX, "{}");
                    measured.add(measure(capture, sink, Files.createTempDirectory(scratch.folder(), "replay-")));
                }
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Report.json(benchmark.command(), measured));
        } else {
            out.printf(
                    "%s: %,d documents, %d in a request, %d slots, heap of %d MB%n",
                    benchmark.command(), documents, benchmark.documentsPerRequest(), slots, heapMegabytes);
            Report.table(out, measured);
        }
        out.flush();
        Report.warnIfBusy(spec.commandLine().getErr(), measured);
        return 0;
    }

    private Figures measure(ReplayCapture capture, BulkSinkProcess sink, Path folder) throws IOException {
        ObjectNode order = new ObjectMapper().createObjectNode();
        order.put("brokers", capture.brokers())
                .put("target", sink.endpoint().toString())
                .put("state", Files.createDirectory(folder.resolve("state")).toString())
                .put("slots", slots)
                .put("documents", documents)
                .put("speed", speed)
                .put("one_by_one", oneByOne);
        long kafkaBefore = ProcessUsage.cpuNanos(capture.kafkaPid()).orElse(0);
        Work.Started started = Work.Started.now(sink.pid(), capture.kafkaPid());
        try (WorkerProcess worker = WorkerProcess.start(Worker.REPLAY, order, heapMegabytes, folder, allJavaOptions());
                ProcessWatch watch =
                        ProcessWatch.start(worker.pid(), () -> sink.counts().documents(), LOOK_EVERY_MILLIS)) {
            JsonNode result = worker.await();
            if (result.path("applied").asLong() != documents) {
                throw new IOException("%,d documents were to be applied: %s".formatted(documents, result));
            }
            return figures(capture, result, started, watch)
                    .with("slots", slots)
                    .with("retries", result.path("retries").asDouble())
                    .with("bulks", sink.counts().bulks())
                    .with("kafka_cpu_us_per_item", cpuMicros(capture.kafkaPid(), kafkaBefore) / documents)
                    .with("sink_cpu_us_per_item", cpuMicros(sink.pid(), 0) / documents);
        }
    }

    private Figures figures(ReplayCapture capture, JsonNode result, Work.Started started, ProcessWatch watch)
            throws IOException {
        ProcessWatch.Look first = watch.beforeAny(); // a few documents can arrive all at once
        ProcessWatch.Look half = watch.whenArrived(documents / 2);
        ProcessWatch.Look last = watch.whenArrived(documents);
        Figures all = new Work(
                        documents,
                        capture.sourceBytes(),
                        started.nanos(),
                        first.nanos(),
                        last.nanos(),
                        first.cpuNanos(),
                        last.cpuNanos(),
                        result.path("cpu_nanos").asLong(),
                        result.path("peak_rss_bytes").asLong(),
                        started.others().cores(result.path("cpu_nanos").asLong()),
                        heapMegabytes)
                .figures();
        long rest = documents - half.documents();
        if (rest <= 0) {
            return all;
        }
        double seconds = (last.nanos() - half.nanos()) / 1e9;
        return all.with("items_per_second_late", rest / seconds)
                .with("cpu_us_per_item_late", (last.cpuNanos() - half.cpuNanos()) / 1e3 / rest);
    }

    private static double cpuMicros(long pid, long before) {
        return (ProcessUsage.cpuNanos(pid).orElse(before) - before) / 1e3;
    }

    private List<String> allJavaOptions() {
        List<String> all = new ArrayList<>(javaOptions);
        if (recording != null) {
            all.add("-XX:StartFlightRecording=settings=profile,filename=" + recording.toAbsolutePath());
            all.add("-Xshare:off"); // the recorder of JDK 17 crashes on classes of an archive
        }
        return all;
    }
}
