package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** How long a large shard makes one wait: from opening the snapshot to the first document in a bulk. */
final class FirstDocumentBenchmark implements Benchmark {

    /** Stored fields of 10 GB, in two segments. */
    private static final DataSet TEN_GIGABYTES =
            new DataSet(new DataSource("lucene-9.12.3", DataSource.DEFAULT_CODEC), 16_000_000, 1, 0);

    private static final double MEGABYTE = 1e6;
    private static final double MILLIS = 1e3;

    @Override
    public String name() {
        return "first-document";
    }

    @Override
    public String description() {
        return "opens a snapshot with a shard of 10 GB and reads on until a document is in a bulk";
    }

    @Override
    public DataSet defaultData() {
        return TEN_GIGABYTES;
    }

    @Override
    public List<Figures> run(BenchmarkSetting setting) throws IOException {
        List<Figures> runs = new ArrayList<>();
        for (int run = 0; run < setting.runs(); run++) {
            runs.add(runOnce(setting));
        }
        return runs;
    }

    private static Figures runOnce(BenchmarkSetting setting) throws IOException {
        ObjectNode order = new ObjectMapper().createObjectNode();
        order.put("repository", setting.data().repositoryPath()).put("snapshot", DataSet.SNAPSHOT);
        Work.Started started = Work.Started.now();
        try (WorkerProcess worker = WorkerProcess.start(
                Worker.FIRST_DOCUMENT,
                order,
                setting.heapMegabytes(),
                Files.createTempDirectory(setting.scratch(), "first-"),
                setting.javaOptions())) {
            JsonNode result = worker.await();
            double seconds = result.path("first_document_ms").asDouble() / MILLIS;
            double cpuNanos = result.path("cpu_nanos").asDouble();
            Figures figures = Figures.none()
                    .with("items", 1)
                    .with("seconds", seconds)
                    .with("items_per_second", 1 / seconds)
                    .with("mb_per_second", result.path("bulk_bytes").asDouble() / MEGABYTE / seconds)
                    .with("cpu_us_per_item", cpuNanos / 1e3)
                    .with("peak_rss_mb", result.path("peak_rss_bytes").asDouble() / MEGABYTE)
                    .with("heap_mb", setting.heapMegabytes())
                    .with(
                            "other_cores",
                            started.others().cores(result.path("cpu_nanos").asLong()))
                    .with("store_bytes_read", result.path("store_bytes").asDouble());
            for (String name : List.of(
                    "first_document_ms", "plan_ms", "ranges_ms", "read_ms", "shard_bytes", "largest_segment_bytes")) {
                figures = figures.with(name, result.path(name).asDouble());
            }
            return figures;
        }
    }
}
