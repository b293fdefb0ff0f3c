package io.sluice.backfill;

import io.sluice.state.JobSettings;
import io.sluice.state.SpecFile;
import io.sluice.state.StateMark;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
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

    private BackfillJob() {}

    /**
     * Runs the job whose specification lies in a file.
     *
     * @param arguments one: the path of the file, as {@link SpecFile} writes it
     */
    public static void main(String[] arguments) throws Exception {
        BackfillSpec spec = SpecFile.read(arguments, BackfillSpec.class);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.configure(configuration(spec, JobSettings.CHECKPOINT_EVERY));
        define(env, spec);
        env.execute(spec.jobName());
    }

    /**
     * What the job wants of Flink, wherever it runs.
     *
     * @param checkpointEvery how much work a crash repeats, and how soon a rescale happens
     */
    public static Configuration configuration(BackfillSpec spec, Duration checkpointEvery) {
        return JobSettings.of(spec.state(), "backfill", MAX_PARALLELISM, checkpointEvery);
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
