package io.sluice.replay;

import io.sluice.replay.account.AccountFactory;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecordSerializer;
import io.sluice.replay.assemble.AssembleFactory;
import io.sluice.replay.assemble.CaptureSource;
import io.sluice.replay.assemble.RawRecord;
import io.sluice.replay.clock.ClockSource;
import io.sluice.replay.clock.ClockTime;
import io.sluice.replay.load.Connections;
import io.sluice.replay.load.LoadFactory;
import io.sluice.replay.outcome.OutcomeFiles;
import io.sluice.replay.send.Domains;
import io.sluice.replay.send.SendFactory;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import io.sluice.replay.wire.StepItemSerializer;
import io.sluice.state.JobSettings;
import io.sluice.state.SpecFile;
import io.sluice.state.StateMark;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * The replay job.
 *
 * <pre>
 *   capture ─▶ assemble and rewrite ─┬─▶ send ─▶ account ─▶ outcome files
 *                          clock ────┘
 * </pre>
 */
public final class ReplayJob {

    /** The job's name in the state folder. */
    public static final String NAME = "replay";

    /** The most subtasks that it may have: the number of key groups, which can never change. */
    public static final int MAX_PARALLELISM = Domains.COUNT;

    private static final OutputTag<AccountRecord> FOR_ACCOUNT =
            new OutputTag<>("account", AccountRecordSerializer.TYPE);

    private ReplayJob() {}

    /**
     * Runs the job whose specification lies in a file.
     *
     * @param arguments one: the path of the file, as {@link SpecFile} writes it
     */
    public static void main(String[] arguments) throws Exception {
        ReplaySpec spec = SpecFile.read(arguments, ReplaySpec.class);
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
    public static Configuration configuration(ReplaySpec spec, Duration checkpointEvery) {
        Configuration configuration =
                JobSettings.onDisk(JobSettings.of(spec.state(), NAME, MAX_PARALLELISM, checkpointEvery));
        configuration.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(5));
        configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(10));
        // More would let a source run ahead by as many updates of the alignment.
        configuration.setString("pipeline.watermark-alignment.buffer-size", "1");
        return configuration;
    }

    /**
     * Builds the graph.
     *
     * @throws IOException when the state folder cannot be written to
     */
    public static void define(StreamExecutionEnvironment env, ReplaySpec spec) throws IOException {
        PartitionKeys partitions = new PartitionKeys(spec.partitions(), MAX_PARALLELISM);
        StateMark mark = StateMark.leave(spec.state(), NAME);
        SingleOutputStreamOperator<StepItem> assembled = capture(env, spec, mark)
                .keyBy(new PartitionOfRaw(partitions), Types.INT)
                .transform(
                        "assemble and rewrite",
                        StepItemSerializer.TYPE,
                        new AssembleFactory(spec, partitions, FOR_ACCOUNT))
                .uid("assemble");
        DataStream<StepItem> steps = assembled.union(clock(env, spec, mark));
        SingleOutputStreamOperator<AccountRecord> sent = spec.rewriting().isLoad()
                ? steps.keyBy(new Connections(Domains.keys()), Types.INT)
                        .transform("send as captured", AccountRecordSerializer.TYPE, new LoadFactory(spec))
                        .uid("load")
                : steps.keyBy(new Domains(Domains.keys()), Types.INT)
                        .transform("send", AccountRecordSerializer.TYPE, new SendFactory(spec))
                        .uid("send");
        sent.union(assembled.getSideOutput(FOR_ACCOUNT))
                .keyBy(new PartitionOfAccount(partitions), Types.INT)
                .transform(
                        "account",
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                        new AccountFactory(
                                spec.token(), partitions, spec.judging().outcomes()))
                .uid("account")
                .sinkTo(OutcomeFiles.sink(spec.state(), spec.judging().fileAge()))
                .name("outcome files")
                .uid("outcomes");
    }

    /** A reader without a partition would hold time for ever, so there are never more than those. */
    private static DataStream<RawRecord> capture(StreamExecutionEnvironment env, ReplaySpec spec, StateMark mark) {
        SingleOutputStreamOperator<RawRecord> capture = env.fromSource(
                        new CaptureSource(spec), CaptureSource.time(spec), "capture")
                .uid(CaptureSource.UID);
        SingleOutputStreamOperator<RawRecord> proven =
                capture.filter(new StateProof(mark)).name("state is shared").uid("proof");
        for (SingleOutputStreamOperator<RawRecord> one : List.of(capture, proven)) {
            one.setParallelism(Math.min(env.getParallelism(), spec.partitions()));
            one.setMaxParallelism(Math.min(MAX_PARALLELISM, spec.partitions()));
        }
        return proven;
    }

    private static DataStream<StepItem> clock(StreamExecutionEnvironment env, ReplaySpec spec, StateMark mark) {
        SingleOutputStreamOperator<Long> ticks = env.fromSource(
                        new ClockSource(spec, mark), ClockTime.of(spec), "clock", Types.LONG)
                .uid("clock");
        ticks.setParallelism(1).setMaxParallelism(1);
        SingleOutputStreamOperator<StepItem> time = ticks.flatMap(new TimeAlone())
                .returns(StepItemSerializer.TYPE)
                .name("time alone")
                .uid("time");
        return time.setParallelism(1).setMaxParallelism(1);
    }

    /** Lets no tick pass: what counts is the time that comes with them. */
    private static final class TimeAlone implements FlatMapFunction<Long, StepItem> {
        private static final long serialVersionUID = 1L;

        @Override
        public void flatMap(Long tick, Collector<StepItem> out) {}
    }

    private record PartitionOfRaw(PartitionKeys keys) implements KeySelector<RawRecord, Integer> {
        @Override
        public Integer getKey(RawRecord record) {
            return keys.of(record.partition());
        }
    }

    private record PartitionOfAccount(PartitionKeys keys) implements KeySelector<AccountRecord, Integer> {
        @Override
        public Integer getKey(AccountRecord record) {
            return keys.of(record.partition());
        }
    }
}
