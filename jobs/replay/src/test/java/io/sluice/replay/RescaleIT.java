package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.Recorder;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.send.RecordingTarget;
import io.sluice.replay.send.RecordingTarget.Arrival;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.JobManagerOptions.SchedulerType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.jobgraph.JobResourceRequirements;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replay that gets more subtasks, and fewer, while clients write. */
@SuppressWarnings("try") // closing a cluster may be interrupted
class RescaleIT {

    private static final Logger LOG = LoggerFactory.getLogger(RescaleIT.class);

    /** As the command has it: a rescale waits for the next one. */
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(2);

    private static final long LIMIT_MILLIS = 15_000;
    private static final int SLOTS = 4;

    @TempDir
    private Path folder;

    @Test
    void itIsSoonDoneAndNothingIsLost() throws Exception {
        try (CaptureKafka kafka = CaptureKafka.start(folder);
                RecordingTarget target = RecordingTarget.start();
                Recorder recorder = kafka.recorder();
                SteadyWriters writers = SteadyWriters.start(recorder, "books")) {
            ReplaySpec spec = kafka.spec(Rewriting.by(RewriteRules.DEFAULT), target.endpoint(), 1);
            Configuration configuration = ReplayJob.configuration(spec, CHECKPOINT_EVERY);
            try (MiniCluster cluster = cluster(configuration)) {
                StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
                env.setParallelism(1);
                ReplayJob.define(env, spec);
                JobID job = cluster.submitJob(env.getStreamGraph().getJobGraph())
                        .get()
                        .getJobID();
                awaitArrivals(target, SteadyWriters.PER_SECOND);

                scale(cluster, job, SLOTS, target);
                scale(cluster, job, 2, target);

                writers.stop();
                Set<Long> missing = new TreeSet<>(writers.numbers());
                await(
                        () -> {
                            target.arrivals().stream().map(Arrival::fence).forEach(missing::remove);
                            return missing.isEmpty();
                        },
                        () -> "of %d writes, these did not arrive: %s; the status: %s"
                                .formatted(writers.numbers().size(), missing, status(kafka)));
                cluster.cancelJob(job).get();
            }
        }
    }

    private static MiniCluster cluster(Configuration configuration) throws Exception {
        configuration.set(JobManagerOptions.SCHEDULER, SchedulerType.Adaptive);
        configuration.set(JobManagerOptions.SCHEDULER_EXECUTING_COOLDOWN_AFTER_RESCALING, Duration.ZERO);
        configuration.set(JobManagerOptions.SCHEDULER_EXECUTING_RESOURCE_STABILIZATION_TIMEOUT, Duration.ZERO);
        configuration.set(JobManagerOptions.SCHEDULER_SUBMISSION_RESOURCE_STABILIZATION_TIMEOUT, Duration.ZERO);
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(SLOTS)
                .withRandomPorts()
                .build());
        cluster.start();
        return cluster;
    }

    private static void scale(MiniCluster cluster, JobID job, int parallelism, RecordingTarget target)
            throws Exception {
        int before = target.arrivals().size();
        JobResourceRequirements.Builder wanted = JobResourceRequirements.newBuilder();
        Map<String, Integer> expected = new HashMap<>();
        for (AccessExecutionJobVertex vertex :
                cluster.getExecutionGraph(job).get().getVerticesTopologically()) {
            boolean isClock = vertex.getMaxParallelism() == 1;
            wanted.setParallelismForJobVertex(vertex.getJobVertexId(), 1, isClock ? 1 : parallelism);
            expected.put(vertex.getName(), isClock ? 1 : parallelism);
        }
        long ordered = System.nanoTime();
        cluster.updateJobResourceRequirements(job, wanted.build()).get();
        await(() -> runs(cluster, job, expected));
        int resumed = target.arrivals().size();
        await(() -> target.arrivals().size() > resumed);
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ordered);
        awaitArrivals(target, resumed + SteadyWriters.PER_SECOND);
        long silence = longestSilence(target.arrivals(), before);
        LOG.info("Scaled to {} in {} ms, nothing was sent for {} ms", parallelism, took, silence);
        assertThat(took).isLessThan(LIMIT_MILLIS);
    }

    private static boolean runs(MiniCluster cluster, JobID job, Map<String, Integer> expected) throws Exception {
        for (AccessExecutionJobVertex vertex :
                cluster.getExecutionGraph(job).get().getVerticesTopologically()) {
            if (!Objects.equals(expected.get(vertex.getName()), vertex.getParallelism())
                    || vertex.getAggregateState() != ExecutionState.RUNNING) {
                return false;
            }
        }
        return true;
    }

    private static long longestSilence(List<Arrival> arrivals, int from) {
        long longest = 0;
        for (int i = Math.max(1, from); i < arrivals.size(); i++) {
            longest = Math.max(
                    longest, arrivals.get(i).millis() - arrivals.get(i - 1).millis());
        }
        return longest;
    }

    private static void awaitArrivals(RecordingTarget target, int many) throws Exception {
        await(() -> target.arrivals().size() > many);
    }

    /** Something that will be so. */
    private interface Condition {
        boolean isSo() throws Exception;
    }

    private static String status(CaptureKafka kafka) {
        try {
            return Files.readString(kafka.state().resolve(ReplaySpec.STATUS));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void await(Condition condition) throws Exception {
        await(condition, () -> "it never came");
    }

    private static void await(Condition condition, Supplier<String> otherwise) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!condition.isSo()) {
            assertThat(System.nanoTime()).as(otherwise).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
