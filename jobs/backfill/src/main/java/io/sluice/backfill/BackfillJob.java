package io.sluice.backfill;

import io.sluice.state.SpecFile;
import io.sluice.state.StateMark;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * The backfill job.
 *
 * <pre>
 *   SnapshotSource (reads, writes to the target) ── failed documents ──▶ failure files
 * </pre>
 */
public final class BackfillJob {

    /** Below the migration's state folder: finished files end in {@code .ndjson}; what begins with a dot is not. */
    public static final String FAILURES = "failures/backfill";

    private static final int MAX_PARALLELISM = 512;

    /** Failures in a row, none of them followed by a minute of work, after which the job fails. */
    private static final int MOST_RESTARTS = 20;

    private BackfillJob() {}

    /**
     * Runs the job whose specification lies in a file.
     *
     * @param arguments one: the path of the file, as {@link SpecFile} writes it
     */
    public static void main(String[] arguments) throws Exception {
        BackfillSpec spec = SpecFile.read(arguments, BackfillSpec.class);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.configure(configuration(spec, Duration.ofSeconds(3)));
        define(env, spec);
        env.execute(spec.jobName());
    }

    /**
     * What the job wants of Flink, wherever it runs.
     *
     * @param checkpointEvery how much work a crash repeats, and how soon a rescale happens
     */
    public static Configuration configuration(BackfillSpec spec, Duration checkpointEvery) {
        Configuration configuration = new Configuration();
        configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointEvery);
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, spec.state() + "/checkpoints/backfill");
        configuration.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, spec.state() + "/savepoints/backfill");
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofMillis(500));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(10));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofMinutes(1));
        // Without a limit a defect would be tried for ever, and nobody would be told.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, MOST_RESTARTS);
        return configuration;
    }

    /**
     * Builds the graph, and leaves a mark in the state folder by which every host can tell that it sees the same one.
     *
     * @throws IOException when nothing can be written there
     */
    public static void define(StreamExecutionEnvironment env, BackfillSpec spec) throws IOException {
        SnapshotSource source = new SnapshotSource(spec, StateMark.leave(spec.state(), "backfill"));
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "snapshot to target", Types.STRING)
                .uid("carry")
                .sinkTo(failureFiles(spec))
                .name("failure files")
                .uid("failures");
    }

    /** Committed with checkpoints: a failure file and the positions that moved over its documents appear together. */
    private static FileSink<String> failureFiles(BackfillSpec spec) {
        return FileSink.forRowFormat(new Path(spec.state(), FAILURES), new SimpleStringEncoder<String>("UTF-8"))
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(OutputFileConfig.builder()
                        .withPartPrefix("failed")
                        .withPartSuffix(".ndjson")
                        .build())
                .build();
    }
}
