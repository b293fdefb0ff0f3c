package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.BulkSinkProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The whole backfill job into a process that swallows bulks over HTTP on the loopback address. */
final class BackfillSinkBenchmark implements Benchmark {

    private static final int SINK_THREADS = 1;
    private static final int LOOK_EVERY_MILLIS = 20;

    @Override
    public String name() {
        return "backfill-sink";
    }

    @Override
    public String description() {
        return "the whole backfill job into a sink that swallows bulks over HTTP";
    }

    @Override
    public List<Figures> run(BenchmarkSetting setting) throws IOException {
        List<Figures> runs = new ArrayList<>();
        for (int run = 0; run < setting.runs(); run++) {
            try (BulkSinkProcess sink = BulkSinkProcess.start(SINK_THREADS)) {
                runs.add(run(setting, sink));
            }
        }
        return runs;
    }

    private static Figures run(BenchmarkSetting setting, BulkSinkProcess sink) throws IOException {
        long sinkBefore = ProcessUsage.cpuNanos(sink.pid()).orElse(0);
        BackfillRun run = BackfillRun.start(setting, sink.endpoint(), sink.pid());
        try (WorkerProcess worker = run.worker();
                ProcessWatch watch =
                        ProcessWatch.start(worker.pid(), () -> sink.counts().documents(), LOOK_EVERY_MILLIS)) {
            JsonNode result = worker.await();
            Work work = run.work(setting, result, watch);
            return work.figures()
                    .with("slots", setting.slots())
                    .with(
                            "seconds_to_first_bulk",
                            (watch.whenArrived(1).nanos() - run.started().nanos()) / 1e9)
                    .with("store_bytes_read", result.path("store_bytes").asDouble())
                    .with("retries", result.path("retries").asDouble())
                    .with("sink_cpu_us_per_item", sinkCpu(sink, sinkBefore) / setting.documents());
        }
    }

    private static double sinkCpu(BulkSinkProcess sink, long before) throws IOException {
        long now = ProcessUsage.cpuNanos(sink.pid())
                .orElseThrow(() -> new IOException("The sink ended before it was asked what it cost."));
        return (now - before) / 1e3;
    }
}
