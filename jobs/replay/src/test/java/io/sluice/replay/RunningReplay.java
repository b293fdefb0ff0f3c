package io.sluice.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A replay in this JVM. */
final class RunningReplay implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final JobClient job;
    private final Path state;
    private boolean isOver;

    private RunningReplay(JobClient job, Path state) {
        this.job = job;
        this.state = state;
    }

    /** With ten times as many checkpoints as a job has otherwise, so that crashes find all of what they can find. */
    static RunningReplay start(ReplaySpec spec, Path state, int parallelism) throws Exception {
        return start(spec, state, parallelism, Duration.ofMillis(200));
    }

    static RunningReplay start(ReplaySpec spec, Path state, int parallelism, Duration checkpointEvery)
            throws Exception {
        return start(spec, state, parallelism, ReplayJob.configuration(spec, checkpointEvery));
    }

    /** Goes on from a checkpoint or savepoint. */
    static RunningReplay goingOn(ReplaySpec spec, Path state, int parallelism, Path from) throws Exception {
        Configuration configuration = ReplayJob.configuration(spec, Duration.ofMillis(200));
        configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, from.toUri().toString());
        return start(spec, state, parallelism, configuration);
    }

    private static RunningReplay start(ReplaySpec spec, Path state, int parallelism, Configuration configuration)
            throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
        ReplayJob.define(env, spec);
        Files.deleteIfExists(state.resolve(ReplaySpec.STATUS)); // of a replay before this one
        return new RunningReplay(env.executeAsync(spec.jobName()), state);
    }

    JsonNode status() throws IOException {
        Path file = state.resolve(ReplaySpec.STATUS);
        return Files.exists(file) ? JSON.readTree(file.toFile()) : MissingNode.getInstance();
    }

    /** Waits for a status, and returns it. */
    JsonNode await(Predicate<JsonNode> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        JsonNode status = status();
        while (!condition.test(status)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the status never came; the last one: " + status);
            }
            if (job.getJobStatus().get().isGloballyTerminalState()) {
                job.getJobExecutionResult().get();
            }
            LockSupport.parkNanos(LOOK_NANOS);
            status = status();
        }
        return status;
    }

    /** Takes a savepoint, and goes on. */
    Path savepoint() throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            try {
                return Path.of(URI.create(job.triggerSavepoint(null, SavepointFormatType.CANONICAL)
                        .get(1, TimeUnit.MINUTES)));
            } catch (ExecutionException failed) { // not all tasks need run to have a status
                if (System.nanoTime() > end) {
                    throw failed;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    /** Waits until it has failed, and returns the message of the root of that. */
    String failure() throws Exception {
        try {
            job.getJobExecutionResult().get(1, TimeUnit.MINUTES);
        } catch (ExecutionException failed) {
            isOver = true;
            Throwable root = failed;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return String.valueOf(root.getMessage());
        }
        throw new AssertionError("it did not fail");
    }

    @Override
    public void close() throws IOException {
        if (isOver) {
            return;
        }
        try {
            // Asked for before: with its only job the cluster ends, too, and answers nothing more.
            CompletableFuture<Void> end = job.getJobExecutionResult().handle((result, cancelled) -> null);
            job.cancel().get();
            end.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw new IOException("the job cannot be ended", failed);
        }
    }
}
