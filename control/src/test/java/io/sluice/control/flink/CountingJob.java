package io.sluice.control.flink;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** A job that counts slowly and never ends. Its main can be run from a jar. */
public final class CountingJob {

    public static final String NAME = "sluice/books/count";

    private CountingJob() {}

    /** Runs with the checkpoint folder as its only argument; {@code fail} makes it throw before it submits. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("fail")) {
            throw new IllegalArgumentException("told to fail");
        }
        environment(Path.of(arguments[0]), number -> number).execute(NAME);
    }

    /** The job, ready to be submitted. */
    public static StreamGraph graph(Path checkpoints) {
        return graph(checkpoints, number -> number);
    }

    /** The job with a step of its own, ready to be submitted. */
    static StreamGraph graph(Path checkpoints, MapFunction<Long, Long> step) {
        StreamExecutionEnvironment env = environment(checkpoints, step);
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName(NAME);
        return graph;
    }

    private static StreamExecutionEnvironment environment(Path checkpoints, MapFunction<Long, Long> step) {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        DataGeneratorSource<Long> numbers = new DataGeneratorSource<>(
                number -> number, Long.MAX_VALUE, RateLimiterStrategy.perSecond(200), Types.LONG);
        env.fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers")
                .uid("numbers")
                .map(step)
                .uid("step")
                .sinkTo(new DiscardingSink<>())
                .uid("nowhere");
        env.setParallelism(1);
        return env;
    }
}
