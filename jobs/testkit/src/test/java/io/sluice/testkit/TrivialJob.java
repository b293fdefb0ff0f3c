package io.sluice.testkit;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Counts for ever, for {@link FlinkSessionIT}, which uploads it in a jar. */
public final class TrivialJob {

    private TrivialJob() {}

    /** Called by Flink when the jar is run. */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.enableCheckpointing(300);
        GeneratorFunction<Long, Long> count = index -> index;
        var source = new DataGeneratorSource<>(count, Long.MAX_VALUE, RateLimiterStrategy.perSecond(1000), Types.LONG);
        environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "numbers")
                .sinkTo(new DiscardingSink<>());
        environment.execute("trivial");
    }
}
