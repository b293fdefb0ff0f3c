package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A backfill job in a process of its own, on its way into a target. */
record BackfillRun(WorkerProcess worker, Work.Started started) {

    /** @param targetPid the target's process */
    static BackfillRun start(BenchmarkSetting setting, URI target, long targetPid) throws IOException {
        Path folder = Files.createTempDirectory(setting.scratch(), "backfill-");
        ObjectNode order = new ObjectMapper().createObjectNode();
        order.put("repository", setting.data().repositoryPath())
                .put("snapshot", DataSet.SNAPSHOT)
                .put("target", target.toString())
                .put("state", Files.createDirectory(folder.resolve("state")).toString())
                .put("slots", setting.slots())
                .put("max_bulk_bytes", setting.maxBulkBytes())
                .put("bulks_in_flight", setting.bulksInFlight());
        Work.Started started = Work.Started.now(targetPid);
        return new BackfillRun(
                WorkerProcess.start(Worker.BACKFILL, order, setting.heapMegabytes(), folder, setting.javaOptions()),
                started);
    }

    /** What it did, once it has ended: done is when the watch saw the last document arrive. */
    Work work(BenchmarkSetting setting, JsonNode result, ProcessWatch watch) throws IOException {
        ProcessWatch.Look last = watch.whenArrived(setting.data().data().allDocuments());
        return Work.of(setting, result, started, last.nanos(), last.cpuNanos());
    }
}
