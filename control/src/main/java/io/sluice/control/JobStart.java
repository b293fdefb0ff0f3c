package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Output;
import io.sluice.control.console.Progress;
import io.sluice.control.flink.EmbeddedFlink;
import io.sluice.control.flink.FlinkJob;
import io.sluice.control.flink.FlinkRest;
import io.sluice.control.flink.JarRun;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.state.SpecFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;

/** Runs a job: here, in an embedded Flink, to its end; or hands it to another Flink. The same for all jobs. */
final class JobStart {

    private static final Duration SAVEPOINT_LIMIT = Duration.ofSeconds(60);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final long LOOK_MILLIS = 200;

    private final StateDirectory state;
    private final Output output;
    private final StartedJob job;

    JobStart(StateDirectory state, Output output, StartedJob job) {
        this.state = state;
        this.output = output;
        this.job = job;
    }

    /**
     * Runs it where the configuration says.
     *
     * @return the job's last status when it ran here; its {@code state} says whether it finished or was stopped. Empty when
     *     it was submitted and goes on elsewhere, which was told
     */
    Optional<ObjectNode> run(Invocation invocation, @Nullable Path restoreFrom) throws Exception {
        if (restoreFrom != null) {
            output.step("Going on from " + restoreFrom);
        }
        URI rest = invocation.config().flink().rest();
        if (rest == null) {
            return Optional.of(runEmbedded(restoreFrom));
        }
        FlinkRest flink = new FlinkRest(rest);
        submitted(flink, submit(flink, invocation.bundle(), restoreFrom));
        return Optional.empty();
    }

    /** Runs it here, until it ends or is stopped. */
    ObjectNode runEmbedded(@Nullable Path restoreFrom) throws IOException, CommandException, InterruptedException {
        resetOrders();
        try (EmbeddedFlink flink = EmbeddedFlink.start(state, job.name(), job.parallelism(), job.network())) {
            flink.submit(graph(), restoreFrom);
            CompletableFuture<JobResult> result = flink.result();
            EndHook hook = new EndHook(() -> savepointAtEnd(flink));
            try (hook) {
                follow(result);
            }
            return lastStatus(result);
        }
    }

    private StreamGraph graph() throws IOException {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(job.configuration());
        env.setParallelism(job.parallelism());
        job.define(env);
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName(job.flinkName());
        return graph;
    }

    /** A pause or a rate from an earlier run is over: whoever starts wants it to run as configured. */
    private void resetOrders() throws StateException {
        state.control(job.name()).update(orders -> job.ordersAtStart(orders.removeAll()));
        String now = Instant.now().toString();
        state.status(job.name())
                .update(status -> status.removeAll().put("state", "starting").put("updated", now));
    }

    private Orders orders() {
        return new Orders(state, job.name());
    }

    private void savepointAtEnd(EmbeddedFlink flink) {
        try {
            orders().rest();
            output.step("Stopped; savepoint " + savepointOf(flink) + ". Go on with: " + job.command());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            output.warning("no savepoint was taken (" + e.getMessage()
                    + "); the next start goes on from the newest checkpoint");
        }
    }

    private Path savepointOf(EmbeddedFlink flink) throws IOException {
        try {
            return flink.stopWithSavepoint(SAVEPOINT_LIMIT);
        } catch (IOException failed) {
            if (!orders().areToStopAndSaved()) {
                throw failed;
            }
            return state.newestRestorePoint(job.name()).orElseThrow(() -> failed);
        }
    }

    private void follow(CompletableFuture<JobResult> result) throws StateException, InterruptedException {
        Progress progress = output.progress(job.name(), job.unit());
        while (!isDone(result)) {
            Optional<ObjectNode> status = state.status(job.name()).read();
            status.ifPresent(now -> job.tell(progress, now));
        }
        progress.end(job.summary(state.status(job.name()).read().orElseThrow()));
    }

    private static boolean isDone(CompletableFuture<JobResult> result) throws InterruptedException {
        try {
            result.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            return true; // lastStatus tells
        }
    }

    private ObjectNode lastStatus(CompletableFuture<JobResult> result)
            throws IOException, CommandException, InterruptedException {
        try {
            JobResult over = result.get();
            // As a task failed when it had ended for the savepoint that it was stopped with, and all is in that.
            if (over.getSerializedThrowable().isPresent() && !orders().areToStopAndSaved()) {
                Throwable cause = over.getSerializedThrowable().get().deserializeError(JobStart.class.getClassLoader());
                throw failed(cause);
            }
        } catch (ExecutionException e) {
            throw failed(e);
        }
        ObjectNode status = state.status(job.name()).read().orElseThrow();
        if (!status.path("state").asText().equals("finished")) {
            status.put("state", "stopped");
        }
        return status;
    }

    /** Left in the status too, for whoever asks when this process is gone. */
    private CommandException failed(Throwable cause) {
        String reason = String.valueOf(rootOf(cause).getMessage());
        CommandException failure = CommandException.failed("the " + job.name() + " failed: " + reason, cause);
        try {
            state.status(job.name())
                    .update(status -> status.put("state", "failed").put("reason", reason));
        } catch (StateException unwritten) { // a full disk is one reason to be here
            failure.addSuppressed(unwritten);
        }
        return failure;
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /**
     * Hands it to another Flink.
     *
     * @param bundle the jar with the job
     * @return the job's id there
     */
    String submit(FlinkRest flink, Path bundle, @Nullable Path restoreFrom) throws IOException {
        resetOrders();
        String jar = flink.upload(bundle);
        String specFile = SpecFile.write(folder(state), job.name(), job.spec());
        try {
            return flink.run(
                    jar,
                    new JarRun(
                            job.main().getName(),
                            List.of(specFile),
                            job.parallelism(),
                            restoreFrom == null ? null : restoreFrom.toUri().toString(),
                            Map.of()));
        } finally {
            SpecFile.delete(specFile);
        }
    }

    private void submitted(FlinkRest flink, String id) throws Exception {
        Optional<FlinkJob> started = flink.await(id, now -> now.isRunning() || now.isOver(), START_LIMIT);
        if (started.map(FlinkJob::hasFailed).orElse(false)) {
            throw CommandException.failed(
                    "the %s, Flink job %s, failed at its start: %s"
                            .formatted(job.name(), id, flink.rootCause(id).orElse("Flink does not say why")),
                    null);
        }
        output.line("submitted as Flink job " + id
                + (started.isPresent() ? "" : "; it has no slots yet, or not all: it waits for them"));
        started.filter(now -> !now.scheduler().isEmpty() && !now.isAdaptive())
                .ifPresent(now -> warnOf(now.scheduler()));
        output.hint("sluice " + job.name() + " status");
        output.document(
                JsonNodeFactory.instance.objectNode().put("state", "running").put("job", id));
    }

    private void warnOf(String scheduler) {
        output.warning("Flink's scheduler is " + scheduler + ", not adaptive: the job cannot be scaled, and may stand"
                + " still for a minute when it restarts a second time. Set jobmanager.scheduler: adaptive in Flink");
    }

    /** The state folder as jobs are told of it. */
    static String folder(StateDirectory state) {
        return state.root().toUri().toString().replaceAll("/$", "");
    }
}
