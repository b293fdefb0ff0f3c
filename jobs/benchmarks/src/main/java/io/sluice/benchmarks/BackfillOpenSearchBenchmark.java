package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The whole backfill job into a real OpenSearch, in turn with a loader that sends ready-made bodies of the
 * same documents to the same node. How much of the loader's rate the job reaches says what the job costs,
 * whatever the node can take.
 */
final class BackfillOpenSearchBenchmark implements Benchmark {

    private static final int NODE_HEAP_MEGABYTES = 2_048;
    private static final int LOADER_HEAP_MEGABYTES = 256;
    private static final int LOOK_EVERY_MILLIS = 100;

    @Override
    public String name() {
        return "backfill-opensearch";
    }

    @Override
    public String description() {
        return "the whole backfill job into a real OpenSearch, beside a loader of ready-made bulks";
    }

    @Override
    public List<Figures> run(BenchmarkSetting setting) throws IOException {
        ReadyMadeBodies bodies = ReadyMadeBodies.of(setting.data(), setting.maxBulkBytes());
        ServerSetup setup = ServerSetup.of(Distributions.OS_2_19_6)
                .withHeapMegabytes(NODE_HEAP_MEGABYTES)
                .withSetting("http.max_content_length", "1100mb");
        try (ServerProcess node = ServerProcess.start(setup)) {
            load(setting, node, bodies); // The node's own code is compiled while it works; the first is not counted.
            List<Figures> runs = new ArrayList<>();
            for (int run = 0; run < setting.runs(); run++) {
                Figures job = backfill(setting, node);
                Figures loader = load(setting, node, bodies);
                runs.add(job.with("ratio_to_ready_made", job.get("items_per_second") / loader.get("items_per_second"))
                        .withAll(
                                "ready_made_",
                                loader.only(
                                        "seconds",
                                        "items_per_second",
                                        "mb_per_second",
                                        "cpu_us_per_item_steady",
                                        "node_cpu_us_per_item",
                                        "other_cores")));
            }
            return runs;
        }
    }

    private static Figures backfill(BenchmarkSetting setting, ServerProcess node) throws IOException {
        deleteIndex(node);
        OptionalLong before = ProcessUsage.cpuNanos(node.pid());
        BackfillRun run = BackfillRun.start(setting, node.endpoint(), node.pid());
        try (WorkerProcess worker = run.worker();
                ProcessWatch watch = ProcessWatch.start(worker.pid(), () -> indexed(node), LOOK_EVERY_MILLIS)) {
            JsonNode result = worker.await();
            Work work = run.work(setting, result, watch);
            return work.figures()
                    .with("slots", setting.slots())
                    .with("store_bytes_read", result.path("store_bytes").asDouble())
                    .with("retries", result.path("retries").asDouble())
                    .with("node_cpu_us_per_item", nodeCpu(setting, node, before));
        }
    }

    private static Figures load(BenchmarkSetting setting, ServerProcess node, ReadyMadeBodies bodies)
            throws IOException {
        deleteIndex(node);
        Targets.prepare(
                BackfillPlan.of(setting.data().repository(), DataSet.SNAPSHOT, BackfillOptions.DEFAULT),
                node.endpoint().toString());
        ObjectNode order = new ObjectMapper().createObjectNode();
        order.put("target", node.endpoint().toString())
                .put("bodies", bodies.bodies().toString())
                .put("index", bodies.index().toString())
                .put("bulks_in_flight", setting.bulksInFlight() * setting.slots());
        OptionalLong before = ProcessUsage.cpuNanos(node.pid());
        Work.Started started = Work.Started.now(node.pid());
        try (WorkerProcess worker = WorkerProcess.start(
                        Worker.LOAD,
                        order,
                        LOADER_HEAP_MEGABYTES,
                        Files.createTempDirectory(setting.scratch(), "load-"),
                        List.of());
                ProcessWatch watch = ProcessWatch.start(worker.pid(), () -> indexed(node), LOOK_EVERY_MILLIS)) {
            JsonNode result = worker.await();
            Work work = new BackfillRun(worker, started).work(setting, result, watch);
            return work.figures().with("node_cpu_us_per_item", nodeCpu(setting, node, before));
        }
    }

    private static double nodeCpu(BenchmarkSetting setting, ServerProcess node, OptionalLong before)
            throws IOException {
        OptionalLong now = ProcessUsage.cpuNanos(node.pid());
        if (before.isEmpty() || now.isEmpty()) {
            throw new IOException("The node is gone. Its log ends:\n" + node.logTail());
        }
        return (now.getAsLong() - before.getAsLong())
                / 1e3
                / setting.data().data().allDocuments();
    }

    private static void deleteIndex(ServerProcess node) throws IOException {
        Answer answer = Servers.call(node.endpoint(), "DELETE", "/" + DataSet.INDEX + "?ignore_unavailable=true");
        if (!answer.isOk()) {
            throw new IOException("Cannot delete the index of the last run: " + answer.body());
        }
    }

    /** How many documents the node has indexed; 0 until there is an index. */
    private static long indexed(ServerProcess node) throws IOException {
        Answer answer = Servers.call(
                node.endpoint(),
                "GET",
                "/" + DataSet.INDEX + "/_stats/indexing?filter_path=_all.primaries.indexing.index_total");
        return answer.isOk()
                ? answer.json().at("/_all/primaries/indexing/index_total").asLong()
                : 0;
    }
}
