package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.BackfillJob;
import io.sluice.backfill.BackfillSpec;
import io.sluice.backfill.SpecFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Progress;
import io.sluice.control.flink.EmbeddedFlink;
import io.sluice.control.flink.FlinkException;
import io.sluice.control.flink.FlinkRest;
import io.sluice.control.flink.JarRun;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

/** Runs a backfill: here, in an embedded Flink, to its end; or hands it to another Flink. */
final class BackfillStart {

    static final String JOB = "backfill";

    private static final String ORIGIN = "origin";
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(2);
    private static final Duration SAVEPOINT_LIMIT = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 200;

    private final MigrationConfig config;
    private final StateDirectory state;
    private final Output output;

    BackfillStart(MigrationConfig config, StateDirectory state, Output output) {
        this.config = config;
        this.state = state;
        this.output = output;
    }

    /**
     * Where to go on from: the newest checkpoint or savepoint, if its positions still say what is on the target.
     *
     * <p>They do not when the user wants to begin anew, when a target index was made anew, or when the snapshot, the
     * chosen indices or a fence changed. What is begun is written down before the job starts, so that a crash before
     * its first checkpoint does not bring an older restore point back.
     */
    Optional<Path> restorePoint(BackfillSetup setup, boolean fresh) throws StateException, CommandException {
        NumberedFile known = state.origin(JOB);
        JsonNode before = known.read().map(origin -> origin.path(ORIGIN)).orElse(MissingNode.getInstance());
        boolean same = before.equals(setup.origin());
        if (!same && !setup.allMadeAnew()) {
            WantedDocuments.refuseNarrower(
                    before.path(BackfillSetup.RULES), setup.spec().rules());
        }
        if (same && !fresh && !setup.madeAnew()) {
            return state.newestRestorePoint(JOB, known.path());
        }
        if (!fresh && state.newestRestorePoint(JOB).isPresent()) {
            output.warning(
                    "the snapshot, its indices or those of the target are not what the last savepoint was taken of:"
                            + " the backfill begins anew.");
        }
        known.update(origin -> {
            origin.set(ORIGIN, setup.origin());
            origin.set(BackfillSetup.SINCE, setup.since());
            return origin;
        });
        return Optional.empty();
    }

    /**
     * Runs it here.
     *
     * @return the job's last status; its {@code state} says whether it finished or was stopped
     */
    ObjectNode runEmbedded(BackfillSpec spec, @Nullable Path restoreFrom)
            throws IOException, CommandException, InterruptedException {
        resetOrders();
        int parallelism = config.backfill().parallelism();
        try (EmbeddedFlink flink = EmbeddedFlink.start(state, JOB, parallelism)) {
            flink.submit(graph(spec, parallelism), restoreFrom);
            CompletableFuture<JobResult> result = flink.result();
            EndHook hook = new EndHook(() -> savepointAtEnd(flink));
            try (hook) {
                follow(result);
            }
            return lastStatus(result);
        }
    }

    private static StreamGraph graph(BackfillSpec spec, int parallelism) throws IOException {
        StreamExecutionEnvironment env =
                new StreamExecutionEnvironment(BackfillJob.configuration(spec, CHECKPOINT_EVERY));
        env.setParallelism(parallelism);
        BackfillJob.define(env, spec);
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName(spec.jobName());
        return graph;
    }

    /** A pause or a rate from an earlier run is over: whoever starts wants it to run as configured. */
    private void resetOrders() throws StateException {
        state.control(JOB).update(orders -> orders.removeAll().put("paused", false));
        state.status(JOB).update(status -> status.removeAll().put("state", "starting"));
    }

    private void savepointAtEnd(EmbeddedFlink flink) {
        try {
            Path savepoint = flink.stopWithSavepoint(SAVEPOINT_LIMIT);
            output.step("Stopped; savepoint " + savepoint + ". Go on with: sluice backfill start");
        } catch (FlinkException e) {
            output.warning("no savepoint was taken (" + e.getMessage()
                    + "); the next start goes on from the newest checkpoint");
        }
    }

    private void follow(CompletableFuture<JobResult> result) throws StateException, InterruptedException {
        Progress progress = output.progress("backfill", "documents");
        while (!isDone(result)) {
            Optional<ObjectNode> status = state.status(JOB).read();
            if (status.isPresent() && status.get().has("documents")) {
                tell(progress, status.get());
            }
        }
        progress.end(summary(state.status(JOB).read().orElseThrow()));
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

    private static void tell(Progress progress, ObjectNode status) {
        StringBuilder detail = new StringBuilder();
        detail.append(Numbers.grouped(status.path("rate").asLong())).append("/s");
        if (status.path("state").asText().equals("paused")) {
            detail.append(", paused");
        }
        String waitingFor = status.path("waiting_for").path(0).asText("");
        if (!waitingFor.isEmpty()) {
            detail.append(", waiting: ").append(waitingFor);
        }
        progress.update(
                BackfillReport.settled(status),
                status.at("/documents/in_snapshot").asLong(),
                detail.toString());
    }

    private static String summary(ObjectNode status) {
        return "%s of %s documents settled"
                .formatted(
                        Numbers.grouped(BackfillReport.settled(status)),
                        Numbers.grouped(status.at("/documents/in_snapshot").asLong()));
    }

    private ObjectNode lastStatus(CompletableFuture<JobResult> result)
            throws IOException, CommandException, InterruptedException {
        try {
            JobResult over = result.get();
            if (over.getSerializedThrowable().isPresent()) {
                Throwable cause =
                        over.getSerializedThrowable().get().deserializeError(BackfillStart.class.getClassLoader());
                throw failed(cause);
            }
        } catch (ExecutionException e) {
            throw failed(e);
        }
        ObjectNode status = state.status(JOB).read().orElseThrow();
        if (!status.path("state").asText().equals("finished")) {
            status.put("state", "stopped");
        }
        return status;
    }

    /** Left in the status too, for whoever asks when this process is gone. */
    private CommandException failed(Throwable cause) {
        String reason = String.valueOf(rootOf(cause).getMessage());
        CommandException failure = CommandException.failed("the backfill failed: " + reason, cause);
        try {
            state.status(JOB).update(status -> status.put("state", "failed").put("reason", reason));
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
    String submit(FlinkRest flink, Path bundle, BackfillSpec spec, @Nullable Path restoreFrom) throws IOException {
        resetOrders();
        String jar = flink.upload(bundle);
        String specFile = SpecFile.write(spec);
        try {
            return flink.run(
                    jar,
                    new JarRun(
                            BackfillJob.class.getName(),
                            List.of(specFile),
                            config.backfill().parallelism(),
                            restoreFrom == null ? null : restoreFrom.toUri().toString(),
                            Map.of()));
        } finally {
            SpecFile.delete(specFile);
        }
    }
}
