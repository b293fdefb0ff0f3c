package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.ReplayJob;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.Rewriting;
import io.sluice.replay.rewrite.RewriteRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The whole replay job as a user runs it on one machine, until its own account says that everything is settled. */
final class ReplayTask implements Worker.Task {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(2);
    private static final int NETWORK_MEGABYTES = 64;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    @Override
    public ObjectNode perform(JsonNode order, Worker.Mark mark) throws Exception {
        ReplaySpec spec = spec(order);
        Configuration configuration = ReplayJob.configuration(spec, CHECKPOINT_EVERY);
        configuration.addAll(EmbeddedFlink.configuration(NETWORK_MEGABYTES));
        // Not closed: its Flink ends with this process.
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(
                order.path("slots").asInt(), configuration);
        ReplayJob.define(env, spec);
        mark.begin();
        JobClient job = env.executeAsync(spec.jobName());
        Path status = Path.of(order.path("state").asText(), ReplaySpec.STATUS);
        return result(await(job, status, order.path("documents").asLong()));
    }

    private static ReplaySpec spec(JsonNode order) {
        ReplayBounds usual = ReplayBounds.DEFAULT;
        String target = order.path("target").asText();
        return new ReplaySpec(
                Targets.MIGRATION,
                UUID.randomUUID().toString(),
                Path.of(order.path("state").asText()).toUri().toString(),
                Map.of("bootstrap.servers", order.path("brokers").asText()),
                ReplayCapture.TOPIC,
                ProxyRig.PARTITIONS,
                Map.of(),
                Rewriting.by(RewriteRules.DEFAULT),
                Targets.address(target),
                Targets.address(target),
                Duration.ofMillis(500),
                order.path("speed").asText().equals("max")
                        ? Double.POSITIVE_INFINITY
                        : order.path("speed").asDouble(),
                4,
                order.path("one_by_one").asBoolean() ? usual.withBulkActions(1) : usual);
    }

    private static JsonNode await(JobClient job, Path file, long documents) throws Exception {
        JsonNode status = MissingNode.getInstance();
        while (settled(status) < documents) {
            if (job.getJobStatus().get().isGloballyTerminalState()) {
                job.getJobExecutionResult().get();
                throw new IOException("the job ended before everything was settled: " + status);
            }
            LockSupport.parkNanos(LOOK_NANOS);
            status = Files.exists(file) ? JSON.readTree(file.toFile()) : status;
        }
        return status;
    }

    private static long settled(JsonNode status) {
        return status.at("/items/captured").asLong() - status.at("/items/held").asLong();
    }

    private static ObjectNode result(JsonNode status) {
        return JSON.createObjectNode()
                .put("applied", status.at("/items/applied").asLong())
                .put("retries", status.path("retries").asLong());
    }
}
