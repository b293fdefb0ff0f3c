package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.BackfillJob;
import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillSpec;
import io.sluice.backfill.RateLimit;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.transform.DocumentRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.JobManagerOptions.SchedulerType;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The whole job as a user runs it on one machine: looks the snapshot up, makes the target index, embeds a Flink. */
final class BackfillTask implements Worker.Task {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(3);
    private static final int NETWORK_MEGABYTES = 16;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** How the threads that read documents are called. */
    private static final String CARRIER = "backfill-carrier-";

    @Override
    public ObjectNode perform(JsonNode order, Worker.Mark mark) throws Exception {
        BackfillSpec spec = prepare(order);
        int slots = order.path("slots").asInt();
        Configuration configuration = BackfillJob.configuration(spec, CHECKPOINT_EVERY);
        configuration.addAll(embedded());
        // Not closed: its Flink ends with the job, and this process soon after.
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(slots, configuration);
        BackfillJob.define(env, spec);
        markWhenReadingBegins(mark);
        env.execute(spec.jobName());
        JsonNode status = JSON.readTree(
                Path.of(order.path("state").asText(), "status/backfill.json").toFile());
        return result(status);
    }

    private static BackfillSpec prepare(JsonNode order) throws IOException {
        RepositoryLocation repository =
                new RepositoryLocation.FileSystem(order.path("repository").asText());
        String snapshot = order.path("snapshot").asText();
        BackfillPlan plan = BackfillPlan.of(repository, snapshot, BackfillOptions.DEFAULT);
        Targets.prepare(plan, order.path("target").asText());
        return new BackfillSpec(
                Targets.MIGRATION,
                Path.of(order.path("state").asText()).toUri().toString(),
                repository,
                snapshot,
                plan.indices().stream().map(BackfillPlan.PlannedIndex::plan).toList(),
                DocumentRules.NONE,
                Targets.address(order.path("target").asText()),
                order.path("max_bulk_bytes").asInt(),
                order.path("bulks_in_flight").asInt(),
                RateLimit.UNLIMITED);
    }

    /** As the command embeds it. */
    static Configuration embedded() {
        Configuration flink = new Configuration();
        flink.set(JobManagerOptions.SCHEDULER, SchedulerType.Adaptive);
        flink.set(JobManagerOptions.SCHEDULER_EXECUTING_RESOURCE_STABILIZATION_TIMEOUT, Duration.ZERO);
        flink.set(JobManagerOptions.SCHEDULER_SUBMISSION_RESOURCE_STABILIZATION_TIMEOUT, Duration.ZERO);
        MemorySize network = MemorySize.ofMebiBytes(NETWORK_MEGABYTES);
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
        return flink;
    }

    /** The job has no ear for us; that its first reading thread is there is seen within milliseconds. */
    private static void markWhenReadingBegins(Worker.Mark mark) {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        Thread watch = new Thread(
                () -> {
                    Thread[] threads = new Thread[1024];
                    while (!reads(threads, root.enumerate(threads))) {
                        LockSupport.parkNanos(LOOK_NANOS);
                    }
                    mark.begin();
                },
                "benchmark-mark");
        watch.setDaemon(true);
        watch.start();
    }

    private static boolean reads(Thread[] threads, int count) {
        for (int i = 0; i < count; i++) {
            if (threads[i].getName().startsWith(CARRIER)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode result(JsonNode status) throws IOException {
        if (!status.path("state").asText().equals("finished")) {
            throw new IOException("the job ended without being finished: " + status);
        }
        JsonNode documents = status.path("documents");
        ObjectNode result = JSON.createObjectNode();
        return result.put("documents", documents.path("carried").asLong())
                .put("failed", documents.path("failed").asLong())
                .put("source_bytes", status.at("/bytes/source").asLong())
                .put("store_bytes", status.at("/bytes/read").asLong())
                .put("retries", status.path("retries").asLong());
    }
}
