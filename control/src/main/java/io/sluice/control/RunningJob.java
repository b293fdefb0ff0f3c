package io.sluice.control;

import io.sluice.config.MigrationConfig;
import io.sluice.control.flink.EmbeddedDoor;
import io.sluice.control.flink.FlinkException;
import io.sluice.control.flink.FlinkJob;
import io.sluice.control.flink.FlinkRest;
import io.sluice.control.flink.NotDoneException;
import io.sluice.control.flink.ParallelismBounds;
import io.sluice.control.state.RunFile.Run;
import io.sluice.control.state.StateDirectory;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job of this migration that is at work: in the Flink of the configuration, or embedded in another process.
 *
 * @param embedded where that process is, or null
 */
record RunningJob(FlinkRest flink, FlinkJob job, @Nullable Run embedded) {

    private static final Duration CHECKPOINT_LIMIT = Duration.ofSeconds(60);

    /** How a job is called in Flink. */
    static String nameOf(MigrationConfig config, String job) {
        return "sluice/" + config.name() + "/" + job;
    }

    /**
     * Looks for a job; with {@code flink.rest} there, without it among the embedded ones.
     *
     * @param job {@code backfill}, {@code replay} …
     * @return empty when it is over or was never started
     */
    static Optional<RunningJob> find(MigrationConfig config, StateDirectory state, String job) throws IOException {
        return Optional.ofNullable(look(config, state, job).running());
    }

    /**
     * What is seen of a job; nothing of one that was stopped, finished, or never started.
     *
     * @param failure why the newest one failed, if none is at work; as far as a Flink that is still there remembers it
     */
    record Sight(@Nullable RunningJob running, @Nullable String failure) {
        private static final Sight NOTHING = new Sight(null, null);
    }

    /** As {@link #find}, and also whether it failed. */
    static Sight look(MigrationConfig config, StateDirectory state, String job) throws IOException {
        URI rest = config.flink().rest();
        Run embedded = rest == null ? state.run(job).read().orElse(null) : null;
        if (rest == null && embedded == null) {
            return Sight.NOTHING;
        }
        FlinkRest flink =
                new FlinkRest(rest == null ? Objects.requireNonNull(embedded).rest() : rest);
        Optional<FlinkJob> found = flink.find(nameOf(config, job));
        if (found.isEmpty()) {
            return Sight.NOTHING;
        }
        FlinkJob newest = found.get();
        if (newest.hasFailed()) {
            return new Sight(null, flink.rootCause(newest.id()).orElse("Flink does not say why"));
        }
        return newest.isOver() ? Sight.NOTHING : new Sight(new RunningJob(flink, newest, embedded), null);
    }

    /**
     * Gives the job another parallelism without stopping it. Slots that an embedded Flink lacks are added; another Flink
     * must have them. A vertex that cannot have as many subtasks gets as many as it can.
     *
     * @throws FlinkException also when there are too few slots, or the scheduler is not adaptive
     */
    void scale(int parallelism) throws FlinkException {
        if (embedded != null) {
            EmbeddedDoor.ask(embedded, parallelism);
        }
        FlinkJob now = flink.job(job.id());
        Map<String, ParallelismBounds> bounds = flink.bounds(job.id());
        for (FlinkJob.Vertex vertex : now.vertices()) {
            bounds.put(vertex.id(), ParallelismBounds.upTo(Math.min(parallelism, vertex.maxParallelism())));
        }
        flink.scale(job.id(), bounds);
        try {
            // The scheduler acts at the next completed checkpoint, so one is taken now.
            flink.checkpoint(job.id(), CHECKPOINT_LIMIT);
        } catch (NotDoneException later) {
            // The job is scaled when it is done, or the one after it.
        }
    }
}
