package io.sluice.verify;

import io.sluice.state.JobFiles;
import io.sluice.state.JobSettings;
import io.sluice.state.SpecFile;
import io.sluice.state.StateMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * The verify job.
 *
 * <pre>
 *   parts of both sides ─┬─▶ match, look again, repair ─┬─▶ files of differences
 *                        └── how many were read ────────┴─▶ account
 * </pre>
 */
public final class VerifyJob {

    /** The job's name in the state folder. */
    public static final String NAME = "verify";

    /** What the job says of itself, below the state folder. */
    public static final String STATUS = JobFiles.status(NAME);

    /** Below the folder of a verification: one line for each document that differs. */
    public static final String DIFFERENCES = "differences";

    static final TypeInformation<Tuple2<String, byte[]>> SEEN =
            Types.TUPLE(Types.STRING, Types.PRIMITIVE_ARRAY(Types.BYTE));

    private static final int MAX_PARALLELISM = 512;

    /** Longer than any part is read before it fails again: else that would begin anew for ever. */
    private static final Duration WORK_BETWEEN = Duration.ofDays(365);

    private VerifyJob() {}

    /**
     * Runs the job whose specification lies in a file.
     *
     * @param arguments one: the path of the file, as {@link SpecFile} writes it
     */
    public static void main(String[] arguments) throws Exception {
        VerifySpec spec = SpecFile.read(arguments, VerifySpec.class);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.configure(configuration(spec, JobSettings.CHECKPOINT_EVERY));
        define(env, spec);
        env.execute(spec.jobName());
    }

    /**
     * What the job wants of Flink, wherever it runs.
     *
     * @param checkpointEvery how soon the end of a part is kept
     */
    public static Configuration configuration(VerifySpec spec, Duration checkpointEvery) {
        Configuration configuration =
                JobSettings.onDisk(JobSettings.of(spec.state(), NAME, MAX_PARALLELISM, checkpointEvery));
        // While differences are looked at again there is no checkpoint, for as long as that takes.
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD, WORK_BETWEEN);
        return configuration;
    }

    /**
     * Builds the graph.
     *
     * @throws IOException when the state folder cannot be written to
     */
    public static void define(StreamExecutionEnvironment env, VerifySpec spec) throws IOException {
        PartsSource source = new PartsSource(spec, StateMark.leave(spec.state(), NAME));
        DataStream<Tuple2<String, byte[]>> seen = env.fromSource(
                        source, WatermarkStrategy.noWatermarks(), "both sides", SEEN)
                .uid("read");
        DataStream<String> tallies = seen.filter(one -> one.f0.isEmpty())
                .name("how many")
                .uid("tallies")
                .map(one -> new String(one.f1, StandardCharsets.UTF_8))
                .returns(Types.STRING)
                .uid("tally lines");
        SingleOutputStreamOperator<String> outcomes = seen.filter(one -> !one.f0.isEmpty())
                .name("unmatched")
                .uid("unmatched")
                .keyBy(one -> one.f0, Types.STRING)
                .transform("match and look again", Types.STRING, new Matcher.Factory(spec))
                .uid("match");
        outcomes.filter(Outcome::isOfDocument)
                .uid("of documents")
                .sinkTo(files(spec))
                .name("differences")
                .uid("differences");
        outcomes.union(tallies)
                .transform("account", Types.VOID, new AccountOperator(spec))
                .setParallelism(1)
                .setMaxParallelism(1)
                .uid("account");
    }

    /** Committed with checkpoints, as a whole at the end. */
    private static FileSink<String> files(VerifySpec spec) {
        Path folder = new Path(spec.state() + "/" + spec.folder(), DIFFERENCES);
        return FileSink.forRowFormat(folder, new SimpleStringEncoder<String>("UTF-8"))
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(OutputFileConfig.builder()
                        .withPartPrefix("differences")
                        .withPartSuffix(".ndjson")
                        .build())
                .build();
    }
}
