package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole verify job over two real nodes that have the same documents, in turn with plain sliced scrolls over both, whose answers
 * nobody looks at. How much longer the job takes says what comparing costs, whatever the nodes can give.
 */
final class VerifyBenchmark implements Benchmark {

    private static final int NODE_HEAP_MEGABYTES = 2_048;
    private static final int READER_HEAP_MEGABYTES = 256;
    private static final int LOADER_HEAP_MEGABYTES = 256;

    /** Of each side: as many as there are readers of both sides in a part. */
    private static final int SLICES = 2;

    @Override
    public String name() {
        return "verify";
    }

    @Override
    public String description() {
        return "the whole verify job over two real nodes, beside plain sliced scrolls over both";
    }

    @Override
    public List<Figures> run(BenchmarkSetting setting) throws IOException {
        ReadyMadeBodies bodies = ReadyMadeBodies.of(setting.data(), setting.maxBulkBytes());
        ServerSetup source = ServerSetup.of(Distributions.ES_7_10_2).withHeapMegabytes(NODE_HEAP_MEGABYTES);
        ServerSetup target = ServerSetup.of(Distributions.OS_2_19_6).withHeapMegabytes(NODE_HEAP_MEGABYTES);
        try (ServerProcess one = ServerProcess.start(source);
                ServerProcess other = ServerProcess.start(target)) {
            fill(setting, one, bodies);
            fill(setting, other, bodies);
            scroll(setting, one, other); // The nodes' own code is compiled while they work; the first is not counted.
            List<Figures> runs = new ArrayList<>();
            for (int run = 0; run < setting.runs(); run++) {
                Figures scrolls = scroll(setting, one, other);
                Figures job = verify(setting, one, other);
                runs.add(job.with("seconds_of_scrolls", scrolls.get("seconds"))
                        .with("ratio_to_scrolls", job.get("seconds") / scrolls.get("seconds")));
            }
            return runs;
        }
    }

    private static void fill(BenchmarkSetting setting, ServerProcess node, ReadyMadeBodies bodies) throws IOException {
        Targets.prepare(
                BackfillPlan.of(setting.data().repository(), DataSet.SNAPSHOT, BackfillOptions.DEFAULT),
                node.endpoint().toString());
        ObjectNode order = JsonNodeFactory.instance.objectNode();
        order.put("target", node.endpoint().toString())
                .put("bodies", bodies.bodies().toString())
                .put("index", bodies.index().toString())
                .put("bulks_in_flight", setting.bulksInFlight());
        try (WorkerProcess worker =
                WorkerProcess.start(Worker.LOAD, order, LOADER_HEAP_MEGABYTES, folder(setting), List.of())) {
            worker.await();
        }
        Servers.succeed(node.endpoint(), "POST", "/" + DataSet.INDEX + "/_refresh", "");
    }

    private static Path folder(BenchmarkSetting setting) throws IOException {
        return Files.createTempDirectory(setting.scratch(), "verify-");
    }

    private static Figures scroll(BenchmarkSetting setting, ServerProcess one, ServerProcess other) throws IOException {
        return run(setting, Worker.SCROLL, READER_HEAP_MEGABYTES, one, other, folder(setting));
    }

    private static Figures verify(BenchmarkSetting setting, ServerProcess one, ServerProcess other) throws IOException {
        return run(setting, Worker.VERIFY, setting.heapMegabytes(), one, other, folder(setting));
    }

    private static Figures run(
            BenchmarkSetting setting, String task, int heap, ServerProcess one, ServerProcess other, Path folder)
            throws IOException {
        ObjectNode order = JsonNodeFactory.instance.objectNode();
        order.put("source", one.endpoint().toString())
                .put("target", other.endpoint().toString())
                .put("state", Files.createDirectory(folder.resolve("state")).toString())
                .put("slots", setting.slots())
                .put("slices", SLICES);
        Work.Started started = Work.Started.now(one.pid(), other.pid());
        try (WorkerProcess worker = WorkerProcess.start(task, order, heap, folder, setting.javaOptions())) {
            JsonNode result = worker.await();
            return Work.of(
                            setting,
                            result,
                            started,
                            result.path("ended_nanos").asLong(),
                            result.path("cpu_nanos").asLong())
                    .figures()
                    .with("slots", setting.slots());
        }
    }
}
