package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The reader alone: a shard's documents from the store into memory, on one thread for each slot. */
final class ReaderBenchmark implements Benchmark {

    @Override
    public String name() {
        return "reader";
    }

    @Override
    public String description() {
        return "reads every document of the snapshot and sends none, on one thread for each slot";
    }

    @Override
    public boolean canRepeat() {
        return true;
    }

    @Override
    public List<Figures> run(BenchmarkSetting setting) throws IOException {
        NeededBytes needed = NeededBytes.of(setting.data());
        List<Figures> runs = new ArrayList<>();
        for (int run = 0; run < setting.runs(); run++) {
            runs.add(run(setting, needed));
        }
        return runs;
    }

    private static Figures run(BenchmarkSetting setting, NeededBytes needed) throws IOException {
        ObjectNode order = new ObjectMapper().createObjectNode();
        order.put("repository", setting.data().repositoryPath())
                .put("snapshot", DataSet.SNAPSHOT)
                .put("slots", setting.slots())
                .put("passes", setting.passes());
        Work.Started started = Work.Started.now();
        try (WorkerProcess worker = WorkerProcess.start(
                Worker.READ,
                order,
                setting.heapMegabytes(),
                Files.createTempDirectory(setting.scratch(), "read-"),
                setting.javaOptions())) {
            JsonNode result = worker.await();
            Work work = Work.of(
                    setting,
                    result,
                    started,
                    result.path("ended_nanos").asLong(),
                    result.path("cpu_nanos").asLong());
            double read = result.path("store_bytes").asDouble();
            return work.figures()
                    .with("slots", setting.slots())
                    .with("store_bytes_read", read)
                    .with("store_bytes_stored_fields", needed.storedFields())
                    .with("store_bytes_live_docs", needed.liveDocs())
                    .with("store_bytes_doc_values", needed.docValues())
                    .with("store_bytes_infos", needed.infos())
                    .with("read_per_needed", read / setting.passes() / needed.least());
        }
    }
}
