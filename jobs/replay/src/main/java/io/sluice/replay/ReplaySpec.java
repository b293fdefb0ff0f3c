package io.sluice.replay;

import io.sluice.cluster.ClusterAddress;
import io.sluice.state.JobFiles;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * Everything the job must know. Made by whoever starts it; travels inside the job graph, credentials included, and is
 * never printed.
 *
 * @param migration names the job and its folder in the state
 * @param token tells this job from every other that runs in the same process
 * @param state the migration's state folder: a path, or a URI that Flink has a file system for
 * @param kafka properties of Kafka's clients: {@code bootstrap.servers}, security
 * @param topic where the capture lies
 * @param partitions how many the topic has; fixed for its whole life
 * @param startOffsets where reading begins, by partition; a partition that is not named is read from offset 0 on. Fails
 *     for good where Kafka no longer has that, and is of no account where the job goes on from a checkpoint
 * @param rewriting what becomes of an exchange
 * @param source who is asked for what the capture does not tell
 * @param target where writes go
 * @param delay how far behind now the replay stays
 * @param speed how many seconds of capture time in one second; infinite for as fast as all else allows
 * @param catchUp by which factor it may go faster while it is behind its own schedule
 * @param bounds of memory and of work under way
 * @param judging which reads are sent, and what is written down
 */
public record ReplaySpec(
        String migration,
        String token,
        String state,
        Map<String, String> kafka,
        String topic,
        int partitions,
        Map<Integer, Long> startOffsets,
        Rewriting.Maker rewriting,
        ClusterAddress source,
        ClusterAddress target,
        Duration delay,
        double speed,
        double catchUp,
        ReplayBounds bounds,
        Judging judging)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Orders to the running job, below the state folder. */
    public static final String CONTROL = JobFiles.control(JobFiles.REPLAY);

    /** What the running job says of itself, below the state folder. */
    public static final String STATUS = JobFiles.status(JobFiles.REPLAY);

    public ReplaySpec {
        kafka = Map.copyOf(kafka);
        startOffsets = Map.copyOf(startOffsets);
        if (partitions < 1 || !(speed > 0) || !(catchUp >= 1)) {
            throw new IllegalArgumentException(
                    "%d partitions, speed %s, catching up by %s".formatted(partitions, speed, catchUp));
        }
    }

    /** One that sends all reads. */
    public ReplaySpec(
            String migration,
            String token,
            String state,
            Map<String, String> kafka,
            String topic,
            int partitions,
            Map<Integer, Long> startOffsets,
            Rewriting.Maker rewriting,
            ClusterAddress source,
            ClusterAddress target,
            Duration delay,
            double speed,
            double catchUp,
            ReplayBounds bounds) {
        this(
                migration,
                token,
                state,
                kafka,
                topic,
                partitions,
                startOffsets,
                rewriting,
                source,
                target,
                delay,
                speed,
                catchUp,
                bounds,
                Judging.DEFAULT);
    }

    /** The name by which the running job is found. */
    public String jobName() {
        return "sluice/" + migration + "/replay";
    }

    /** One partition of the capture. */
    public TopicPartition topicPartition(int partition) {
        return new TopicPartition(topic, partition);
    }

    /** All partitions of the capture. */
    public List<TopicPartition> topicPartitions() {
        return IntStream.range(0, partitions).mapToObj(this::topicPartition).toList();
    }

    /** The first offset of a partition that is read where nothing was read before. */
    public long startOffset(int partition) {
        return startOffsets.getOrDefault(partition, 0L);
    }

    /** Whether the source is asked how far it has numbered its operations. */
    public boolean looks() {
        return !bounds.lookEvery().isZero()
                && !rewriting.isLoad()
                && rewriting.rules().liveSource();
    }

    /** How many steps may be due at one sender before the clock stops. */
    public int mostDue() {
        return bounds.mostDue();
    }

    /** How many bytes may be due at one sender before the clock stops. */
    public long mostDueBytes() {
        return bounds.mostDueBytes();
    }

    @Override
    public String toString() {
        return jobName();
    }
}
